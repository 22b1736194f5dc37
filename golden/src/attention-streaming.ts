// Attention over a stream of scores, bit for bit: online softmax with O(1) state, and the naive order for comparison.
// Invariant: scores, weights, sums and quotients are FP32, each operation rounded once; outputs are rounded once to `format`.
// All sums run in the order of the stream.

import { expFloat } from './exp-float.ts';
import type { ExpKind } from './exp-kind.ts';
import { type FloatFormat, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { fp32FromNumber, fp32ToNumber } from './fp32.ts';

export interface StreamingRow {
  /** FP32 codes, at least one. */
  readonly scores: readonly number[];
  /** A value row per score: codes of the format. */
  readonly values: readonly (readonly number[])[];
}

const { fround } = Math;
const exponential = (kind: ExpKind, x: number): number =>
  fp32ToNumber(expFloat(kind, FP32, FP32, fp32FromNumber(x)));

/**
 * m' = max(m, s), a = exp(m - m'), e = exp(s - m'), l' = l a + e, z' = z a + e v; o = z / l behind the last score. Codes of
 * `format`.
 */
export function onlineAttentionRow(kind: ExpKind, format: FloatFormat, row: StreamingRow): number[] {
  let [largest, total] = [-Infinity, 0];
  const sums: number[] = row.values[0]!.map(() => 0);
  row.scores.forEach((code, n) => {
    const score = fp32ToNumber(code);
    const next = Math.max(largest, score);
    const rescale = exponential(kind, fround(largest - next));
    const weight = exponential(kind, fround(score - next));
    largest = next;
    total = fround(fround(total * rescale) + weight);
    row.values[n]!.forEach((v, k) => {
      const term = fround(weight * floatToNumber(format, v));
      sums[k] = fround(fround(sums[k]! * rescale) + term);
    });
  });
  return sums.map((z) => numberToFloatRne(format, z / total));
}

/** e = exp(s), l = SUM e, then o = SUM (e / l) v: nothing leaves before the whole row is summed. Codes of `format`. */
export function naiveAttentionRow(kind: ExpKind, format: FloatFormat, row: StreamingRow): number[] {
  const weights = row.scores.map((code) => exponential(kind, fp32ToNumber(code)));
  const total = weights.reduce((sum, e) => fround(sum + e), 0);
  const sums: number[] = row.values[0]!.map(() => 0);
  weights.forEach((e, n) => {
    const weight = fround(e / total);
    row.values[n]!.forEach((v, k) => {
      sums[k] = fround(sums[k]! + fround(weight * floatToNumber(format, v)));
    });
  });
  return sums.map((o) => numberToFloatRne(format, o));
}
