// Sums of products in binary64, blocked: the inner loop of the models that must run over whole texts.
// Invariant: each sum runs over k ascending and does not depend on how outputs are blocked; of integers it is exact below 2^53.
// It knows no quantisation and rounds nothing: who needs FP32 rounds the sums.

/** Which columns of K are summed; all of them by default. */
export interface ProductRange {
  readonly from: number;
  readonly to: number;
}

export interface ProductShape {
  readonly tokens: number;
  readonly outFeatures: number;
  /** K. */
  readonly inFeatures: number;
}

/** Rows and columns of a block: sixteen independent sums share eight loads and hide the latency of the additions. */
const BLOCK = 4;

/** y[m][n] = SUM_k x[m][k] * w[n][k], row-major [tokens][outFeatures]. */
export function productSums(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  { tokens, outFeatures, inFeatures }: ProductShape,
  { from, to }: ProductRange = { from: 0, to: inFeatures },
): Float64Array {
  const y = new Float64Array(tokens * outFeatures);
  const depth = to - from;
  const inputs = panels(x, tokens, inFeatures, from, depth);
  const weights = panels(w, outFeatures, inFeatures, from, depth);
  const sums = new Float64Array(BLOCK * BLOCK);
  for (let n = 0; n < outFeatures; n += BLOCK) {
    for (let m = 0; m < tokens; m += BLOCK) {
      sumBlock(sums, inputs, m * depth, weights, n * depth, BLOCK * depth);
      const rows = Math.min(BLOCK, tokens - m);
      const columns = Math.min(BLOCK, outFeatures - n);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) y[(m + i) * outFeatures + n + j] = sums[i * BLOCK + j]!;
      }
    }
  }
  return y;
}

/** Rows in panels of four, each panel [k][row] in binary64; rows past the end are zeros. */
function panels(
  rows: ArrayLike<number>,
  count: number,
  length: number,
  from: number,
  depth: number,
): Float64Array {
  const packed = new Float64Array(Math.ceil(count / BLOCK) * BLOCK * depth);
  for (let r = 0; r < count; r++) {
    const start = (r - (r % BLOCK)) * depth + (r % BLOCK);
    for (let k = 0; k < depth; k++) packed[start + k * BLOCK] = rows[r * length + from + k]!;
  }
  return packed;
}

/** The 4 x 4 sums of two panels of `size` elements, k ascending. */
function sumBlock(
  sums: Float64Array,
  inputs: Float64Array,
  input: number,
  weights: Float64Array,
  weight: number,
  size: number,
): void {
  let [a0, a1, a2, a3] = [0, 0, 0, 0];
  let [b0, b1, b2, b3] = [0, 0, 0, 0];
  let [c0, c1, c2, c3] = [0, 0, 0, 0];
  let [d0, d1, d2, d3] = [0, 0, 0, 0];
  for (let k = 0; k < size; k += BLOCK) {
    const w0 = weights[weight + k]!;
    const w1 = weights[weight + k + 1]!;
    const w2 = weights[weight + k + 2]!;
    const w3 = weights[weight + k + 3]!;
    const a = inputs[input + k]!;
    a0 += a * w0;
    a1 += a * w1;
    a2 += a * w2;
    a3 += a * w3;
    const b = inputs[input + k + 1]!;
    b0 += b * w0;
    b1 += b * w1;
    b2 += b * w2;
    b3 += b * w3;
    const c = inputs[input + k + 2]!;
    c0 += c * w0;
    c1 += c * w1;
    c2 += c * w2;
    c3 += c * w3;
    const d = inputs[input + k + 3]!;
    d0 += d * w0;
    d1 += d * w1;
    d2 += d * w2;
    d3 += d * w3;
  }
  sums.set([a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3]);
}
