// The Verilog of the bit-serial array as reviewed text, clean in Verilator, Icarus and Yosys for every configuration.

import { expect, test } from 'vitest';
import { BitSerialArray, bitSerial } from '../src/index.ts';
import { complaints } from './clean.ts';

test.each([
  'BitSerialArray',
  'BitSerialTile_rows_1_columns_1',
  'BitSerialPe',
  'RowAligner',
  'TermEncoder',
  'SerialScaler_rows_1_columns_1',
])('%s prints as reviewed', async (name) => {
  const file = BitSerialArray.elaborate({ rows: 1, columns: 1 })
    .verilog()
    .find((f) => f.module === name)!;
  await expect(file.text).toMatchFileSnapshot(`verilog/${file.name}`);
});

const configurations = [
  ...bitSerial.configurations.filter((c) => c.rows !== 8),
  { rows: 3, columns: 2 },
  { rows: 1, columns: 2, lanes: 1, groupSize: 16, weightBits: 4 },
  { rows: 2, columns: 1, lanes: 8, activation: 'bf16' as const, rounding: 'nearest_even' as const },
  { rows: 2, columns: 1, activation: 'int8' as const, weightBits: 5, groupSize: 4 },
];
test.each(configurations)('%j is clean in three tools', async (params) => {
  const circuit = BitSerialArray.elaborate(params);
  expect(circuit.warnings.map((w) => w.message)).toEqual([]);
  expect(await complaints(circuit.verilog(), 'BitSerialArray')).toEqual([]);
});
