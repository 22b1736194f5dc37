// Weight-stationary arrays that are broken on purpose: what the checks of the array are worth.

import { test } from 'vitest';
import { broken, expectCaught, expectTooSlow } from '../../../test/broken.ts';
import { mixpeStationary } from './unit.ts';

/** Two passes to a group. */
const params = { rows: 4, columns: 2, groupSize: 8, maxTokens: 4 };

test.each([
  [
    'weights that are taken over a cycle late',
    'MixPeStationary',
    '{swap_row[2:0], starts}',
    '{swap_row[2:0], swap_row[0]}',
  ],
  [
    'next weights that overwrite those of a lower row',
    'MixPeStationary',
    'load_row <= load_rows',
    'load_row <= {4{weights_taken}}',
  ],
  ['activations skewed by a cycle too little', 'MixPeStationary', 'x_1[23:16]', 'x_1[15:8]'],
  ['passes that begin at zero', 'PartialSums', 'entered_opens ?', "1'b1 ?"],
  ['groups that never begin', 'PartialSums', 'entered_opens ?', "1'b0 ?"],
  ['a sum that is fetched before it is stored', 'PartialSums', 'meets ? sum', "meets & 1'b0 ? sum"],
  ['the sum of another token', 'PartialSums', 'stored[leaving_place] <=', 'stored[leave_place] <='],
  [
    'a token that does not wait for its sum',
    'MixPeStationary',
    '(first_pass | is_back)',
    "(first_pass | 1'b1)",
  ],
  ['the constants of the group before', 'PassUnit', 'case (summed_slot)', 'case (load_slot)'],
  ['a result without room', 'MixPeStationary', "room >= 4'd1", "1'b1"],
])('%s', async (_, module, from, to) => {
  await expectCaught(mixpeStationary, params, broken(module, from, to));
});

test.each([
  [
    'weights of another group',
    'MixPeStationary',
    'group_fire ? group_scale_0 : held_scale_0',
    'held_scale_0',
  ],
  [
    'a tile that goes on with the constants of the one before',
    'MixPeStationary',
    '(new_tile | ~load_pass)',
    '(~load_pass)',
  ],
  ['a pass too many to a group', 'MixPeStationary', '(new_tile | ~load_pass)', 'new_tile'],
  ['weights that do not wait for their constants', 'MixPeStationary', 'free & ~group_missing', 'free'],
  ['a weight that overflows', 'DequantiseWeight', 'weight_overflow ?', "1'b0 ?"],
])('dequantised weights: %s', async (_, module, from, to) => {
  const first = { ...params, activation: 'fp16', dequantise: 'weights' } as const;
  await expectCaught(mixpeStationary, first, broken(module, from, to));
});

test('weights that wait for the end of a pass: right, but too slow', async () => {
  await expectTooSlow(mixpeStationary, params, broken('MixPeStationary', '~ready | begins', '~ready'));
});
