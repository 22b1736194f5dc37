// The FP32 linear layer, and the type by which a caller runs linear layers elsewhere (quantised, or in hardware).
// Invariant: each output is summed in binary64 over k ascending and rounded to FP32 once, so the result does not depend on
// how outputs are blocked. It knows nothing of quantisation.

import { type ProductShape, productSums } from '@gatewright/golden';
import { findLinearLayer, type LinearLayer, type TinyLm } from './model.ts';

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

/**
 * Linear layers whose weights take a form of their own, made from the FP32 ones when a layer runs first.
 * `multiply` gets input row-major [tokens][inFeatures] and gives row-major [tokens][outFeatures].
 */
export function cachedLinear<W>(
  model: TinyLm,
  make: (weights: Float32Array, layer: LinearLayer) => W,
  multiply: (input: Float32Array, shape: ProductShape, weights: W) => Float32Array,
): RunLinear {
  const cache = new Map<string, { readonly layer: LinearLayer; readonly weights: W }>();
  return (layerName, input, tokens) => {
    let held = cache.get(layerName);
    if (!held) {
      const layer = findLinearLayer(model, layerName);
      held = { layer, weights: make(model.tensor(`${layerName}.weight`).data, layer) };
      cache.set(layerName, held);
    }
    return multiply(input, { tokens, ...held.layer }, held.weights);
  };
}

/** y[m][n] = SUM_k x[m][k] * w[n][k], each rounded to FP32 once. */
export const matrixProduct = (
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  shape: ProductShape,
): Float32Array => Float32Array.from(productSums(x, w, shape));
