// No unit shows what nothing has set: two copies that power up with complementary bits give the same, with stalls and without.
// That is also what a reset in the middle of work needs: whatever registers without a reset held before it counts no more.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { UNITS } from '../src/registry.ts';

test.each(UNITS)('$name', async (unit) => {
  for (const params of unit.configurations) {
    const report = await verifyUnit(unit, params, { backend: 'native', powerUp: 'compare', runs: 2 });
    expect(report.scenarios.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(report.checks).toBeGreaterThan(0);
    expect(report.mismatchCount).toBe(0);
  }
});
