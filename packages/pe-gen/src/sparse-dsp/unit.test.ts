// The sparse chain against its golden model, in every packing, body and form, and broken chains that must be caught.

import { verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { broken, expectCaught } from '../../test/broken.ts';
import { sparseDsp } from './unit.ts';

test.each(sparseDsp.configurations)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(sparseDsp, params, { runs: 4 });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(1000);
  },
  300_000,
);

describe('a broken chain is caught', () => {
  test.each([
    ['a cut that is missing', 'SparseChain', '{start_4[4:0], starts_4}', "{start_4[4:0], 1'b0}"],
    ['a field read without its borrow', 'SparseChain', '~slice_1_sum[17]', 'slice_1_sum[17]'],
    ['segments that are not added', 'SparseChain', '(from_0_to_7[10] ?', "(1'b0 & from_0_to_7[10] ?"],
    ['an index that skips a bit', 'SparseChain', 'case (index_9)', "case (index_9 & 4'd14)"],
    ['a lost bias', 'PackedSlice', "'sh20000", "'sh0"],
  ] as const)(
    '%s',
    async (_, module, from, to) => {
      await expectCaught(sparseDsp, {}, broken(module, from, to), {
        ...{ runs: 1, stalls: false, backend: 'verilator' },
      });
    },
    300_000,
  );
});
