import { expect, test } from 'vitest';
import { type Circuit, proveEquivalent } from './prove-equivalent.ts';

const circuit = (body: string): Circuit => ({
  top: 'm',
  files: [
    {
      name: 'm.v',
      text: `module m (input wire clk, input wire [7:0] a, input wire [7:0] b, output wire [8:0] y); ${body} endmodule`,
    },
  ],
});
const sum = circuit('assign y = a + b;');
const carries =
  circuit(`wire [7:0] p = a ^ b; wire [8:0] c; assign c[0] = 1'b0; assign c[8:1] = (a & b) | (p & c[7:0]);
  assign y = {c[8], p ^ c[7:0]};`);
const broken = circuit("assign y = (a == 8'd93 && b == 8'd201) ? 9'd0 : a + b;");

const registered = circuit('reg [8:0] r; always @(posedge clk) r <= a + b; assign y = r;');

test('a proof, and a counterexample for a single wrong case', async () => {
  expect(await proveEquivalent(sum, carries)).toEqual({ equivalent: true });
  const found = await proveEquivalent(sum, broken);
  expect(found).toMatchObject({ equivalent: false, counterexample: { in_a: 93n, in_b: 201n } });
});

test('a proof by cases finds the single wrong case too', async () => {
  const cases = { input: 'b', bits: 8 };
  expect(await proveEquivalent(sum, carries, cases)).toEqual({ equivalent: true });
  const found = await proveEquivalent(sum, broken, cases);
  expect(found).toMatchObject({ equivalent: false, counterexample: { in_a: 93n, in_b: 201n } });
});

test('cases that are not all of the input are no proof', async () => {
  for (const cases of [
    { input: 'b', bits: 7 },
    { input: 'none', bits: 1 },
  ])
    await expect(proveEquivalent(sum, carries, cases)).rejects.toThrow('yosys: Assertion failed');
});

test('registers are refused', async () => {
  await expect(proveEquivalent(registered, registered)).rejects.toThrow('yosys: Assertion failed');
});
