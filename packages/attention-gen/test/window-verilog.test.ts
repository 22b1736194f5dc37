// The Verilog of window attention as reviewed text, clean in Verilator, Icarus and Yosys.

import { expect, test } from 'vitest';
import { WindowAttention } from '../src/index.ts';
import { complaints } from './clean.ts';

const reviewed = { window: 4, headDim: 8, lookAhead: 1, maximum: 'online' } as const;

test.each(['AttentionCore', 'ArraySequencer', 'WindowSteps', 'RowBuffer_headDim_8', 'WindowAttention'])(
  '%s prints as reviewed',
  async (name) => {
    const files = WindowAttention.elaborate(reviewed).verilog({ locations: false });
    const file = files.find((f) => f.module === name || f.module.startsWith(`${name}_`))!;
    await expect(file.text).toMatchFileSnapshot(`verilog/${name}.v`);
  },
);

test.each([
  { window: 6, headDim: 8, lookAhead: 2 },
  { window: 5, headDim: 8, maximum: 'none', schedule: 'sequential', accumulator: 'fp32' },
  { window: 4, headDim: 4, maximum: 'bound', dataType: 'bf16', division: 'reciprocal' },
  { window: 3, headDim: 4, dataType: 'fp32', schedule: 'sequential' },
  { window: 3, headDim: 6, scores: 'int8', accumulator: 'fp32' },
] as const)(
  '%j is clean in three tools',
  async (params) => {
    const circuit = WindowAttention.elaborate(params);
    expect(await complaints(circuit.verilog(), 'WindowAttention')).toEqual([]);
  },
  600_000,
);
