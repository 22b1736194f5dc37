// Module by module against the whole: the same counts; and figures of small circuits that are known by hand.

import { expect, test } from 'vitest';
import { synthesiseFpga } from './synthesise.ts';
import { type ModuleCache, synthesiseModules } from './synthesise-modules.ts';

const file = (name: string, text: string) => ({ name: `${name}.v`, text });
const square = file(
  'square',
  'module square (input wire signed [7:0] x, output wire signed [15:0] y); assign y = x * x; endmodule',
);
const pair = file(
  'pair',
  `module pair (input wire clk, input wire signed [7:0] a, input wire signed [7:0] b, output reg signed [16:0] y);
    wire signed [15:0] p; wire signed [15:0] q;
    square u_a (.x(a), .y(p)); square u_b (.x(b), .y(q));
    always @(posedge clk) y <= p + q;
  endmodule`,
);
const top = file(
  'top',
  `module top (input wire clk, input wire signed [7:0] a, input wire signed [7:0] b, output wire signed [16:0] y, output wire signed [15:0] z);
    pair u_pair (.clk(clk), .a(a), .b(b), .y(y)); square u_z (.x(a), .y(z));
  endmodule`,
);
const files = [square, pair, top];

test('with black boxes in the place of modules known before: as in one synthesis of the hierarchy', async () => {
  const cache: ModuleCache = new Map();
  await synthesiseModules([square, pair], 'pair', 'xcup', cache);
  const { cells, ...figures } = await synthesiseModules(files, 'top', 'xcup', cache);
  const { cells: _, ...whole } = await synthesiseFpga(files, 'top', 'xcup');
  expect(figures).toEqual(whole);
  expect(figures).toMatchObject({ ff: 17 });
  expect(Object.keys(cells)).not.toContain('square');
}, 600_000);

test.each(['ecp5', 'ice40'] as const)(
  '%s: seventeen flip-flops, and logic or multipliers for three squares',
  async (family) => {
    const { ff, lut, dsp } = await synthesiseModules(files, 'top', family);
    expect(ff).toBe(17);
    expect(lut + dsp).toBeGreaterThan(0);
    expect(await synthesiseModules([square], 'square', family)).toMatchObject({ ff: 0 });
  },
);

test('a module is mapped once, whatever design it is in', async () => {
  const cache: ModuleCache = new Map();
  await synthesiseModules(files, 'top', 'ice40', cache);
  expect(cache.size).toBe(3);
  await synthesiseModules([square, pair], 'pair', 'ice40', cache);
  expect(cache.size).toBe(3);
}, 600_000);

test('what Yosys refuses is an error with its words, each time', async () => {
  const broken = file('broken', 'module broken (input wire a, output wire y); assign y = a +; endmodule');
  const cache: ModuleCache = new Map();
  for (let i = 0; i < 2; i++)
    await expect(synthesiseModules([broken], 'broken', 'ice40', cache)).rejects.toThrow('yosys: ');
  await expect(synthesiseModules(files, 'none', 'ice40')).rejects.toThrow('there is no module none');
});

test('a primitive that comes with a model for simulators is a cell, whatever its model says', async () => {
  const files = [
    {
      name: 'DSP48E2.v',
      text: 'module DSP48E2(input CLK, output [47:0] P);\n  assign P = {48{CLK}};\nendmodule\n',
    },
    {
      name: 'Pair.v',
      text: `module Pair(input clk, output [47:0] a, output [47:0] b);
  DSP48E2 u_a (.CLK(clk), .P(a));
  DSP48E2 u_b (.CLK(clk), .P(b));
endmodule
`,
    },
  ];
  expect(await synthesiseModules(files, 'Pair', 'xcup')).toMatchObject({ dsp: 2, lut: 0, ff: 0 });
});
