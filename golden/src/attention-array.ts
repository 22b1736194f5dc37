// Row-wise fused attention on an array of cores, bit for bit: score, exponential, weighted sum and one division per output.
// Invariant: every operation is one rounding to nearest even in the format named; sums over cores are a fixed tree over the
// core index, whatever keys the cores hold. Numbers inside, codes outside; NaN is canonical.

import type { AttentionStep } from './attention-steps.ts';
import { expFloat } from './exp-float.ts';
import type { ExpKind } from './exp-kind.ts';
import { divideByReciprocal, type ReciprocalTable } from './float-divide.ts';
import { type FloatFormat, floatWidth } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { floatRounder } from './float-rounder.ts';

export interface AttentionArrayConfig {
  readonly cores: number;
  readonly headDim: number;
  /** Of q, k, v, the weights exp(s) and the outputs. */
  readonly format: FloatFormat;
  /** Of products, scores and sums. When it is wider than `format`, products are exact in it. */
  readonly sum: FloatFormat;
  /** Partial sums of a score: element h belongs to sum h mod lanes. */
  readonly lanes: number;
  /** Scores of integers: an exact sum times both rows' scales, in `sum`. Floats by default. */
  readonly scores?: 'float' | 'int8';
  readonly exp: ExpKind;
  /** Subtracted from scores: nothing, a constant of the head that the score starts from, or the row's maximum. */
  readonly maximum: 'none' | 'bound' | 'online';
  /** Correctly rounded, or by a table of reciprocals. */
  readonly division: 'exact' | ReciprocalTable;
}

/**
 * Codes of `format`, row by row: query rows in the order of the query steps, K/V rows in the order of the loads. With integer
 * scores q and k are integers of -128 to 127.
 */
export interface AttentionRows {
  readonly q: ArrayLike<number>;
  readonly k: ArrayLike<number>;
  /** With integer scores: a code of `sum` per row that its integers are multiplied by, headDim^-1/2 among the query's. */
  readonly qScale?: ArrayLike<number>;
  readonly kScale?: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  /** Code of `sum`, for `bound`. */
  readonly bound?: number;
}

/** Codes of the outputs, a row of headDim per query step. Zeros where all weights are zero: no key, or none near the bound. */
export function attentionArray(
  config: AttentionArrayConfig,
  steps: readonly AttentionStep[],
  rows: AttentionRows,
): number[] {
  const { cores, headDim, format } = config;
  const arithmetic = arithmeticOf(config);
  const keyOf = new Int32Array(cores).fill(-1);
  const numbers = (codes: ArrayLike<number>): Float64Array =>
    Float64Array.from(codes, (code) => floatToNumber(format, code));
  const integers = config.scores === 'int8';
  const [q, k] = integers
    ? [Float64Array.from(rows.q), Float64Array.from(rows.k)]
    : [numbers(rows.q), numbers(rows.k)];
  const v = numbers(rows.v);
  const scaleOf = (scales: ArrayLike<number> | undefined, row: number): number =>
    floatToNumber(config.sum, scales![row]!);
  const start = config.maximum === 'bound' ? -floatToNumber(config.sum, rows.bound ?? 0) : 0;
  const scale = arithmetic.round(headDim ** -0.5);
  const outputs: number[] = [];
  let [loaded, queried] = [0, 0];
  for (const step of steps) {
    if (step.clear) keyOf.fill(-1);
    if (step.load) keyOf[step.slot] = loaded++;
    else if (step.drop) keyOf[step.slot] = -1;
    if (!step.query) continue;
    const from = queried++ * headDim;
    const query = q.subarray(from, from + headDim);
    const scaled = integers ? query : query.map((x) => arithmetic.round(x * scale));
    const scores = Array.from(keyOf, (key, core) => {
      if (key < 0) return undefined;
      const row = k.subarray(key * headDim, (key + 1) * headDim);
      if (!integers) return arithmetic.score(scaled, row, start);
      const both = arithmetic.product(scaleOf(rows.qScale, queried - 1) * scaleOf(rows.kScale, keyOf[core]!));
      // headDim products of bytes are exact in binary64.
      return arithmetic.product(both * scaled.reduce((sum, x, h) => sum + x * row[h]!, 0));
    });
    const weights = arithmetic.weights(scores);
    const total = arithmetic.tree(weights);
    for (let h = 0; h < headDim; h++) {
      const terms = weights.map((e, c) =>
        keyOf[c]! < 0 ? 0 : arithmetic.product(e * v[keyOf[c]! * headDim + h]!),
      );
      outputs.push(arithmetic.quotient(arithmetic.tree(terms), total === 0 ? 1 : total));
    }
  }
  return outputs;
}

/** The roundings of a configuration. */
function arithmeticOf(config: AttentionArrayConfig) {
  const { headDim, lanes, format, sum } = config;
  const [round, roundSum] = [floatRounder(format), floatRounder(sum)];
  const exponential = exponentialOf(config);
  const scratch = new Float64Array(config.cores);
  return {
    round,
    /** The product of two numbers of `format`: rounded when `sum` is no wider, else exact. */
    product: roundSum,
    score(q: Float64Array, k: Float64Array, start: number): number {
      const partial: number[] = new Array(Math.min(lanes, headDim)).fill(0);
      partial[0] = start;
      for (let h = 0; h < headDim; h++)
        partial[h % lanes] = roundSum(partial[h % lanes]! + roundSum(q[h]! * k[h]!));
      // In the order in which they are complete, two at a time, a sum behind those that wait.
      const queue = partial.map((_, n) => partial[(headDim + n) % partial.length]!);
      while (queue.length > 1) queue.push(roundSum(queue.shift()! + queue.shift()!));
      return queue[0]!;
    },
    weights(scores: readonly (number | undefined)[]): number[] {
      if (config.maximum !== 'online') return scores.map((s) => (s === undefined ? 0 : exponential(s)));
      const largest = scores.reduce<number>((m, s) => (s === undefined ? m : Math.max(m, s)), -Infinity);
      // A score that has overflowed is the largest too, and weighs 1.
      return scores.map((s) =>
        s === undefined ? 0 : exponential(s === largest ? 0 : roundSum(s - largest)),
      );
    },
    /** Neighbours half the array apart, until one is left. */
    tree(terms: readonly number[]): number {
      scratch.set(terms);
      for (let n = terms.length; n > 1; n = Math.ceil(n / 2)) {
        const half = Math.ceil(n / 2);
        for (let c = 0; c + half < n; c++) scratch[c] = roundSum(scratch[c]! + scratch[c + half]!);
      }
      return scratch[0]!;
    },
    quotient(z: number, l: number): number {
      if (config.division === 'exact') return numberToFloatRne(format, z / l);
      const code = (x: number): number => numberToFloatRne(sum, x);
      return divideByReciprocal(config.division, sum, format, code(z), code(l));
    },
  };
}

/** exp of a score of `sum` as a number of `format`; remembered by code where there are few codes. */
function exponentialOf({ exp, sum, format }: AttentionArrayConfig): (s: number) => number {
  const compute = (code: number): number => floatToNumber(format, expFloat(exp, sum, format, code));
  if (floatWidth(sum) > 16) return (s) => compute(numberToFloatRne(sum, s));
  const memo = new Float64Array(65_536).fill(-1);
  return (s) => {
    const code = numberToFloatRne(sum, s);
    if (memo[code] === -1) memo[code] = compute(code);
    return memo[code]!;
  };
}
