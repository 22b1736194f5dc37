// A model file quantised into another: which tensors, where their parts go, and what error they have.
// Invariant: the output appears by one rename, complete, or not at all. The error of a tensor is that of the bytes in the
// file: they are taken apart again and compared with the weights that were read.

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { compareTensors, type ErrorMetrics, storedBytes, type WeightFormatInfo } from '@gatewright/golden';
import { decodeTensor, isReadableDtype, layOutSafetensors, type TensorInfo } from '@gatewright/tiny-lm';
import { FolderError, reasonOf, UsageError } from '../errors.ts';
import type { ModelFile } from './model-file.ts';

export interface QuantiseOptions {
  readonly format: WeightFormatInfo;
  readonly groupSize: number;
  /** True for the names of tensors that may be quantised. */
  readonly selects: (name: string) => boolean;
  readonly output: string;
  /** Replaces a file that is there already. */
  readonly force: boolean;
  /** Told the name of each tensor that is quantised next, and how many are done. */
  readonly onTensor?: (name: string, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface QuantisedTensor {
  readonly name: string;
  readonly outFeatures: number;
  readonly inFeatures: number;
  /** Codes, scales and all, as stored. */
  readonly bitsPerWeight: number;
  readonly error: ErrorMetrics;
}

export interface QuantiseReport {
  readonly tensors: readonly QuantisedTensor[];
  /** Of all quantised weights together, in dB; infinite without any error. */
  readonly snrDb: number;
  readonly bitsPerWeight: number;
  /** Names of the tensors that are as they were. */
  readonly kept: readonly string[];
  /** Bytes of the output. */
  readonly size: number;
}

/** A matrix in a format with groups of `groupSize` along K, by its entry in `__metadata__`. */
interface Plan {
  readonly name: string;
  readonly info: TensorInfo;
  readonly shape: { readonly outFeatures: number; readonly inFeatures: number };
}

/**
 * Quantises every matrix that `selects` names and copies everything else. Throws UsageError when there is no such matrix or a
 * weight cannot be quantised, FolderError when the output cannot be written.
 */
export async function quantiseModel(model: ModelFile, options: QuantiseOptions): Promise<QuantiseReport> {
  const { format, groupSize, output, force } = options;
  const plans = plan(model, options.selects);
  const chosen = new Set(plans.map((p) => p.name));
  const kept = [...model.tensors].filter(([name]) => !chosen.has(name));
  const parts = plans.flatMap(({ name, shape }) =>
    format.parts(shape, groupSize).map((part) => ({ ...part, name: `${name}.${part.suffix}` })),
  );
  const layout = layOutSafetensors(
    [...kept.map(([name, { dtype, shape }]) => ({ name, dtype, shape })), ...parts],
    metadataOf(model, plans, options),
  );
  await refuseOverwriting(model, output, force);
  return writeWhole(output, async (file) => {
    await writeAt(file, layout.prefix, 0);
    for (const [name] of kept) await writeAt(file, await model.read(name), layout.positions.get(name)!);
    const tensors: QuantisedTensor[] = [];
    let signal = 0;
    let noise = 0;
    for (const { name, info, shape } of plans) {
      options.signal?.throwIfAborted();
      options.onTensor?.(name, tensors.length, plans.length);
      const weights = decodeTensor(name, info, await model.read(name)).data;
      const bytes = quantised(name, () => format.quantise(weights, shape, groupSize));
      for (const [i, part] of format.parts(shape, groupSize).entries())
        await writeAt(file, bytes[i]!, layout.positions.get(`${name}.${part.suffix}`)!);
      const error = compareTensors(weights, format.restore(bytes, shape, groupSize));
      const energy = weights.reduce((sum, w) => sum + w * w, 0);
      signal += energy;
      noise += error.relativeRms ** 2 * energy;
      tensors.push({ name, ...shape, bitsPerWeight: bitsPerWeight(format, [shape], groupSize), error });
    }
    return {
      tensors,
      snrDb: noise === 0 ? Infinity : 10 * Math.log10(signal / noise),
      bitsPerWeight: bitsPerWeight(
        format,
        plans.map((p) => p.shape),
        groupSize,
      ),
      kept: kept.map(([name]) => name),
      size: layout.size,
    };
  });
}

function plan(model: ModelFile, selects: (name: string) => boolean): Plan[] {
  const plans = [...model.tensors].flatMap(([name, info]) => {
    const [outFeatures = 0, inFeatures = 0] = info.shape;
    const matrix = info.shape.length === 2 && outFeatures > 0 && inFeatures > 0;
    return matrix && isReadableDtype(info.dtype) && selects(name)
      ? [{ name, info, shape: { outFeatures, inFeatures } }]
      : [];
  });
  if (plans.length > 0) return plans;
  const matrices = [...model.tensors].filter(([, info]) => info.shape.length === 2).map(([name]) => name);
  const some = matrices.slice(0, 6).join(', ') + (matrices.length > 6 ? ', …' : '');
  throw new UsageError(
    `${model.path} has no matrix to quantise`,
    matrices.length > 0
      ? `--only chooses by name; its matrices are ${some}`
      : 'it has no tensor of two dimensions',
  );
}

/** What a reader of the output must know, beside the metadata that was there. */
const metadataOf = (model: ModelFile, plans: readonly Plan[], { format, groupSize }: QuantiseOptions) => ({
  ...model.metadata,
  'gatewright.format': format.name,
  'gatewright.group_size': String(groupSize),
  'gatewright.shapes': JSON.stringify(
    Object.fromEntries(plans.map(({ name, info }) => [name, [...info.shape]])),
  ),
});

/** Weights that cannot be quantised are a fault of the model, told with their tensor. */
function quantised<T>(name: string, step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(`${name}: ${cause.message}`, undefined, { cause });
  }
}

function bitsPerWeight(
  format: WeightFormatInfo,
  shapes: readonly Plan['shape'][],
  groupSize: number,
): number {
  const bytes = shapes.flatMap((shape) => format.parts(shape, groupSize).map(storedBytes));
  const weights = shapes.map(({ outFeatures, inFeatures }) => outFeatures * inFeatures);
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);
  return (8 * sum(bytes)) / sum(weights);
}

async function refuseOverwriting(model: ModelFile, output: string, force: boolean): Promise<void> {
  const there = await stat(output).catch(() => undefined);
  if (!there) return;
  const input = await stat(model.path);
  if (there.ino === input.ino && there.dev === input.dev)
    throw new FolderError(`${output} is the model itself`, 'choose another file with --out');
  if (!there.isFile()) throw new FolderError(`${output} is not a file`, 'choose another one with --out');
  if (!force) throw new FolderError(`${output} exists already`, '--force replaces it');
}

/** Writes a file beside its place and renames it; whatever goes wrong, nothing is left. */
async function writeWhole<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  let file: FileHandle | undefined;
  try {
    file = await open(temporary, 'wx');
    const result = await write(file);
    await file.sync();
    await file.close();
    await rename(temporary, path);
    return result;
  } catch (error) {
    await file?.close().catch(() => {});
    await rm(temporary, { force: true });
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new FolderError(`cannot write ${path}: ${reasonOf(error)}`, 'choose another file with --out', {
      cause: error,
    });
  }
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
}
