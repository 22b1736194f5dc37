// The FP32 linear layer, and the type by which a caller runs linear layers elsewhere (quantised, or in hardware).
// Invariant: each output is summed in binary64 over k ascending and rounded to FP32 once, so the result does not depend on
// how outputs are blocked. It knows nothing of quantisation.

import { findLinearLayer, type TinyLm } from './model.ts';

/** Runs a linear layer: `input` row-major [tokens][inFeatures] in, row-major [tokens][outFeatures] out. */
export type RunLinear = (layerName: string, input: Float32Array, tokens: number) => Float32Array;

/** The model's own FP32 linear layers. The returned function throws RangeError for an unknown layer or a wrong length. */
export function fp32Linear(model: TinyLm): RunLinear {
  return (layerName, input, tokens) => {
    const { outFeatures, inFeatures } = findLinearLayer(model, layerName);
    if (input.length !== tokens * inFeatures) {
      throw new RangeError(
        `${layerName}: input has ${input.length} elements, need ${tokens} tokens x ${inFeatures}`,
      );
    }
    return matrixProduct(input, model.tensor(`${layerName}.weight`).data, {
      tokens,
      outFeatures,
      inFeatures,
    });
  };
}

/** Rows and columns of a block: sixteen independent sums share eight loads and hide the latency of the additions. */
const BLOCK = 4;

/** y[m][n] = SUM_k x[m][k] * w[n][k]. */
export function matrixProduct(
  x: Float32Array,
  w: Float32Array,
  shape: { readonly tokens: number; readonly outFeatures: number; readonly inFeatures: number },
): Float32Array {
  const { tokens, outFeatures, inFeatures } = shape;
  const y = new Float32Array(tokens * outFeatures);
  const inputs = panels(x, tokens, inFeatures);
  const weights = panels(w, outFeatures, inFeatures);
  const sums = new Float64Array(BLOCK * BLOCK);
  for (let n = 0; n < outFeatures; n += BLOCK) {
    for (let m = 0; m < tokens; m += BLOCK) {
      sumBlock(sums, inputs, m * inFeatures, weights, n * inFeatures, BLOCK * inFeatures);
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
function panels(rows: Float32Array, count: number, length: number): Float64Array {
  const packed = new Float64Array(Math.ceil(count / BLOCK) * BLOCK * length);
  for (let r = 0; r < count; r++) {
    const start = (r - (r % BLOCK)) * length + (r % BLOCK);
    for (let k = 0; k < length; k++) packed[start + k * BLOCK] = rows[r * length + k]!;
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
