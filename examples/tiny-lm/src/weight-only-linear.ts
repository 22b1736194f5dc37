// Linear layers whose weights were quantised and whose activations are left in FP32: what a weight format alone costs.
// Invariant: the weights that run are exactly those that the codes stand for.

import {
  type BitmodQuantiserOptions,
  dequantiseBitmod,
  dequantiseWeights,
  quantiseBitmod,
  quantiseWeights,
  type WeightQuantiserOptions,
  type WeightShape,
} from '@gatewright/golden';
import { cachedLinear, matrixProduct, type RunLinear } from './linear.ts';
import type { TinyLm } from './model.ts';

/** Weights in, the weights that their codes stand for out; both row-major [outFeatures][inFeatures]. */
export type WeightFormat = (weights: Float32Array, shape: WeightShape) => Float32Array;

/** Integers with an FP16 scale, and a zero point if asymmetric, per group. */
export const integerWeights =
  (options: WeightQuantiserOptions): WeightFormat =>
  (weights, shape) =>
    dequantiseWeights(quantiseWeights(weights, shape, options));

/** A BitMoD datatype with 8-bit group scales. */
export const bitmodWeights =
  (options: BitmodQuantiserOptions): WeightFormat =>
  (weights, shape) =>
    dequantiseBitmod(quantiseBitmod(weights, shape, options));

/** The model's linear layers with weights of a format, for `ForwardOptions.linear`. */
export function weightOnlyLinear(model: TinyLm, format: WeightFormat): RunLinear {
  return cachedLinear(model, format, (input, shape, weights) => matrixProduct(input, weights, shape));
}
