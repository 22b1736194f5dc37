// Linear layers through the MixPE W4A8 reference: weights quantised once, activations per token as they come.
// Invariant: the result is bit for bit what the hardware must give for the same codes and scales.
// Only linear layers change; norms, attention and activation functions stay in FP32.

import {
  mixpeGemm,
  type QuantisedWeights,
  quantiseActivations,
  quantiseWeights,
  scaleTokens,
  type WeightQuantiserOptions,
} from '@gatewright/golden';
import type { RunLinear } from './linear.ts';
import { findLinearLayer, type TinyLm } from './model.ts';

/** The model's linear layers with quantised weights and INT8 activations, for `ForwardOptions.linear`. */
export function quantisedLinear(model: TinyLm, options: WeightQuantiserOptions): RunLinear {
  const cache = new Map<string, QuantisedWeights>();
  return (layerName, input, tokens) => {
    const layer = findLinearLayer(model, layerName);
    const weights =
      cache.get(layerName) ?? quantiseWeights(model.tensor(`${layerName}.weight`).data, layer, options);
    cache.set(layerName, weights);
    const activations = quantiseActivations(input, { tokens, inFeatures: layer.inFeatures });
    return scaleTokens(mixpeGemm(activations.codes, tokens, weights), activations.scales);
  };
}
