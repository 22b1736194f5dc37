// Linear layers through the golden models of the hardware: weights quantised once, activations per token as they come.
// Invariant: each product is bit for bit what the hardware must give for the same weights, scales included.
// Only the arithmetic is here; which weights are quantised (clipped, pruned) is a configuration's business.

import {
  type BitmodPeConfig,
  type BitmodQuantiserOptions,
  bitmodGemm,
  FP16,
  floatRounder,
  fp16Numbers,
  mixpeFloatGemm,
  mixpeGemm,
  numberToFloatRne,
  type ProductShape,
  productSums,
  type QuantisedWeights,
  quantiseActivations,
  quantiseBitmod,
  quantiseWeights,
  scaleChannels,
  scaleSums,
  scaleTokens,
  type WeightQuantiserOptions,
  type WeightShape,
} from '@gatewright/golden';
import { cachedLinear, matrixProduct, type RunLinear } from './linear.ts';
import type { TinyLm } from './model.ts';

/** How a linear layer is computed: what its weights become, and the product with activations. */
export interface LinearArithmetic<W> {
  /** Row-major [outFeatures][inFeatures]. */
  quantise(weights: Float32Array, shape: WeightShape): W;
  /** Row-major [tokens][inFeatures] in, row-major [tokens][outFeatures] out. */
  multiply(input: Float32Array, shape: ProductShape, weights: W): Float32Array;
}

/** FP16 activations, exact products of them with FP32 weights, one rounding of the sum to FP32. */
export const fp16Arithmetic = (
  format: (weights: Float32Array, shape: WeightShape) => Float32Array = (weights) => weights,
): LinearArithmetic<Float32Array> => ({
  quantise: format,
  multiply: (input, shape, weights) => matrixProduct(input.map(floatRounder(FP16)), weights, shape),
});

/** MixPE with INT8 activations and an FP16 scale per token. */
export const mixpeArithmetic = (options: WeightQuantiserOptions): LinearArithmetic<QuantisedWeights> => ({
  quantise: (weights, shape) => quantiseWeights(weights, shape, options),
  multiply(input, { tokens, inFeatures }, weights) {
    const activations = quantiseActivations(input, { tokens, inFeatures });
    return scaleTokens(mixpeGemm(activations.codes, tokens, weights), activations.scales);
  },
});

/** MixPE with FP16 activations and FP32 sums. */
export const mixpeFloatArithmetic = (
  options: WeightQuantiserOptions,
): LinearArithmetic<QuantisedWeights> => ({
  quantise: (weights, shape) => quantiseWeights(weights, shape, options),
  multiply: (input, { tokens }, weights) =>
    mixpeFloatGemm(fp16Codes(input), tokens, weights, { activation: 'fp16' }),
});

/** Bit-serial PEs with FP16 activations: four lanes, two guard bits, bits below them cut. */
export const bitmodArithmetic = (
  options: BitmodQuantiserOptions,
): LinearArithmetic<ReturnType<typeof quantiseBitmod>> => ({
  quantise: (weights, shape) => quantiseBitmod(weights, shape, options),
  multiply: (input, { tokens }, weights) =>
    scaleChannels(bitmodGemm(fp16Codes(input), tokens, weights, BITMOD_PE), weights.channelScales),
});
const BITMOD_PE: BitmodPeConfig = { activation: FP16, guardBits: 2, lanes: 4, rounding: 'truncate' };

/** INT8 weights with an FP16 scale per output, INT8 activations with one per token: exact sums, then RNE32(sum * s * a). */
export const int8Arithmetic = (): LinearArithmetic<QuantisedWeights> => ({
  quantise: (weights, shape) =>
    quantiseWeights(weights, shape, { bits: 8, scheme: 'symmetric', groupSize: shape.inFeatures }),
  multiply(input, shape, weights) {
    const { tokens, inFeatures } = shape;
    const activations = quantiseActivations(input, { tokens, inFeatures });
    const sums = productSums(activations.codes, weights.codes, shape);
    return scaleSums(sums, fp16Numbers(weights.scales), fp16Numbers(activations.scales));
  },
});

const fp16Codes = (input: Float32Array): Uint16Array =>
  Uint16Array.from(input, (x) => numberToFloatRne(FP16, x));

/** The model's linear layers with quantised weights and INT8 activations, for `ForwardOptions.linear`. */
export function quantisedLinear(model: TinyLm, options: WeightQuantiserOptions): RunLinear {
  const { quantise, multiply } = mixpeArithmetic(options);
  return cachedLinear(model, quantise, multiply);
}
