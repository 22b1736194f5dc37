// The Verilog of the systolic arrays as reviewed text, clean in Verilator, Icarus and Yosys for every configuration.

import { expect, test } from 'vitest';
import {
  MixPeArray,
  MixPeGemm,
  MixPeStationary,
  MixPeStationaryGemm,
  mixpeArray,
  mixpeSequencer,
  mixpeStationary,
  mixpeStationarySequencer,
} from '../src/index.ts';
import { complaints } from './clean.ts';

test.each(['MixPeArray', 'ArrayCell', 'ArrayColumn_rows_2', 'ColumnUnit_rows_2_columns_2', 'RowSums_rows_2'])(
  '%s prints as reviewed',
  async (name) => {
    const file = MixPeArray.elaborate({ rows: 2, columns: 2 })
      .verilog()
      .find((f) => f.module === name)!;
    await expect(file.text).toMatchFileSnapshot(`verilog/${name}.v`);
  },
);

test.each(mixpeArray.configurations)('%j is clean in three tools', async (params) => {
  const circuit = MixPeArray.elaborate(params);
  expect(circuit.warnings.map((w) => w.message)).toEqual([]);
  expect(await complaints(circuit.verilog(), 'MixPeArray')).toEqual([]);
});

test.each(mixpeSequencer.configurations)('the sequencer, %j, is clean in three tools', async (params) => {
  const circuit = MixPeGemm.elaborate(params);
  expect(circuit.warnings.map((w) => w.message)).toEqual([]);
  expect(await complaints(circuit.verilog(), 'MixPeGemm')).toEqual([]);
});

test.each(mixpeStationary.configurations)(
  'weight-stationary, %j, is clean in three tools',
  async (params) => {
    const circuit = MixPeStationary.elaborate(params);
    expect(circuit.warnings.map((w) => w.message)).toEqual([]);
    expect(await complaints(circuit.verilog(), 'MixPeStationary')).toEqual([]);
  },
);

test.each(mixpeStationarySequencer.configurations)(
  'the weight-stationary sequencer, %j, is clean in three tools',
  async (params) => {
    const circuit = MixPeStationaryGemm.elaborate(params);
    expect(circuit.warnings.map((w) => w.message)).toEqual([]);
    expect(await complaints(circuit.verilog(), 'MixPeStationaryGemm')).toEqual([]);
  },
);

test('the weight-stationary sequencer prints as reviewed', async () => {
  const [file] = MixPeStationaryGemm.elaborate({ rows: 2, columns: 2, addStages: 0 })
    .verilog()
    .filter((f) => f.module.startsWith('MixPeStationaryGemm'));
  await expect(file!.text).toMatchFileSnapshot('verilog/MixPeStationaryGemm.v');
});
