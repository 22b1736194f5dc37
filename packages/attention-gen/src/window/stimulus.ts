// What window attention is fed with to verify it: lengths around the window, equal keys, huge scores, corners, shared keys.
// Invariant: transactions only; expected values come from the golden model, never from here.

import { numberToFloatRne } from '@gatewright/golden';
import type { DirectedScenario, Stimulus } from '@gatewright/sim/unit';
import fc from 'fast-check';
import type { WindowParams } from './params.ts';
import { type WindowInputs, type WindowJob, windowInputs } from './transactions.ts';
import { formatOf, scoreBound, scoredCodes, sumFormatOf } from './workload.ts';

/** Reproducible numbers: uniform in (0, 1), and N(0, 1). */
export function randomNumbers(seed: number) {
  let state = (Math.imul(seed, 0x9e3779b1) + 1) >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

interface Shape {
  readonly rows: number;
  readonly queries?: number;
  readonly q?: () => number;
  readonly k?: () => number;
  readonly v?: () => number;
  /** What scores are lowered by; the least that none exceeds by default. */
  readonly bound?: number;
}

/** A job of rows filled by the generators, N(0, 1) by default. */
export function makeJob(p: WindowParams, seed: number, shape: Shape): WindowJob {
  const f = formatOf(p);
  const { normal } = randomNumbers(seed);
  const { rows, queries = 1, q = normal, k = normal, v = normal, bound } = shape;
  const numbers = (count: number, next: () => number): number[] =>
    Array.from({ length: count * p.headDim }, next);
  const codes = scoredCodes(p, numbers(rows * queries, q), numbers(rows, k));
  const lowered = (): number =>
    bound === undefined ? scoreBound(p, codes) : numberToFloatRne(sumFormatOf(p), bound);
  const values = numbers(rows, v).map((x) => numberToFloatRne(f, x));
  return { rows, queries, ...codes, v: values, bound: p.maximum === 'bound' ? lowered() : 0 };
}

export function stimulus(p: WindowParams): Stimulus<WindowInputs> {
  const scenario = (name: string, jobs: readonly WindowJob[]): DirectedScenario<WindowInputs> => ({
    name,
    inputs: windowInputs(jobs),
  });
  const { normal, uniform } = randomNumbers(77);
  const huge = (): number => 30 * normal();
  const long = Math.min(2 * p.window + 5, 150);
  return {
    directed: [
      scenario('one row', [makeJob(p, 1, { rows: 1 })]),
      scenario('fewer rows than the window', [makeJob(p, 2, { rows: Math.max(1, p.window - 1) })]),
      scenario('as many rows as the window', [makeJob(p, 3, { rows: p.window })]),
      scenario('more rows than the window, not a multiple', [makeJob(p, 4, { rows: long })]),
      scenario('jobs back to back, the next one shorter', [
        makeJob(p, 5, { rows: 3 }),
        makeJob(p, 6, { rows: 2 }),
        makeJob(p, 7, { rows: 1 }),
        makeJob(p, 8, { rows: p.window > 100 ? 3 : p.window + 1 }),
      ]),
      scenario('equal keys', [makeJob(p, 9, { rows: 9, k: () => 0.5 })]),
      scenario('huge scores', [makeJob(p, 10, { rows: 12, q: huge, k: huge })]),
      scenario('scores that overflow FP16', [
        makeJob(p, 15, { rows: 5, q: () => 200 + 100 * uniform(), k: () => 200 + 100 * uniform() }),
        makeJob(p, 16, { rows: 5, q: () => 200 + 100 * uniform(), k: () => -200 - 100 * uniform() }),
      ]),
      ...(p.maximum === 'bound'
        ? [
            scenario('a bound far above all scores', [makeJob(p, 17, { rows: 5, bound: 60 })]),
            scenario('a bound below the scores', [makeJob(p, 18, { rows: 5, bound: -14 })]),
          ]
        : []),
      scenario('infinities, NaN and subnormals among values', [
        makeJob(p, 11, {
          rows: 9,
          v: () => [1e-7, -3e-8, Infinity, Number.NaN, 0, -0][Math.floor(6 * uniform())]!,
        }),
        makeJob(p, 12, { rows: 4 }),
      ]),
      scenario('query heads that share keys', [
        makeJob(p, 13, { rows: 4, queries: 4 }),
        makeJob(p, 14, { rows: 3, queries: 2 }),
      ]),
    ],
    random: fc
      .array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 })), {
        minLength: 1,
        maxLength: 3,
      })
      .map((jobs) => windowInputs(jobs.map(([seed, rows, queries]) => makeJob(p, seed, { rows, queries })))),
  };
}
