// Arrays that are broken on purpose: what the checks of the array are worth.

import { test } from 'vitest';
import { broken, expectCaught, expectTooSlow } from '../../../test/broken.ts';
import { mixpeArray } from './unit.ts';

/** Two units of two columns each. */
const params = { rows: 2, columns: 4, groupSize: 8, columnsPerUnit: 2 };

test.each([
  ['weights skewed by a cycle too little', 'MixPeArray', 'q_1[7:4]', 'q_1[3:0]'],
  ['activations skewed by a cycle too little', 'MixPeArray', '{x_1[15:8], x_0}', '{x_1[7:0], x_0}'],
  [
    'a drain that begins a cycle early',
    'MixPeArray',
    'starts             = {ends_row[2]',
    'starts             = {ends_row[1]',
  ],
  [
    'a second unit that begins a cycle early',
    'MixPeArray',
    'unit_1_begin_start = begin_1[5]',
    'unit_1_begin_start = begin_1[2]',
  ],
  [
    'sums of activations that reach the second unit early',
    'MixPeArray',
    'row_sum_1[21:11]',
    'row_sum_1[10:0]',
  ],
  ['sums of activations that are never cleared', 'RowSums', 'if (first[1])', "if (first[1] & 1'b0)"],
  [
    'sums of activations that do not go round',
    'ColumnUnit',
    'rotate  = active & ~last_column',
    "rotate  = active & 1'b0",
  ],
  ['the scale of another group', 'ColumnUnit', /(scale_now = column.*\s+\? \()using/, '$1loading'],
  ['a group that never restarts', 'MixPe', '{~first}', "{~(first & 1'b0)}"],
  [
    'a tile that goes on with the sums of the one before',
    'ColumnUnit',
    'term_fresh ? 32',
    "(term_fresh & 1'b0) ? 32",
  ],
  ['a finished sum that is overwritten while it waits', 'ColumnUnit', "last_row ? 1'b1 : 1'b0", "1'b1"],
  ['groups that end too close together', 'MixPeArray', "distance <= 2'd3", "distance <= 2'd2"],
  ['a tile without room for its results', 'MixPeArray', 'fits = ~activations_last |', "fits = 1'b1 |"],
  [
    'a step that is taken without its weights',
    'MixPeArray',
    'activations_ready = weights_valid &',
    'activations_ready =',
  ],
])('%s', async (_, module, from, to) => {
  await expectCaught(mixpeArray, params, broken(module, from, to));
});

test.each([
  [
    'groups that end further apart than they must',
    "distance <= 2'd3",
    "distance <= 3'd4",
    'reg [1:0] distance',
  ],
])('%s: right, but too slow', async (_, from, to, wide) => {
  const slow = broken('MixPeArray', from, to);
  const wider = broken('MixPeArray', wide, 'reg [2:0] distance');
  await expectTooSlow(mixpeArray, params, (files) => wider(slow(files)));
});
