// What window attention promises, asked of the circuit without its golden model: which keys a query sees, how often a row is
// loaded and into which slot, how many cycles a row takes, and that no port's waiting changes an answer.

import { FP16, floatToNumber, numberToFloatRne } from '@gatewright/golden';
import { type RunOptions, simulate } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { windowParams } from './params.ts';
import { makeJob, randomNumbers } from './stimulus.ts';
import { type WindowJob, windowInputs } from './transactions.ts';
import { windowAttention } from './unit.ts';
import { WindowAttention } from './window-attention.ts';
import { WindowSteps } from './window-steps.ts';
import { formatOf } from './workload.ts';

const slow = 600_000;
type Params = z.input<typeof windowParams> & { readonly headDim: number };
const code = (x: number): number => numberToFloatRne(FP16, x);

/** Outputs as numbers, row by row, and the cycle in which each row ended. */
async function attend(params: Params, jobs: readonly WindowJob[], options: RunOptions = {}) {
  const inputs = windowInputs(jobs);
  const format = formatOf(windowParams.parse(params));
  const rows = jobs.reduce((sum, job) => sum + job.rows * job.queries, 0);
  return simulate(WindowAttention, params, { backend: 'native', ...options }, async (dut, t) => {
    const sent = [
      dut.job.send(...inputs.job),
      dut.q.send(...inputs.q),
      dut.k.send(...inputs.k),
      dut.v.send(...inputs.v),
    ];
    const [out, ends]: [number[][], number[]] = [[], []];
    for (let row = 0; row < rows; row++) {
      const elements = await dut.out.take(params.headDim);
      expect(elements.map((e) => e.last).indexOf(true)).toBe(params.headDim - 1);
      out.push(elements.map((e) => floatToNumber(format, Number(e.data))));
      ends.push(t.cycle);
    }
    // Every element offered has been taken.
    await Promise.all(sent);
    return { out, ends };
  });
}

describe('which keys a query sees', () => {
  // With keys of zero every weight is 1; value row j is the unit vector j, so an output is 1 / (number of live keys) where
  // its query sees the key, and 0 elsewhere.
  test.each([
    [2, 0],
    [2, 1],
    [3, 1],
    [4, 0],
    [4, 3],
    [5, 2],
  ])(
    'window %d, %d ahead: every length to 8',
    async (window, lookAhead) => {
      const headDim = 8;
      const jobs = Array.from({ length: headDim }, (_, n): WindowJob => {
        const rows = n + 1;
        const unit = Array.from({ length: rows * headDim }, (_, e) =>
          Math.floor(e / headDim) === e % headDim ? code(1) : 0,
        );
        const zero = new Array(rows * headDim).fill(0);
        return { rows, queries: 1, q: zero, k: zero, v: unit };
      });
      const { out } = await attend({ window, headDim, lookAhead }, jobs);
      const expected = jobs.flatMap(({ rows }) =>
        Array.from({ length: rows }, (_, i) => {
          const seen = Array.from({ length: headDim }, (_, j) => j).filter(
            (j) => j >= i - (window - 1 - lookAhead) && j <= i + lookAhead && j < rows,
          );
          expect(seen).toHaveLength(
            Math.min(i, window - 1 - lookAhead) + 1 + Math.min(rows - 1 - i, lookAhead),
          );
          return Array.from({ length: headDim }, (_, j) =>
            seen.includes(j) ? floatToNumber(FP16, code(1 / seen.length)) : 0,
          );
        }),
      );
      expect(out).toEqual(expected);
    },
    slow,
  );
});

test.each([
  [2, 0],
  [5, 2],
  [7, 6],
])(
  'steps of window %d, %d ahead: key j goes to slot j mod window, once',
  async (window, lookAhead) => {
    const lengths = Array.from({ length: 3 * window }, (_, n) => n + 1);
    await simulate(WindowSteps, { window, lookAhead }, { backend: 'native' }, async (dut) => {
      for (const rows of lengths) {
        void dut.job.send({ last_row: rows - 1, last_query: 0, bound: 0 });
        const steps = await dut.step.take(rows + lookAhead);
        steps.forEach((step, j) => {
          expect(Number(step.slot)).toBe(j % window);
          expect(step.load).toBe(j < rows);
          expect(step.drop).toBe(j >= rows);
          expect(step.clear).toBe(j === 0);
          expect(step.query).toBe(j >= lookAhead);
        });
      }
    });
  },
  slow,
);

