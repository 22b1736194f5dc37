// A workload of a sweep as numbers: the tensors that are simulated, their product in FP32, and the size of the whole layer.
// Invariant: random tensors depend on the shape and the seed alone; the reference is computed here, by no unit.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GemmWorkload } from '@gatewright/sim';
import { seededRandom } from '../sweep/random.ts';
import { SweepError } from '../sweep/sweep-error.ts';
import type { WorkloadSpec } from '../sweep/sweep-schema.ts';
import { publicModels } from './public-models.ts';

/** Where tensors come from that this package does not hold. */
export interface WorkloadSources {
  /** Models whose weights are at hand: a layer's real activations and weights. */
  readonly models: Readonly<Record<string, (layer: string, tokens: number) => GemmWorkload>>;
  /** Reads a tensor of a file. */
  readTensor(file: string, name: string): { readonly shape: readonly number[]; readonly data: Float32Array };
}

export interface Workload {
  readonly name: string;
  readonly gemm: GemmWorkload;
  /** tokens x outputs, accumulated in binary64 and rounded to FP32. */
  readonly reference: Float32Array;
  /** Multiply-accumulates of the whole layer, of which `gemm` may be a part. */
  readonly layerMacs: number;
}

/** Makes the tensors of a workload. `folder` is where the sweep file is. Throws SweepError at `place`. */
export function loadWorkload(
  spec: WorkloadSpec,
  place: string,
  folder: string,
  sources: WorkloadSources,
): Workload {
  const { gemm, layerMacs } = tensorsOf(spec, place, folder, sources);
  return { name: spec.name, gemm, reference: product(gemm), layerMacs };
}

function tensorsOf(
  spec: WorkloadSpec,
  place: string,
  folder: string,
  { models, readTensor }: WorkloadSources,
): { gemm: GemmWorkload; layerMacs: number } {
  const whole = (gemm: GemmWorkload) => ({ gemm, layerMacs: gemm.tokens * gemm.depth * gemm.outputs });
  if ('gemm' in spec) return whole(randomGemm(spec.gemm, spec.seed));
  if ('tensors' in spec) {
    try {
      return whole(gemmOf((name) => readTensor(resolve(folder, spec.tensors), name), spec));
    } catch (error) {
      throw new SweepError(place, (error as Error).message);
    }
  }
  const load = models[spec.model];
  if (load) {
    try {
      return whole(load(spec.layer, spec.tokens));
    } catch (error) {
      throw new SweepError(place, (error as Error).message);
    }
  }
  const { depth, outputs } = publicModels[spec.model]!.layers[spec.layer]!;
  const part = {
    tokens: Math.min(spec.tokens, spec.simulate.tokens),
    depth: Math.min(depth, spec.simulate.depth),
    outputs: Math.min(outputs, spec.simulate.outputs),
  };
  return { gemm: randomGemm(part, spec.seed), layerMacs: spec.tokens * depth * outputs };
}

/** Bell-shaped activations of variance 1, and weights of variance 1 / depth. */
function randomGemm(shape: { tokens: number; depth: number; outputs: number }, seed: number): GemmWorkload {
  const { tokens, depth, outputs } = shape;
  const random = seededRandom(seed);
  const bell = (): number => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum;
  };
  const scale = 1 / Math.sqrt(depth);
  return {
    ...shape,
    activations: Float32Array.from({ length: tokens * depth }, bell),
    weights: Float32Array.from({ length: outputs * depth }, () => bell() * scale),
  };
}

function gemmOf(
  read: (name: string) => ReturnType<WorkloadSources['readTensor']>,
  spec: { readonly tensors: string; readonly activations: string; readonly weights: string },
): GemmWorkload {
  const tensor = (name: string) => {
    const { shape, data } = read(name);
    if (shape.length !== 2)
      throw new Error(`${spec.tensors}: '${name}' has ${shape.length} dimensions, not 2`);
    return { rows: shape[0]!, columns: shape[1]!, data };
  };
  const [x, w] = [tensor(spec.activations), tensor(spec.weights)];
  if (x.columns !== w.columns)
    throw new Error(
      `${spec.tensors}: '${spec.activations}' has ${x.columns} columns and '${spec.weights}' ${w.columns}; both are the depth`,
    );
  return { activations: x.data, weights: w.data, tokens: x.rows, depth: x.columns, outputs: w.rows };
}

function product({ activations, weights, tokens, depth, outputs }: GemmWorkload): Float32Array {
  const out = new Float32Array(tokens * outputs);
  for (let t = 0; t < tokens; t++)
    for (let n = 0; n < outputs; n++) {
      let sum = 0;
      for (let k = 0; k < depth; k++) sum += activations[t * depth + k]! * weights[n * depth + k]!;
      out[t * outputs + n] = sum;
    }
  return out;
}

/** What a workload's identity rests on beside its words: the bytes of its tensor file. */
export function workloadDigest(spec: WorkloadSpec, place: string, folder: string): string | undefined {
  if (!('tensors' in spec)) return undefined;
  try {
    return createHash('sha256')
      .update(readFileSync(resolve(folder, spec.tensors)))
      .digest('hex');
  } catch (error) {
    throw new SweepError(place, `${spec.tensors} cannot be read: ${(error as Error).message}`);
  }
}
