// The Verilog of the sparse chain as reviewed text, clean in Verilator, Icarus and Yosys for every configuration.

import { expect, test } from 'vitest';
import { SparseChain, SparseDotProducts, SparseMpe } from '../src/index.ts';
import { complaints } from './clean.ts';

test.each([
  ['generic', 'SparseChain'],
  ['generic', 'PackedSlice_begins_never_products_2'],
  ['dsp48e2', 'PackedSlice_implementation_dsp48e2_begins_split_products_9'],
] as const)('%s: %s prints as reviewed', async (implementation, name) => {
  const params = name.includes('split')
    ? ({ implementation, overflow: 'split' } as const)
    : ({ implementation, taps: 4, segment: 2 } as const);
  const file = SparseChain.elaborate(params)
    .verilog()
    .find((f) => f.module === name)!;
  await expect(file.text).toMatchFileSnapshot(`verilog/${file.name}`);
});

test.each([
  { taps: 4 as const, segment: 2 },
  { overflow: 'split' as const, taps: 32 as const },
  { packing: 'int4' as const, taps: 8 as const },
  { packing: 'w4a8' as const, groupTaps: 4 as const },
])(
  '%j is clean in three tools',
  async (params) => {
    const circuit = SparseDotProducts.elaborate(params);
    expect(circuit.warnings.map((w) => w.message)).toEqual([]);
    expect(await complaints(circuit.verilog(), 'SparseDotProducts')).toEqual([]);
  },
  120_000,
);

test('the engine is clean in three tools', async () => {
  const circuit = SparseMpe.elaborate({ pairs: 1, weights: 'packed', overflow: 'split' });
  expect(circuit.warnings.map((w) => w.message)).toEqual([]);
  expect(await complaints(circuit.verilog(), 'SparseMpe')).toEqual([]);
}, 120_000);
