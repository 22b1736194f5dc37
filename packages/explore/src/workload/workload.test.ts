// Workloads as numbers: shapes of public models against their published sizes, tensors of files, what is wrong with them.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WorkloadSpec } from '../sweep/sweep-schema.ts';
import { publicModels } from './public-models.ts';
import { loadWorkload, type WorkloadSources, workloadDigest } from './workload.ts';

const tensors: Record<string, { shape: number[]; data: Float32Array }> = {
  x: { shape: [2, 3], data: Float32Array.of(1, 2, 3, -1, 0.5, 0) },
  w: { shape: [2, 3], data: Float32Array.of(1, 0, -1, 2, 2, 2) },
  narrow: { shape: [2, 2], data: new Float32Array(4) },
  cube: { shape: [1, 2, 3], data: new Float32Array(6) },
};
const sources: WorkloadSources = {
  models: {
    tiny: (_layer, tokens) => ({
      ...{ tokens, depth: 1, outputs: 1 },
      ...{ activations: new Float32Array(tokens).fill(2), weights: Float32Array.of(4) },
    }),
  },
  readTensor(_file, name) {
    const found = tensors[name];
    if (!found) throw new Error(`there is no tensor '${name}'`);
    return found;
  },
};
const load = (spec: WorkloadSpec) => loadWorkload(spec, 'workloads[0]', '/', sources);
const layer = (model: string, name: string, tokens = 1, simulate = { tokens: 1, outputs: 8, depth: 512 }) =>
  load({ name: 'l', model, layer: name, tokens, simulate, seed: 1 });

test('parameters of the public models, counted from their layers', () => {
  // 32 layers of the linear weights in Llama-2-7B are 6.476 of its 6.738 billion parameters; the rest is embeddings and norms.
  const weights = (model: string, names: readonly string[]): number =>
    names.reduce(
      (n, name) => n + publicModels[model]!.layers[name]!.depth * publicModels[model]!.layers[name]!.outputs,
      0,
    );
  const llama = ['q', 'k', 'v', 'o', 'gate', 'up', 'down'];
  expect(32 * weights('llama-2-7b', llama)).toBe(6_476_005_376);
  // Grouped queries: 8 of 32 heads have keys and values of their own.
  expect(publicModels['llama-3-8b']!.layers.k).toEqual({ depth: 4096, outputs: 1024 });
  expect(24 * weights('opt-1.3b', ['q', 'k', 'v', 'o', 'fc1', 'fc2'])).toBe(1_207_959_552);
});

test('attention: a part is simulated, the whole is counted', () => {
  const scores = layer('llama-2-7b', 'scores', 16, { tokens: 2, outputs: 5, depth: 512 });
  // A head is 128 wide; a query meets 4096 keys.
  expect(scores.gemm).toMatchObject({ tokens: 2, depth: 128, outputs: 5 });
  expect(scores.layerMacs).toBe(16 * 128 * 4096);
  const values = layer('llama-2-7b', 'values');
  expect(values.gemm).toMatchObject({ tokens: 1, depth: 512, outputs: 8 });
  expect(values.layerMacs).toBe(4096 * 128);
  // The same numbers every time, others for another seed.
  expect(layer('llama-2-7b', 'scores').gemm.activations).toEqual(
    layer('llama-2-7b', 'scores').gemm.activations,
  );
  const other = load({ name: 'l', gemm: { tokens: 1, depth: 128, outputs: 8 }, seed: 2 });
  expect(other.gemm.activations).not.toEqual(layer('llama-2-7b', 'scores').gemm.activations);
});

test('a model at hand, and tensors of a file, whole and multiplied', () => {
  expect(layer('tiny', 'any', 3)).toMatchObject({ layerMacs: 3, reference: Float32Array.of(8, 8, 8) });
  const named = (activations: string, weights: string): WorkloadSpec => ({
    ...{ name: 't', tensors: 'a.safetensors', activations, weights },
  });
  const { gemm, reference, layerMacs } = load(named('x', 'w'));
  expect(gemm).toMatchObject({ tokens: 2, depth: 3, outputs: 2 });
  expect([...reference]).toEqual([-2, 12, -1, -1]);
  expect(layerMacs).toBe(12);
  expect(() => load(named('x', 'narrow'))).toThrow(
    "workloads[0]: a.safetensors: 'x' has 3 columns and 'narrow' 2; both are the depth",
  );
  expect(() => load(named('cube', 'w'))).toThrow("a.safetensors: 'cube' has 3 dimensions, not 2");
  expect(() => load(named('x', 'v'))).toThrow("workloads[0]: there is no tensor 'v'");
});

test('results rest on the bytes of a tensor file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-tensors-'));
  const spec: WorkloadSpec = { name: 't', tensors: 'a.safetensors', activations: 'x', weights: 'w' };
  const digest = (): string | undefined => workloadDigest(spec, 'workloads[0]', folder);
  expect(digest).toThrow('workloads[0]: a.safetensors cannot be read: ENOENT');
  writeFileSync(join(folder, 'a.safetensors'), 'one');
  const one = digest();
  writeFileSync(join(folder, 'a.safetensors'), 'two');
  expect(digest()).not.toBe(one);
});
