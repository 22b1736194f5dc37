// Public face of @gatewright/golden: float and integer formats, quantisers, bit-exact reference models, error metrics.
// Invariant: pure functions on numbers, bigints and typed arrays; nothing from node: or another package, so it runs anywhere.

export * from './attention-array.ts';
export * from './attention-int8.ts';
export * from './attention-mask.ts';
export * from './attention-reference.ts';
export * from './attention-steps.ts';
export * from './attention-streaming.ts';
export * from './bitmod-datatype.ts';
export * from './bitmod-gemm.ts';
export * from './bitmod-pe.ts';
export * from './bitmod-quantise.ts';
export * from './bitmod-terms.ts';
export * from './clip-weights.ts';
export * from './error-metrics.ts';
export * from './exact-value.ts';
export * from './exp-float.ts';
export * from './exp-kind.ts';
export * from './float-accumulate-approximate.ts';
export * from './float-arithmetic.ts';
export * from './float-codec.ts';
export * from './float-divide.ts';
export * from './float-format.ts';
export * from './float-integer.ts';
export * from './float-number.ts';
export * from './float-rounder.ts';
export * from './fp32.ts';
export * from './integer-format.ts';
export * from './lut-float.ts';
export * from './lut-tensor-core.ts';
export * from './matrix-product.ts';
export * from './mixpe.ts';
export * from './mixpe-array.ts';
export * from './mixpe-config.ts';
export * from './mixpe-dequantise-first.ts';
export * from './mixpe-float.ts';
export * from './mixpe-float-gemm.ts';
export * from './mixpe-gemm.ts';
export * from './packed-codes.ts';
export * from './quantise-activations.ts';
export {
  dequantiseWeights,
  offsetBinaryWeights,
  type QuantisedWeights,
  quantiseWeights,
  type WeightQuantiserOptions,
  type WeightShape,
} from './quantise-weights.ts';
export * from './requantise.ts';
export * from './round-half-even.ts';
export * from './scale-sums.ts';
export * from './sparse-chain.ts';
export * from './sparse-gemm.ts';
export * from './sparse-matrix.ts';
export * from './sparse-prune.ts';
export * from './sparse-top.ts';
export * from './stream-width.ts';
export * from './ternary.ts';
export * from './weight-codes.ts';
export * from './weight-format.ts';
