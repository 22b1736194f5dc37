// The bit-serial array against its golden model, and broken ones that must be caught.

import {
  BITMOD_DATATYPES,
  type BitmodDatatype,
  bitmodMantissaBits,
  bitmodTermCount,
} from '@gatewright/golden';
import { type ParamsOf, verifyUnit } from '@gatewright/sim';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { broken, expectCaught } from '../../test/broken.ts';
import { arrayParams, mantissaBits } from './params.ts';
import { arrayInputs } from './transactions.ts';
import { bitSerial, goldenConfig } from './unit.ts';

test.each(bitSerial.configurations)('%j is bit exact and as fast as predicted', async (params) => {
  const report = await verifyUnit(bitSerial, params, { runs: params.rows === 8 ? 2 : 10 });
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.checks).toBeGreaterThan(1000);
});

/** Cycles that the simulator counts for a dot product over groups of these datatypes, its codes all alike. */
async function measured(params: z.input<typeof arrayParams>, datatypes: readonly BitmodDatatype[]) {
  const p = arrayParams.parse(params);
  const columns = Array.from({ length: p.columns * p.tileColumns }, () => ({
    codes: new Array<number>(p.groupSize).fill(1),
    special: 0,
    scale: 1,
  }));
  const inputs = arrayInputs(p, [
    {
      activations: Array.from({ length: p.rows * p.tileRows }, () =>
        new Array<number>(p.groupSize * datatypes.length).fill(0x3c00),
      ),
      groups: datatypes.map((datatype) => ({ datatype, columns })),
    },
  ]);
  const unit: typeof bitSerial = {
    ...bitSerial,
    stimulus: () => ({ directed: [{ name: 'steady', inputs }], random: fc.constant(inputs) }),
  };
  const { ok, scenarios } = await verifyUnit(unit, params, { backend: 'native', runs: 0, stalls: false });
  expect(ok).toBe(true);
  return scenarios[0]!.cycles;
}

describe('the simulator counts 4 / T products per cycle and PE, sustained over groups', () => {
  // Eight rows: their sums take all of the 64 cycles of the shortest groups to leave.
  const tile = { rows: 8, columns: 1 };
  test.each(BITMOD_DATATYPES)('%s', async (datatype) => {
    const groups = (count: number): BitmodDatatype[] => new Array<BitmodDatatype>(count).fill(datatype);
    const cycles = (await measured(tile, groups(6))) - (await measured(tile, groups(2)));
    expect((4 * 128) / cycles).toBe(4 / bitmodTermCount(datatype));
  });

  test('with another datatype in every group, no cycle is lost', async () => {
    const order: BitmodDatatype[] = ['int8', 'fp3', 'int6', 'fp4', 'int8', 'int3', 'int5', 'int4', 'fp4'];
    const terms = order.reduce((sum, datatype) => sum + bitmodTermCount(datatype), 0);
    const twice = await measured(tile, [...order, ...order]);
    expect(twice - (await measured(tile, order))).toBe(32 * terms);
  });

  test('an array of tiles is as fast as one', async () => {
    const groups: BitmodDatatype[] = ['fp4', 'fp4', 'fp4', 'fp4'];
    const array = { rows: 8, columns: 1, tileRows: 2, tileColumns: 2, broadcastStages: 2 };
    expect(await measured(array, groups)).toBe((await measured(tile, groups)) + array.broadcastStages);
  });
});

test('group sums are as wide as the golden model says', () => {
  for (const activation of ['fp16', 'bf16', 'int8'] as const) {
    for (const weightBits of [4, 5, 6, 7, 8]) {
      for (const groupSize of [4, 64, 128, 1024]) {
        const p = arrayParams.parse({ activation, weightBits, groupSize });
        const largest = Math.max(20, 2 ** (weightBits - 1));
        expect(mantissaBits(p)).toBe(bitmodMantissaBits(goldenConfig(p), groupSize, largest));
      }
    }
  }
});

describe('a broken array is caught', () => {
  test.each([
    ['a product without its carry', 'BitSerialPe', "+ {22'd0, negative_0}", "+ 23'd0"],
    ['terms of radix 2', 'BitSerialPe', "{set_before[20:0], 2'd0}", "{set_before[21:0], 1'd0}"],
    ['a logical shift of the group sum', 'BitSerialPe', 'total >>> distance', 'total >> distance'],
    ['a group that never restarts', 'BitSerialPe', '~restart ?', "1'b1 ?"],
    ['subnormals with a hidden one', 'RowAligner', '{{exponent_0_any,', "{{1'b1,"],
    ['subnormals at exponent 0', 'RowAligner', 'activations_0[10] | ~exponent_0_any', 'activations_0[10]'],
    ['a maximum that forgets', 'RowAligner', '~restart & (maximum > largest)', "1'b0"],
    [
      'a maximum that outlives its group',
      'RowAligner',
      '~restart & (maximum > largest)',
      'maximum > largest',
    ],
    ['a flipped Booth sign', 'TermEncoder', 'window_0[2]', '~window_0[2]'],
    ['a scale one bit short', 'SerialScaler', 'scale_rest[0]', '(scale_rest[0] & ~finish)'],
    ['FP4 in whole units', 'BitSerialArray', '== GROUP_DATATYPE_FP4)', '== GROUP_DATATYPE_FP3)'],
  ])('%s', (_, module, from, to) => isCaught({ rows: 1, columns: 1 }, module, from, to));

  const array = {
    rows: 1,
    columns: 1,
    tileRows: 2,
    tileColumns: 2,
    broadcastStages: 1,
    lanes: 2,
    groupSize: 8,
  };
  test.each([
    ['a bank that is not waited for', 'BitSerialArray', ' & weights_1_valid', ''],
    [
      'a bank that two columns of tiles read',
      'BitSerialArray',
      '(weights_1_data_0_1)',
      '(weights_0_data_0_1)',
    ],
    ['terms that come too early', 'BitSerialTile', '(digits_stage_1_0_0_one)', '(digits_0_0_one)'],
    [
      'a row of tiles with the exponent of another',
      'ArrayDrain',
      'held_fields_1_0 <= fields_1_0',
      'held_fields_1_0 <= fields_0_0',
    ],
    [
      'sums that are captured a stage too early',
      'BitSerialArray',
      '(ended_stage_1_capture)',
      '(sum_capture)',
    ],
  ])('%s', (_, module, from, to) => isCaught(array, module, from, to));
});

const isCaught = (params: ParamsOf<typeof bitSerial>, module: string, from: string, to: string) =>
  expectCaught(bitSerial, params, broken(module, from, to), { runs: 1, backend: 'verilator' });
