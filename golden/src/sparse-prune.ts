// Magnitude pruning to n of 16, block by block: the largest |w| of every column of 16 stay, n is chosen for each block.
// Invariant: of equal magnitudes the lower index stays, and of equally useful blocks the first grows; so it is deterministic.
// Source: N:M magnitude pruning as in FlightLLM and BDWP [P]; the choice of n is ours [I]: what a column keeps for the next n
// is never more than what it kept for the one before, so growing the best block per pair first is within one step of the best choice.
// No retraining and no calibration data.

import { checkMatrix } from './group-scale.ts';
import type { WeightShape } from './quantise-weights.ts';
import { SPARSE_BLOCK, SPARSE_COUNTS, type SparseCount } from './sparse-matrix.ts';

export type SparsePruneOptions =
  /** The same n in every block. */
  | { readonly n: SparseCount }
  /**
   * Mean pairs kept per column of 16, divided by 16: 0.25 is 4:16 on average. The blocks choose their n so that the sum of
   * the squares that are lost is least.
   */
  | { readonly density: number };

export interface PrunedWeights extends WeightShape {
  /** The weights that stay, zeros elsewhere, row-major [outFeatures][inFeatures]. */
  readonly weights: Float32Array;
  /** n of every block: K blocks of the first 16 outputs, then of the next. */
  readonly counts: Uint8Array;
  /** Mean n / 16 over the blocks. */
  readonly density: number;
  /** Sum of the squares that were pruned, divided by that of all weights; 0 for a matrix of zeros. */
  readonly lost: number;
}

/** The places of the `n` largest magnitudes, ascending; of equal ones the lower index wins. */
export function largestPlaces(values: ArrayLike<number>, n: number): number[] {
  return Array.from({ length: values.length }, (_, i) => i)
    .sort((x, y) => Math.abs(values[y]!) - Math.abs(values[x]!) || x - y)
    .slice(0, n)
    .sort((x, y) => x - y);
}

/**
 * Prunes FP32 weights, row-major [outFeatures][inFeatures]; short blocks at the edges count as whole ones.
 * @throws RangeError for NaN or infinite weights, a wrong length, or a density outside 0..1.
 */
export function pruneSparse(
  weights: Float32Array,
  shape: WeightShape,
  options: SparsePruneOptions,
): PrunedWeights {
  const { outFeatures, inFeatures } = shape;
  checkMatrix(weights, outFeatures, inFeatures, { tensor: 'weights', row: 'row', column: 'column' });
  const kBlocks = Math.ceil(inFeatures / SPARSE_BLOCK);
  const blocks = kBlocks * Math.ceil(outFeatures / SPARSE_BLOCK);
  /** Flat positions of the columns of a block that exist. */
  const columns = (block: number): number[][] => {
    const output = Math.floor(block / kBlocks) * SPARSE_BLOCK;
    const start = (block % kBlocks) * SPARSE_BLOCK;
    const depth = Math.min(SPARSE_BLOCK, inFeatures - start);
    return Array.from({ length: Math.min(SPARSE_BLOCK, outFeatures - output) }, (_, c) =>
      Array.from({ length: depth }, (_, i) => (output + c) * inFeatures + start + i),
    );
  };
  const counts =
    'n' in options
      ? new Uint8Array(blocks).fill(options.n)
      : chooseCounts(
          weights,
          Array.from({ length: blocks }, (_, b) => columns(b)),
          options.density,
        );

  const kept = new Float32Array(weights.length);
  counts.forEach((n, b) => {
    for (const column of columns(b)) {
      const values = column.map((i) => weights[i]!);
      for (const place of largestPlaces(values, n)) kept[column[place]!] = values[place]!;
    }
  });
  const energy = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0);
  const all = energy(weights);
  return {
    outFeatures,
    inFeatures,
    weights: kept,
    counts,
    density: counts.reduce((sum, n) => sum + n, 0) / (SPARSE_BLOCK * Math.max(1, blocks)),
    lost: all === 0 ? 0 : Math.max(0, 1 - energy(kept) / all),
  };
}

/** Grows the block that gains most per pair until no more step fits; what the best choice keeps beyond that is less than one step. */
function chooseCounts(weights: Float32Array, blocks: readonly number[][][], density: number): Uint8Array {
  if (!(density >= 0 && density <= 1)) throw new RangeError(`density is ${density}, need 0..1`);
  const steps = blocks.flatMap((columns, block) => {
    const sorted = columns.map((column) => column.map((i) => weights[i]! ** 2).sort((x, y) => y - x));
    return SPARSE_COUNTS.slice(1).map((n, step) => {
      const from = SPARSE_COUNTS[step]!;
      const gain = sorted.reduce((sum, c) => sum + c.slice(from, n).reduce((s, v) => s + v, 0), 0);
      return { block, step, n, cost: n - from, rate: gain / (n - from) };
    });
  });
  // Rates fall from step to step of a block, so a block's own steps stay in order.
  steps.sort((x, y) => y.rate - x.rate || x.step - y.step || x.block - y.block);
  const counts = new Uint8Array(blocks.length);
  let left = density * SPARSE_BLOCK * blocks.length;
  const closed = new Set<number>();
  for (const { block, n, cost } of steps) {
    if (closed.has(block)) continue;
    if (cost > left) closed.add(block);
    else {
      counts[block] = n;
      left -= cost;
    }
  }
  return counts;
}
