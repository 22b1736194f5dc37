// Attention in binary64 with any mask, and what turns a model's heads into rows: rotary positions and grouped heads.
// Invariant: the softmax subtracts the maximum; a key listed n times by the mask counts n times.

import type { AttentionMask } from './attention-mask.ts';

/** Row-major [rows][headDim] of one head. */
export interface AttentionHead {
  readonly q: ArrayLike<number>;
  readonly k: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  readonly rows: number;
  readonly headDim: number;
}

/** softmax(q k^T / sqrt(headDim)) v over the keys of the mask, row-major. */
export function attentionReference(head: AttentionHead, mask: AttentionMask): Float64Array {
  const { q, k, v, rows, headDim } = head;
  const out = new Float64Array(rows * headDim);
  for (let i = 0; i < rows; i++) {
    const keys = mask(i, rows);
    const scores = keys.map((j) => {
      let s = 0;
      for (let h = 0; h < headDim; h++) s += q[i * headDim + h]! * k[j * headDim + h]!;
      return s / Math.sqrt(headDim);
    });
    const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const weights = scores.map((s) => Math.exp(s - largest));
    const total = weights.reduce((a, b) => a + b, 0);
    keys.forEach((j, n) => {
      for (let h = 0; h < headDim; h++) out[i * headDim + h]! += (weights[n]! / total) * v[j * headDim + h]!;
    });
  }
  return out;
}

/**
 * Rotary positions of one head in place: the pairs (i, i + headDim / 2) of row t turn by (first + t) base^(-2i/headDim).
 */
export function rotateRows(x: Float32Array | Float64Array, headDim: number, base = 10_000, first = 0): void {
  const half = headDim / 2;
  for (let t = 0; t < x.length / headDim; t++) {
    for (let i = 0; i < half; i++) {
      const angle = (first + t) * base ** (-i / half);
      const at = t * headDim + i;
      const [a, b] = [x[at]!, x[at + half]!];
      x[at] = a * Math.cos(angle) - b * Math.sin(angle);
      x[at + half] = a * Math.sin(angle) + b * Math.cos(angle);
    }
  }
}

/** The key/value head of a query head when `heads` query heads share `keyHeads` (grouped-query attention). */
export function keyHeadOf(head: number, heads: number, keyHeads: number): number {
  if (heads % keyHeads !== 0) throw new RangeError(`keyHeadOf: ${heads} heads do not share ${keyHeads}`);
  return Math.floor(head / (heads / keyHeads));
}

/** Columns [from, from + headDim) of a row-major [rows][width] matrix: one head. */
export function headRows(
  matrix: ArrayLike<number>,
  width: number,
  head: number,
  headDim: number,
): Float64Array {
  const rows = matrix.length / width;
  return Float64Array.from(
    { length: rows * headDim },
    (_, n) => matrix[Math.floor(n / headDim) * width + head * headDim + (n % headDim)]!,
  );
}
