// Any mask through the attention array: windows, global tokens, dilation, blocks that count twice.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { attentionArrayUnit } from './array-unit.ts';

test.each(attentionArrayUnit.configurations)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(attentionArrayUnit, params, { runs: 5, backend: 'native' });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(5000);
  },
  600_000,
);
