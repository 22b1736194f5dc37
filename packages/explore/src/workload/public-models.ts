// Shapes of the matrix products in public language models.
// Source: the config.json that each model is published with. Weights are not part of this package: a layer named here is
// simulated with random numbers of its depth.

/** A product of activations (tokens x depth) with depth x outputs weights. */
export interface LayerShape {
  readonly depth: number;
  readonly outputs: number;
}

export interface PublicModel {
  readonly layers: Readonly<Record<string, LayerShape>>;
}

interface LlamaConfig {
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly context: number;
}

/** Scores and weighted values of one head, over the whole context. */
const attention = (headWidth: number, context: number) => ({
  scores: { depth: headWidth, outputs: context },
  values: { depth: context, outputs: headWidth },
});

function llama({ hidden, intermediate, heads, keyValueHeads, context }: LlamaConfig): PublicModel {
  const keyValue = { depth: hidden, outputs: (hidden / heads) * keyValueHeads };
  const up = { depth: hidden, outputs: intermediate };
  return {
    layers: {
      q: { depth: hidden, outputs: hidden },
      ...{ k: keyValue, v: keyValue },
      o: { depth: hidden, outputs: hidden },
      ...{ gate: up, up },
      down: { depth: intermediate, outputs: hidden },
      ...attention(hidden / heads, context),
    },
  };
}

function opt(hidden: number, intermediate: number, heads: number, context: number): PublicModel {
  const square = { depth: hidden, outputs: hidden };
  return {
    layers: {
      ...{ q: square, k: square, v: square, o: square },
      fc1: { depth: hidden, outputs: intermediate },
      fc2: { depth: intermediate, outputs: hidden },
      ...attention(hidden / heads, context),
    },
  };
}

const of = (
  hidden: number,
  intermediate: number,
  heads: number,
  keyValueHeads: number,
  context: number,
): PublicModel => llama({ hidden, intermediate, heads, keyValueHeads, context });

/** By the name used in a sweep. */
export const publicModels: Readonly<Record<string, PublicModel>> = {
  'llama-2-7b': of(4096, 11008, 32, 32, 4096),
  'llama-2-13b': of(5120, 13824, 40, 40, 4096),
  'llama-3-8b': of(4096, 14336, 32, 8, 8192),
  'opt-1.3b': opt(2048, 8192, 32, 2048),
  'phi-2': opt(2560, 10240, 32, 2048),
};
