// Long sequences through 64 cores: every output right, and rows exactly one period apart from the first to the last.

import { expect, test } from 'vitest';
import { longRun } from './long-run.ts';

test('4,096 rows through 64 cores: latency = prologue + (rows + 1) x period', async () => {
  const run = await longRun({ window: 64, headDim: 32 }, 4096);
  expect(run.problem).toBeUndefined();
  expect(run.ok).toBe(true);
  expect(run.cycles).toBe(run.law.cycles);
  expect(run.utilisation).toBeGreaterThan(0.73);
}, 900_000);

test.each([
  [201, 'sequential', 0.31],
  [75, 'interleaved', 0.84],
] as const)(
  'rows of 64 through 64 cores, %d cycles each: two lengths on one line',
  async (period, schedule, least) => {
    const short = await longRun({ window: 64, headDim: 64, schedule, maximum: 'none' }, 40);
    const longer = await longRun({ window: 64, headDim: 64, schedule, maximum: 'none' }, 140);
    expect([short.ok, longer.ok]).toEqual([true, true]);
    expect(short.law.rowPeriod).toBe(period);
    expect([short.cycles, longer.cycles]).toEqual([short.law.cycles, longer.law.cycles]);
    expect(longer.cycles - short.cycles).toBe(100 * period);
    expect(longer.utilisation).toBeGreaterThan(least);
  },
  900_000,
);
