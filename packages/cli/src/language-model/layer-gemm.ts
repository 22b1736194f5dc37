// A layer of the small language model as a matrix product, while the model reads a text.

import type { GemmWorkload } from '@gatewright/sim';
import { type LayerWorkload, layerWorkload, loadTinyLm } from '@gatewright/tiny-lm';
import { readingInput } from '../errors.ts';

/** What the model reads when nobody says what. */
export const ROMEO = 'ROMEO:\nBut, soft! what light through yonder window breaks?\n';

export const gemmOf = (layer: LayerWorkload): GemmWorkload => ({
  activations: layer.activations,
  weights: layer.weights,
  tokens: layer.tokens,
  depth: layer.inFeatures,
  outputs: layer.outFeatures,
});

/** The layer of that name, made at the first call. An unknown name is the user's error. */
export function lazyLayer(name: string): () => GemmWorkload {
  let gemm: GemmWorkload | undefined;
  return () => {
    gemm ??= gemmOf(readingInput(() => layerWorkload(loadTinyLm(), name, ROMEO)));
    return gemm;
  };
}
