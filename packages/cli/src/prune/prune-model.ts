// A model file pruned to n of 16: the same file with zeros in the places of the small weights.
// Invariant: every weight that stays has the bytes it had; the output appears by one rename, complete, or not at all.

import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { pruneSparse, SPARSE_BLOCK, SPARSE_COUNTS, type SparsePruneOptions } from '@gatewright/golden';
import { decodeTensor, ELEMENT_BYTES, isReadableDtype, layOutSafetensors } from '@gatewright/tiny-lm';
import { FolderError, reasonOf, UsageError } from '../errors.ts';
import type { ModelFile } from '../quantise/model-file.ts';

export interface PruneOptions {
  readonly how: SparsePruneOptions;
  readonly selects: (name: string) => boolean;
  /** None: nothing is written. */
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly onTensor?: (name: string, done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface PrunedTensor {
  readonly name: string;
  readonly outFeatures: number;
  readonly inFeatures: number;
  /** Blocks of each n of SPARSE_COUNTS. */
  readonly blocks: readonly number[];
  /** Mean n / 16. */
  readonly density: number;
  /** Share of the sum of squares that is gone. */
  readonly lost: number;
  /** Rows of 32 weights, dense and pruned: cycles of the matrix engine per pass over the activations. */
  readonly denseCycles: number;
  readonly cycles: number;
}

/** Prunes every matrix that `selects` names and copies everything else. Throws UsageError when there is none. */
export async function pruneModel(model: ModelFile, options: PruneOptions): Promise<PrunedTensor[]> {
  const chosen = [...model.tensors].filter(
    ([name, { shape, dtype }]) =>
      shape.length === 2 && shape.every((n) => n > 0) && isReadableDtype(dtype) && options.selects(name),
  );
  if (chosen.length === 0)
    throw new UsageError(
      `${model.path} has no matrix to prune`,
      `--only chooses by name; its tensors are ${[...model.tensors.keys()].slice(0, 6).join(', ')}`,
    );
  const names = new Set(chosen.map(([name]) => name));
  const report: PrunedTensor[] = [];
  const pruned = async (name: string): Promise<Uint8Array> => {
    const info = model.tensors.get(name)!;
    const bytes = await model.read(name);
    if (!names.has(name)) return bytes;
    options.signal?.throwIfAborted();
    options.onTensor?.(name, report.length, chosen.length);
    const [outFeatures, inFeatures] = info.shape as [number, number];
    const result = prunedTensor(
      name,
      decodeTensor(name, info, bytes).data,
      { outFeatures, inFeatures },
      options.how,
    );
    const width = ELEMENT_BYTES[info.dtype];
    const zeroed = Uint8Array.from(bytes);
    result.weights.forEach((w, i) => {
      if (w === 0) zeroed.fill(0, i * width, (i + 1) * width);
    });
    report.push(result.tensor);
    return zeroed;
  };
  if (options.output === undefined) for (const name of names) await pruned(name);
  else await writePruned(model, options.output, options.force, pruned);
  return report;
}

function prunedTensor(
  name: string,
  weights: Float32Array,
  shape: { outFeatures: number; inFeatures: number },
  how: SparsePruneOptions,
): { tensor: PrunedTensor; weights: Float32Array } {
  try {
    const { counts, density, lost, weights: kept } = pruneSparse(weights, shape, how);
    return {
      weights: kept,
      tensor: {
        ...{ name, ...shape, density, lost },
        blocks: SPARSE_COUNTS.map((n) => counts.filter((c) => c === n).length),
        denseCycles: (counts.length * SPARSE_BLOCK) / 2,
        cycles: counts.reduce((sum, n) => sum + n / 2, 0),
      },
    };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(`${name}: ${cause.message}`, undefined, { cause });
  }
}

async function writePruned(
  model: ModelFile,
  output: string,
  force: boolean,
  bytesOf: (name: string) => Promise<Uint8Array>,
): Promise<void> {
  if (output === model.path)
    throw new UsageError(`${output} is the model itself`, 'name another output with --out');
  if (!force && (await stat(output).catch(() => undefined)))
    throw new UsageError(`${output} exists`, 'use --force to replace it');
  const layout = layOutSafetensors(
    [...model.tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    { ...model.metadata, 'gatewright.pruned': 'n:16 per 16 x 16 block' },
  );
  const partial = `${output}.${randomBytes(4).toString('hex')}.part`;
  let file: FileHandle | undefined;
  try {
    file = await open(partial, 'wx');
    await file.write(layout.prefix, 0, layout.prefix.length, 0);
    for (const name of model.tensors.keys()) {
      const bytes = await bytesOf(name);
      await file.write(bytes, 0, bytes.length, layout.positions.get(name)!);
    }
    await file.close();
    await rename(partial, output);
  } catch (cause) {
    await file?.close().catch(() => {});
    await rm(partial, { force: true });
    if (cause instanceof UsageError || !(cause as NodeJS.ErrnoException).code) throw cause;
    throw new FolderError(`cannot write ${output}: ${reasonOf(cause)}`, 'choose another place with --out', {
      cause,
    });
  }
}
