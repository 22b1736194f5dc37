// Figures of small circuits whose cost is known by hand.

import { expect, test } from 'vitest';
import { synthesiseFpga, synthesiseGates } from './synthesise.ts';

const nand = [
  {
    name: 'm.v',
    text: 'module m (input wire a, input wire b, output wire y); assign y = ~(a & b); endmodule',
  },
];
const counter = [
  {
    name: 'counter.v',
    text: `module counter (input wire clk, input wire enable, input wire rst, output reg [7:0] count);
      always @(posedge clk) if (rst) count <= 8'd0; else if (enable) count <= count + 8'd1;
    endmodule`,
  },
];
const squared = [
  {
    name: 'top.v',
    text: `module half (input wire signed [15:0] x, output wire signed [31:0] y); assign y = x * x; endmodule
      module top (input wire signed [15:0] a, input wire signed [15:0] b, output wire signed [31:0] y,
        output wire signed [31:0] z);
        half u_a (.x(a), .y(y)); half u_b (.x(b), .y(z)); endmodule`,
  },
];

test('gates: a NAND is one, of four transistors', async () => {
  expect(await synthesiseGates(nand, 'm')).toEqual({
    gates: 1,
    ff: 0,
    transistors: 4,
    depth: 1,
    cells: { $_NAND_: 1 },
  });
});

test('gates: an exclusive or is gates of its own only where the library has it', async () => {
  const xor = [{ name: 'x.v', text: nand[0]!.text.replace('~(a & b)', 'a ^ b') }];
  expect(await synthesiseGates(xor, 'm', { library: 'cmos' })).toMatchObject({
    transistors: 12,
    cells: { $_XOR_: 1 },
  });
  const { cells } = await synthesiseGates(xor, 'm');
  expect(cells).not.toHaveProperty('$_XOR_');
});

test('gates: enable and reset are gates beside plain flip-flops', async () => {
  const { ff, transistors, gates, depth, cells } = await synthesiseGates(counter, 'counter');
  expect(ff).toBe(8);
  expect(gates).toBeGreaterThan(8);
  expect(transistors).toBeGreaterThan(8 * 16 + 4 * 8);
  expect(depth).toBeGreaterThan(2);
  expect(Object.keys(cells).every((c) => /^\$_\w+_$/.test(c))).toBe(true);
});

test('FPGA: one LUT; eight flip-flops and a carry chain; a DSP in each of two instances', async () => {
  expect(await synthesiseFpga(nand, 'm')).toMatchObject({ lut: 1, ff: 0, carry: 0, dsp: 0 });
  expect(await synthesiseFpga(counter, 'counter', 'xc7')).toMatchObject({ ff: 8, carry: 2, dsp: 0 });
  expect(await synthesiseFpga(squared, 'top')).toMatchObject({ dsp: 2, ff: 0 });
});

test('what Yosys refuses is an error with its words', async () => {
  await expect(synthesiseGates(nand, 'missing')).rejects.toThrow('yosys: ');
});
