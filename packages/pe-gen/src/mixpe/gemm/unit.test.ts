// The tile sequencer against its golden model, and broken sequencers that must be caught.

import { verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { broken, expectCaught } from '../../../test/broken.ts';
import { mixpeSequencer } from './unit.ts';

test.each(mixpeSequencer.configurations)('%j is bit exact and as fast as predicted', async (params) => {
  const report = await verifyUnit(mixpeSequencer, params, { runs: 6, backend: 'native' });
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
});

describe('a broken sequencer is caught', () => {
  test.each([
    [
      'activations that are always new',
      'first_across = outputs_left == outputs',
      "first_across = 1'b1 | (outputs_left == outputs)",
    ],
    ['the step before, read again', 'kept[next_step]', 'kept[step]'],
    [
      'a tile too few in a row',
      "last_across  = outputs_left <= 16'd2",
      "last_across  = outputs_left <= 16'd3",
    ],
    ['results of tokens that there are not', 'exists      = (', "exists      = 1'b1 | ("],
  ])('%s', async (_, from, to) => {
    const params = { rows: 2, columns: 2, groupSize: 4, maxDepth: 8 };
    await expectCaught(mixpeSequencer, params, broken('MixPeGemm', from, to), { runs: 1, timeout: 1000 });
  });
});