describe('cycles', () => {
  // Three cores do: the period depends on headDim and on the formats, the window adds to the prologue only.
  test.each([
    [201, 'the paper, FP16', { schedule: 'sequential', maximum: 'none' }],
    [264, 'the paper, FP32', { schedule: 'sequential', maximum: 'none', dataType: 'fp32' }],
    [75, 'interleaved, FP16', {}],
    [79, 'interleaved, FP32', { dataType: 'fp32' }],
    [72, 'bytes for q and k', { scores: 'int8', accumulator: 'fp32' }],
    [139, 'interleaved, FP16, rows of 128', { headDim: 128 }],
  ] as const)(
    '%d per row, of 64 elements unless said: %s',
    async (period, _, params) => {
      const p = windowParams.parse({ window: 3, headDim: 64, ...params });
      const { ends } = await attend({ window: 3, headDim: 64, ...params }, [makeJob(p, 3, { rows: 9 })]);
      expect(ends.slice(1).map((end, n) => end - ends[n]!)).toEqual(new Array(8).fill(period));
    },
    slow,
  );
});

test(
  'equal keys give the mean of the values, a huge score its value',
  async () => {
    const headDim = 8;
    const p = windowParams.parse({ window: 4, headDim });
    const job = makeJob(p, 5, { rows: 9, k: () => 0.75 });
    const rows = (codes: readonly number[]) =>
      Array.from({ length: 9 }, (_, i) =>
        codes.slice(i * headDim, (i + 1) * headDim).map((c) => floatToNumber(FP16, c)),
      );
    const v = rows(job.v);
    // Query i is 50 times key i, and the keys are orthogonal: score 50 / sqrt(8) * 16 for its own key, 0 for the others.
    const sparse = (size: number): number[] =>
      Array.from({ length: 9 * headDim }, (_, e) =>
        Math.floor(e / headDim) % headDim === e % headDim ? code(size) : 0,
      );
    const { out } = await attend({ window: 4, headDim }, [job, { ...job, q: sparse(50), k: sparse(16) }]);
    out.slice(0, 9).forEach((row, i) => {
      const seen = v.slice(Math.max(0, i - 3), i + 1);
      row.forEach((o, h) => {
        const mean = seen.reduce((sum, x) => sum + x[h]!, 0) / seen.length;
        expect(Math.abs(o - mean)).toBeLessThan(4e-3);
      });
    });
    expect(out.slice(9)).toEqual(v);
  },
  slow,
);

test.each(['job', 'q', 'k', 'v', 'out'] as const)(
  'waiting on %s alone changes nothing',
  async (slowPort) => {
    const params = { window: 3, headDim: 4, lookAhead: 1 };
    const p = windowParams.parse(params);
    const jobs = [1, 7, 2, 5].map((rows, n) => makeJob(p, 40 + n, { rows, queries: 1 + (n % 2) }));
    const inputs = windowInputs(jobs);
    const expected = windowAttention.golden(p, inputs).out;
    const { uniform } = randomNumbers(9);
    const got = await simulate(WindowAttention, params, { backend: 'native' }, async (dut, t) => {
      const wait = (name: string): Promise<void> =>
        name === slowPort && uniform() < 0.5
          ? t.step(1 + Math.floor(60 * uniform() ** 3))
          : Promise.resolve();
      const trickle = async <T>(name: string, send: (value: T) => Promise<void>, values: readonly T[]) => {
        for (const value of values) {
          await wait(name);
          await send(value);
        }
      };
      const sent = [
        trickle('job', (x) => dut.job.send(x), inputs.job),
        trickle('q', (x) => dut.q.send(x), inputs.q),
        trickle('k', (x) => dut.k.send(x), inputs.k),
        trickle('v', (x) => dut.v.send(x), inputs.v),
      ];
      const out = [];
      while (out.length < expected.length) {
        await wait('out');
        out.push(await dut.out.recv());
      }
      await Promise.all(sent);
      return out;
    });
    expect(got).toEqual(expected);
  },
  slow,
);

test.each([
  { maximum: 'online' },
  { maximum: 'bound' },
  { maximum: 'bound', accumulator: 'fp32' },
  { maximum: 'online', schedule: 'sequential', dataType: 'bf16' },
] as const)('huge scores give finite outputs: %j', (params) => {
  const p = windowParams.parse({ window: 8, headDim: 16, ...params });
  const { normal, uniform } = randomNumbers(4);
  const shapes = [
    { q: () => 30 * normal(), k: () => 30 * normal() },
    { q: () => 200 + 100 * uniform(), k: () => 200 + 100 * uniform() },
  ];
  // The golden model's outputs; the unit's own scenarios hold the circuit to them, bit by bit.
  for (const shape of p.maximum === 'online' ? shapes : shapes.slice(0, 1)) {
    const { out } = windowAttention.golden(p, windowInputs([makeJob(p, 8, { rows: 30, ...shape })]));
    const top = p.dataType === 'bf16' ? 0x7f80 : 0x7c00;
    expect(out.filter((o) => (Number(o.data) & top) === top)).toEqual([]);
  }
});
