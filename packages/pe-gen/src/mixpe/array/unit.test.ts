// The arrays against their golden model at every size, and broken arrays that must be caught.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { mixpeArray } from './unit.ts';

test.each(mixpeArray.configurations)('%j is bit exact and as fast as predicted', async (params) => {
  const report = await verifyUnit(mixpeArray, params, { runs: 4, backend: 'native' });
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
});
