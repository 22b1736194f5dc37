// A long sequence through 64 cores: every output right, and rows exactly one period apart from the first to the last.

import { verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { windowAttention } from '../src/index.ts';
import { timing, windowParams } from '../src/window/params.ts';
import { makeJob } from '../src/window/stimulus.ts';
import { windowInputs } from '../src/window/transactions.ts';

test('4,096 rows through 64 cores: latency = prologue + (rows + 1) x period', async () => {
  const params = { window: 64, headDim: 32 };
  const p = windowParams.parse(params);
  const rows = 4096;
  const only = {
    ...windowAttention,
    stimulus: () => ({
      directed: [{ name: 'long', inputs: windowInputs([makeJob(p, 31, { rows })]) }],
      random: windowAttention.stimulus(p).random,
    }),
  };
  const report = await verifyUnit(only, params, { runs: 0, stalls: false, backend: 'native' });
  expect(report.ok).toBe(true);
  const [long] = report.scenarios;
  const t = timing(p);
  // Two row periods deep: scored, then weighed. The prologue is the loading of the first row and what a row takes beyond them.
  const prologue = p.headDim + 1 + 1 + t.valueStart + p.headDim + t.toAdder + t.tree + 8 + 3 - t.rowPeriod;
  expect(long!.cycles).toBe(prologue + (rows + 1) * t.rowPeriod);
  // Each of the 64 + 64 multipliers is busy headDim cycles per row.
  const utilisation = (rows * p.headDim) / long!.cycles;
  expect(utilisation).toBeGreaterThan(0.73);
}, 900_000);
