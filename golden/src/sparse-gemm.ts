// A matrix product with block-sparse weights as the MPE does it: rows of pairs, one after the other, then bias and rescaling.
// Invariant: the sums are exact integers and do not depend on n; `sparseGemm` of an encoded matrix is the plain product.

import { requantise } from './requantise.ts';
import { SPARSE_BLOCK, type SparseMatrix, sparsePlace } from './sparse-matrix.ts';

/**
 * activations (tokens x inFeatures, INT8, row by row) times the transposed weights: tokens x outFeatures sums, row by row.
 * @throws RangeError when the activations do not fill whole rows, or a sum leaves 32 bits.
 */
export function sparseGemm(activations: ArrayLike<number>, matrix: SparseMatrix): Int32Array {
  const { outFeatures, inFeatures, chains } = matrix;
  const tokens = activations.length / inFeatures;
  if (!Number.isInteger(tokens))
    throw new RangeError(`activations has ${activations.length} elements, not whole rows of ${inFeatures}`);
  const kBlocks = Math.ceil(inFeatures / SPARSE_BLOCK);
  const sums = new Float64Array(tokens * outFeatures);
  let at = 0;
  matrix.counts.forEach((n, b) => {
    for (let row = 0; row < n / chains; row++) {
      for (let chain = 0; chain < chains; chain++) {
        for (let tap = 0; tap < SPARSE_BLOCK; tap++, at++) {
          const { column } = sparsePlace(n, row, chain, tap, chains);
          const output = Math.floor(b / kBlocks) * SPARSE_BLOCK + column;
          const k = (b % kBlocks) * SPARSE_BLOCK + matrix.indices[at]!;
          if (output >= outFeatures || k >= inFeatures) continue;
          for (let m = 0; m < tokens; m++)
            sums[m * outFeatures + output]! += activations[m * inFeatures + k]! * matrix.values[at]!;
        }
      }
    }
  });
  const out = Int32Array.from(sums);
  const beyond = out.findIndex((v, i) => v !== sums[i]);
  if (beyond >= 0) throw new RangeError(`sum ${beyond} is ${sums[beyond]}, beyond 32 bits`);
  return out;
}

/** How sums become INT8: per output, (sum + bias) * scale / 2^shift, a half to the even neighbour, saturated. */
export interface SparseRescale {
  /** INT32 per output. */
  readonly bias: ArrayLike<number>;
  /** Per output, unsigned. */
  readonly scale: ArrayLike<number>;
  readonly shift: number;
  /** Negative results become 0. */
  readonly relu: boolean;
}

/** tokens x outputs sums as INT8. */
export function rescaleSums(sums: ArrayLike<number>, outputs: number, r: SparseRescale): Int8Array {
  return Int8Array.from({ length: sums.length }, (_, i) => {
    const n = i % outputs;
    const x = BigInt(sums[i]!) + BigInt(r.bias[n]!);
    const y = Number(requantise(x, BigInt(r.scale[n]!), r.shift, { bits: 8, signed: true }));
    return r.relu && y < 0 ? 0 : y;
  });
}

/**
 * Sampled product (SDDMM): a (rows x depth) times the transposed b (columns x depth) where `kept` says so, 0 elsewhere;
 * rows x columns, row by row. What is not kept is not computed.
 */
export function sampledProduct(
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
  kept: (row: number, column: number) => boolean,
): number[][] {
  return a.map((x, row) =>
    b.map((y, column) => (kept(row, column) ? x.reduce((sum, v, k) => sum + v * y[k]!, 0) : 0)),
  );
}
