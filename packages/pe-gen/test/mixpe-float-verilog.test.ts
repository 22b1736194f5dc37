// The Verilog of the float MixPE lane and of its baselines: reviewed text, clean in Verilator, Icarus and Yosys.

import { expect, test } from 'vitest';
import { FloatMac, MixPeFloat, MixPeFloatLane, mixpeFloat } from '../src/index.ts';
import { complaints } from './clean.ts';

test.each([
  ['MixPeFloat_fp32', { weightSigned: true }],
  ['MixPeFloat_fixed', { weightSigned: true, accumulator: 'fixed' }],
] as const)('%s prints as reviewed', async (name, params) => {
  await expect(MixPeFloat.elaborate(params).verilog().at(-1)!.text).toMatchFileSnapshot(`verilog/${name}.v`);
});

const configurations = [
  ...mixpeFloat.configurations,
  { weightBits: 2, groupSize: 1, zeroPoint: 'none' as const },
  { weightBits: 8, activation: 'bf16' as const, zeroPoint: 'constant' as const, zeroPointValue: 255 },
  {
    product: 'exponent' as const,
    activation: 'bf16' as const,
    flushSubnormals: true,
    weightBits: 5,
    zeroPoint: 'none' as const,
  },
];
test.each(configurations)('%j is clean in three tools', async (params) => {
  expect(await complaints(MixPeFloatLane.elaborate(params).verilog(), 'MixPeFloatLane')).toEqual([]);
});

test.each([
  {},
  { adder: 'fused', accumulator: 'fp16' },
  { weight: 'integer', weightBits: 8 },
  { weight: 'dequantised', adder: 'fused' },
] as const)('the baseline %j is clean in three tools', async (params) => {
  expect(await complaints(FloatMac.elaborate(params).verilog(), 'FloatMac')).toEqual([]);
});
