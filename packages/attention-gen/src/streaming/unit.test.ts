// Online attention against its golden model; the naive graph at the depths that the law names, and below them.

import { FP16, naiveAttentionRow } from '@gatewright/golden';
import { SimTimeout, simulate, verifyUnit } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { NaiveAttention } from './naive.ts';
import { EXP_KIND, longFifoDepth, streamingParams } from './params.ts';
import { onlineAttention, streamingInputs, streamingRows } from './unit.ts';

test.each(onlineAttention.configurations)(
  '%j is bit exact, a key per cycle',
  async (params) => {
    const report = await verifyUnit(onlineAttention, params, { runs: 5, backend: 'native' });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
  },
  600_000,
);

/** Cycles of `rows` rows of `keys` keys through the naive graph, its outputs compared. */
async function naive(keys: number, fifoDepth: number, rows = 8): Promise<number> {
  const p = streamingParams.parse({ valueDim: 1 });
  const inputs = streamingInputs(p, new Array(rows).fill(keys), 7, 1);
  const expected = streamingRows(inputs).map((row) => naiveAttentionRow(EXP_KIND, FP16, row).map(BigInt));
  return simulate(
    NaiveAttention,
    { valueDim: 1, fifoDepth },
    { backend: 'native', timeout: 500 },
    async (dut, t) => {
      void dut.score.send(...inputs.score).catch(() => {});
      void dut.value.send(...inputs.value).catch(() => {});
      const start = t.cycle;
      const got = await dut.out.take(rows);
      expect(got).toEqual(expected);
      return t.cycle - start;
    },
  );
}

test('the naive graph runs at full rate from the depth of the law on, slower below it, and stops below a row', async () => {
  const keys = 16;
  const law = longFifoDepth(keys);
  expect(law).toBe(keys + 2);
  const full = await naive(keys, law);
  expect(await naive(keys, law + 8)).toBe(full);
  const slower = await naive(keys, law - 1);
  expect(slower).toBeGreaterThan(full);
  expect(await naive(keys, keys)).toBeGreaterThan(slower);
  // The fork in front lets the sum run one token ahead, so the last length that moves at all is one less than a row.
  expect(await naive(keys, keys - 1)).toBeGreaterThan(full);
  await expect(naive(keys, keys - 2)).rejects.toThrow(SimTimeout);
}, 600_000);
