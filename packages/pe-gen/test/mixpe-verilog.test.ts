// The Verilog of the MixPE lane as reviewed text, clean in Verilator, Icarus and Yosys for every configuration and width.

import { expect, test } from 'vitest';
import { MixPeLane, mixpe } from '../src/index.ts';
import { complaints } from './clean.ts';

test.each(['MixPeLane', 'MixPe_lanes_2', 'Dequantise', 'FloatAdd_fullRange_false'])(
  '%s prints as reviewed',
  async (name) => {
    const file = MixPeLane.elaborate({ lanes: 2 })
      .verilog()
      .find((f) => f.module === name)!;
    await expect(file.text).toMatchFileSnapshot(`verilog/${file.name}`);
  },
);

const configurations = [
  ...mixpe.configurations,
  { groupSize: 64 },
  {
    weightBits: 2,
    weightSigned: true,
    multiplier: 'booth4' as const,
    zeroPoint: 'none' as const,
    lanes: 1,
    groupSize: 1,
  },
  { weightBits: 3, multiplier: 'booth4' as const, lanes: 3, groupSize: 96 },
  { weightBits: 8, weightSigned: true, multiplier: 'sign_mag' as const, groupSize: 4096, lanes: 16 },
  {
    weightBits: 5,
    multiplier: 'operator' as const,
    zeroPoint: 'constant' as const,
    zeroPointValue: 31,
    lanes: 4,
  },
  { weightSigned: true, zeroPoint: 'constant' as const, zeroPointValue: -8 },
];
test.each(configurations)('%j is clean in three tools', async (params) => {
  expect(await complaints(MixPeLane.elaborate(params).verilog(), 'MixPeLane')).toEqual([]);
});
