// The work of one linear layer for a given text: its weights, the activations the model really feeds it, the FP32 result.
// Invariant: activations come from a full FP32 forward pass over the text, one row per character.
// It does not quantise: hand the result to the quantisers, or to a unit under test.

import { forward } from './forward.ts';
import { fp32Linear } from './linear.ts';
import { findLinearLayer, type TinyLm } from './model.ts';

export interface LayerWorkload {
  readonly layerName: string;
  /** Row-major [outFeatures][inFeatures]. */
  readonly weights: Float32Array;
  readonly outFeatures: number;
  /** K. */
  readonly inFeatures: number;
  /** Row-major [tokens][inFeatures]. */
  readonly activations: Float32Array;
  readonly tokens: number;
  /** FP32 result of the layer, row-major [tokens][outFeatures]. */
  readonly reference: Float32Array;
}

/**
 * The workload of a linear layer (`layers.0.q`, ..., `head`) while the model reads `text`.
 * Throws RangeError for an unknown layer (with the nearest names), an empty text or a character outside the vocabulary.
 */
export function layerWorkload(model: TinyLm, layerName: string, text: string): LayerWorkload {
  const { outFeatures, inFeatures } = findLinearLayer(model, layerName);
  const sequence = model.tokenizer.encode(text);
  const tokens = sequence.length;
  let activations = new Float32Array(0);
  forward(model, sequence, {
    capture: (name, input) => {
      if (name === layerName) activations = input.slice();
    },
  });
  return {
    layerName,
    weights: model.tensor(`${layerName}.weight`).data,
    outFeatures,
    inFeatures,
    activations,
    tokens,
    reference: fp32Linear(model)(layerName, activations, tokens),
  };
}
