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

/** y[m][n] = SUM_k x[m][k] * w[n][k]. */
export function matrixProduct(
  x: Float32Array,
  w: Float32Array,
  shape: { readonly tokens: number; readonly outFeatures: number; readonly inFeatures: number },
): Float32Array {
  const { tokens, outFeatures, inFeatures } = shape;
  const y = new Float32Array(tokens * outFeatures);
  for (let m = 0; m < tokens; m++) {
    const row = x.subarray(m * inFeatures, (m + 1) * inFeatures);
    let n = 0;
    // Four outputs at a time: four independent sums hide the latency of the additions.
    for (; n + 4 <= outFeatures; n += 4) {
      const base = n * inFeatures;
      let sum0 = 0;
      let sum1 = 0;
      let sum2 = 0;
      let sum3 = 0;
      for (let k = 0; k < inFeatures; k++) {
        const value = row[k]!;
        sum0 += value * w[base + k]!;
        sum1 += value * w[base + inFeatures + k]!;
        sum2 += value * w[base + 2 * inFeatures + k]!;
        sum3 += value * w[base + 3 * inFeatures + k]!;
      }
      const out = m * outFeatures + n;
      y[out] = sum0;
      y[out + 1] = sum1;
      y[out + 2] = sum2;
      y[out + 3] = sum3;
    }
    for (; n < outFeatures; n++) {
      let sum = 0;
      for (let k = 0; k < inFeatures; k++) sum += row[k]! * w[n * inFeatures + k]!;
      y[m * outFeatures + n] = sum;
    }
  }
  return y;
}
