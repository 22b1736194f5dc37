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
  ['passes that are not added up', 'PassUnit', 'group_sum_now_opens ?', "1'b1 ?"],
  ['groups that are never closed', 'PassUnit', 'group_sum_now_opens ?', "1'b0 ?"],
  [
    'sums of activations of the token before',
    'MixPeStationary',
    'row_sum_now_at    <= row_sum_place_at',
    'row_sum_now_at    <= row_sum_place',
  ],
  ['the constants of the group before', 'PassUnit', 'case (summed_2_slot)', 'case (load_slot)'],
  ['a result without room', 'MixPeStationary', "room >= 4'd1", "1'b1"],
])('%s', async (_, module, from, to) => {
  await expectCaught(mixpeStationary, params, broken(module, from, to));
});

test('weights that wait for the end of a pass: right, but too slow', async () => {
  const fault = broken('MixPeStationary', 'weights_ready = ~ready | begins', 'weights_ready = ~ready');
  await expectTooSlow(mixpeStationary, params, fault);
});
