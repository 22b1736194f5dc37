// The engine against its golden model.

import { verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { broken, expectCaught } from '../../test/broken.ts';
import { sparseMpe } from './mpe-unit.ts';

test.each(sparseMpe.configurations)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(sparseMpe, params, { runs: 3 });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(500);
  },
  300_000,
);

describe('a broken engine is caught', () => {
  test.each([
    ['a sum that does not begin anew', 'TileSums', '(first_7 ?', "(1'b0 & first_7 ?"],
    ['a column in the wrong place', 'PlaceTracker', "(n == 5'd4) ? 4'd6", "(n == 5'd4) ? 4'd5"],
    ['a place that is not forgotten', 'PlaceTracker', '(used_1 | here_1) & ~forget', 'used_1 | here_1'],
    ['a half that is read before it is full', 'SparseMpe', '(use_half ? filled_1 : filled_0)', "1'b1"],
    ['a block that is never done with', 'BlockScanner', '~taken[3]', "1'b1"],
  ] as const)(
    '%s',
    async (_, module, from, to) => {
      await expectCaught(sparseMpe, { pairs: 1 }, broken(module, from, to), {
        ...{ runs: 1, stalls: false, backend: 'verilator' },
      });
    },
    300_000,
  );
});
