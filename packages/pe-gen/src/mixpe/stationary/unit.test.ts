// The weight-stationary array against its golden model at every size, and broken arrays that must be caught.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { mixpeStationary } from './unit.ts';

test.each(mixpeStationary.configurations)('%j is bit exact and as fast as predicted', async (params) => {
  const report = await verifyUnit(mixpeStationary, params, { runs: 4, backend: 'native' });
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
});
