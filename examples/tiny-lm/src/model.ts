// The model as loaded from its data folder: configuration, tokenizer, tensors, and the list of its linear layers.
// Invariant: every tensor that the forward pass needs is present with the right shape once `loadTinyLm` returns.
// No arithmetic here: see forward.ts.

import { readFileSync } from 'node:fs';
import { parseConfig, type TinyLmConfig } from './config.ts';
import { suggestion } from './did-you-mean.ts';
import { parseSafetensors, type Tensor } from './safetensors.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** A linear layer without bias: y[n] = SUM_k W[n][k] * x[k]. Its weights are the tensor `<name>.weight`. */
export interface LinearLayer {
  /** `layers.0.q`, ..., `head`. */
  readonly name: string;
  readonly outFeatures: number;
  /** K. */
  readonly inFeatures: number;
}

export interface TinyLm {
  readonly config: TinyLmConfig;
  readonly tokenizer: Tokenizer;
  /** In the order in which the forward pass runs them. */
  readonly linearLayers: readonly LinearLayer[];
  /** Values (exact FP32) and shape of a tensor, cached. Throws for an unknown name, with the nearest names. */
  tensor(name: string): Tensor;
}

/** The folder with the model's files; the same from `src` and from `dist`. */
const DATA = new URL('../data/', import.meta.url);

/** Reads one of the text files beside the model: `val.txt` (unseen text), `calibration.txt` (written by the model), `reference.json`. */
export function readTinyLmFile(name: 'val.txt' | 'calibration.txt' | 'reference.json'): string {
  return readFileSync(new URL(name, DATA), 'utf8');
}

/** Loads the model that this package ships, or another of the same architecture from `folder` (must end in a slash). */
export function loadTinyLm(folder: URL = DATA): TinyLm {
  const config = parseConfig(JSON.parse(readFileSync(new URL('config.json', folder), 'utf8')));
  const file = parseSafetensors(readFileSync(new URL('model.safetensors', folder)));
  const linearLayers = listLinearLayers(config);
  const cache = new Map<string, Tensor>();
  const load = (name: string, shape?: readonly number[]): Tensor => {
    const tensor = cache.get(name) ?? file.tensor(name, shape);
    cache.set(name, tensor);
    return tensor;
  };
  load('embed.weight', [config.vocabulary.length, config.dModel]);
  for (const { name, outFeatures, inFeatures } of linearLayers)
    load(`${name}.weight`, [outFeatures, inFeatures]);
  for (const name of listNorms(config)) load(`${name}.weight`, [config.dModel]);
  return {
    config,
    tokenizer: createTokenizer(config.vocabulary),
    linearLayers,
    tensor: (name) => load(name),
  };
}

/** The layer of that name. Throws RangeError for an unknown one, with the nearest names. */
export function findLinearLayer(model: TinyLm, name: string): LinearLayer {
  const layer = model.linearLayers.find((candidate) => candidate.name === name);
  if (layer) return layer;
  const names = model.linearLayers.map((candidate) => candidate.name);
  throw new RangeError(`no linear layer ${name}; ${suggestion(name, names)}`);
}

function listLinearLayers(config: TinyLmConfig): LinearLayer[] {
  const { dModel, dFfn, vocabulary } = config;
  const block = (i: number): LinearLayer[] => [
    ...['q', 'k', 'v', 'o'].map((name) => ({
      name: `layers.${i}.${name}`,
      outFeatures: dModel,
      inFeatures: dModel,
    })),
    { name: `layers.${i}.gate`, outFeatures: dFfn, inFeatures: dModel },
    { name: `layers.${i}.up`, outFeatures: dFfn, inFeatures: dModel },
    { name: `layers.${i}.down`, outFeatures: dModel, inFeatures: dFfn },
  ];
  return [
    ...Array.from({ length: config.layers }, (_, i) => block(i)).flat(),
    { name: 'head', outFeatures: vocabulary.length, inFeatures: dModel },
  ];
}

function listNorms(config: TinyLmConfig): string[] {
  return [
    ...Array.from({ length: config.layers }, (_, i) => [
      `layers.${i}.attn_norm`,
      `layers.${i}.ffn_norm`,
    ]).flat(),
    'norm',
  ];
}
