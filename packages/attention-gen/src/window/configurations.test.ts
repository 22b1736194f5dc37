// The parameters of window attention against each other: every value of each, and most pairs, bit exact with the golden model.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { windowAttention } from './unit.ts';

test.each([
  { dataType: 'fp16', schedule: 'interleaved', maximum: 'online', division: 'reciprocal', exp: 'linear_16' },
  { dataType: 'fp16', schedule: 'sequential', maximum: 'online', accumulator: 'fp32', exp: 'table_64' },
  {
    dataType: 'fp16',
    schedule: 'interleaved',
    maximum: 'bound',
    accumulator: 'fp32',
    division: 'reciprocal',
  },
  { dataType: 'bf16', schedule: 'interleaved', maximum: 'online' },
  { dataType: 'bf16', schedule: 'sequential', maximum: 'bound', division: 'reciprocal', exp: 'quadratic_2' },
  { dataType: 'bf16', schedule: 'interleaved', maximum: 'none', accumulator: 'fp32', exp: 'linear_4' },
  { dataType: 'fp16', scores: 'int8', accumulator: 'fp32', maximum: 'online' },
  { dataType: 'bf16', scores: 'int8', accumulator: 'fp32', maximum: 'none', division: 'reciprocal' },
  { dataType: 'fp32', schedule: 'interleaved', maximum: 'online' },
] as const)(
  '%j',
  async (params) => {
    const shape = { window: 5, headDim: 6, lookAhead: params.maximum === 'online' ? 0 : 2 };
    const report = await verifyUnit(windowAttention, { ...shape, ...params }, { runs: 2, backend: 'native' });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
  },
  600_000,
);
