// The MixPE systolic arrays as specified: what leaves them, in which order, and after how many cycles.
// Invariant: values are those of mixpeDot, bit for bit: whatever the dataflow, sums of integers are exact within a group, sums of
// floats run along K, and the FP32 accumulation runs over the groups in ascending order (specification 1.2, 1.6 [D]; schedules [X]).
// Cycle counts are closed forms of shapes; nothing here walks through clock cycles.

import { mixpeDot } from './mixpe.ts';
import { checkLength } from './mixpe-check.ts';
import type { MixpeConfig } from './mixpe-config.ts';
import { type MixpeFloatConfig, mixpeFloatDot } from './mixpe-float.ts';

/** rows x columns dot products over the same K. */
export interface MixpeTile {
  /** INT8 activations of each token, K each. */
  readonly x: readonly ArrayLike<number>[];
  /** Weight codes of each output, K each. */
  readonly q: readonly ArrayLike<number>[];
  /** FP16 codes of each output, one per group. */
  readonly scales: readonly ArrayLike<number>[];
  /** Zero points of each output, one per group; as in `mixpeDot`. */
  readonly zeroPoints?: readonly ArrayLike<number>[] | undefined;
}

/** y[token][output] of a tile as FP32 codes. Throws RangeError as `mixpeDot` does. */
export function mixpeTile(tile: MixpeTile, config: MixpeConfig): number[][] {
  checkLength('scales', tile.scales.length, tile.q.length, 'outputs');
  return tile.x.map((x) =>
    tile.q.map((q, n) => mixpeDot(x, q, tile.scales[n]!, tile.zeroPoints?.[n], config)),
  );
}

/** The same of float activations, whose sums are rounded in the order of K: their codes instead of INT8. */
export function mixpeFloatTile(tile: MixpeTile, config: MixpeFloatConfig): number[][] {
  checkLength('scales', tile.scales.length, tile.q.length, 'outputs');
  return tile.x.map((x) =>
    tile.q.map((q, n) =>
      mixpeFloatDot(
        Array.from(x),
        Array.from(q),
        Array.from(tile.scales[n]!),
        tile.zeroPoints && Array.from(tile.zeroPoints[n]!),
        config,
      ),
    ),
  );
}

/**
 * The order in which an output-stationary array gives a tile: units side by side, one value of each at a time; a unit gives
 * its columns one after the other, each of them token by token.
 * @param y [rows][columns]; columns must be a multiple of columnsPerUnit.
 */
export function outputStationaryOrder<T>(y: readonly (readonly T[])[], columnsPerUnit: number): T[][] {
  const columns = y[0]?.length ?? 0;
  checkLength('columns', columns % columnsPerUnit, 0, 'columns beyond whole units');
  const units = Array.from({ length: columns / columnsPerUnit }, (_, u) => u * columnsPerUnit);
  return Array.from({ length: columnsPerUnit }, (_, i) =>
    y.map((row) => units.map((first) => row[first + i]!)),
  ).flat();
}

/**
 * Which results of a tile stand for something, in that order, when only the first `size.rows` tokens and `size.columns`
 * outputs do.
 */
export function outputStationaryKept(
  shape: { readonly rows: number; readonly columns: number },
  columnsPerUnit: number,
  size: { readonly rows: number; readonly columns: number },
): boolean[][] {
  const there = Array.from({ length: shape.rows }, (_, row) =>
    Array.from({ length: shape.columns }, (_, column) => row < size.rows && column < size.columns),
  );
  return outputStationaryOrder(there, columnsPerUnit);
}

export interface OutputStationaryShape {
  readonly rows: number;
  readonly columns: number;
  readonly groupSize: number;
  /** D, columns that share a dequantisation unit. */
  readonly columnsPerUnit: number;
  /** Registers that a value passes besides those of the skew, from operand to result. */
  readonly pipeline: number;
  /** Cycles between the ends of two groups, at least rows * D. */
  readonly interval: number;
}

/**
 * Cycles that an output-stationary array needs for the steps of tiles of depth K back to back, without stalls from outside:
 * one per step, and more only for a group (after the first) that is shorter than `interval`.
 */
export function outputStationarySteps(
  { groupSize, interval }: Pick<OutputStationaryShape, 'groupSize' | 'interval'>,
  depths: readonly number[],
): number {
  let steps = 0;
  depths.forEach((k, tile) => {
    const full = Math.floor(k / groupSize);
    const rest = k % groupSize;
    steps += full * Math.max(groupSize, interval) + (rest > 0 ? Math.max(rest, interval) : 0);
    // Nothing is drained before the first group of all.
    if (tile === 0) steps -= Math.max(0, interval - (full > 0 ? groupSize : rest));
  });
  return steps;
}

/**
 * Cycles from the first step to the last result, both included:
 *   steps + (rows - 1) + (columns - D) of skew + rows * D of the last drain + pipeline - 1.
 * With D = 1 and groups no shorter than the drain this is the law of specification 1.6: G * ceil(K/G) + R + C - 2 + R + pipe.
 */
export function outputStationaryCycles(shape: OutputStationaryShape, depths: readonly number[]): number {
  if (depths.length === 0) return 0;
  const { rows, columns, columnsPerUnit: d, pipeline } = shape;
  return outputStationarySteps(shape, depths) + (rows - 1) + (columns - d) + rows * d + pipeline - 1;
}

/**
 * Cycles of a weight-stationary array from the first weight to the last result, both included, without stalls from outside:
 *   rows to load + a cycle per token, or `rows` for a pass of fewer, + (rows - 1) + (columns - 1) of skew + pipeline.
 * The last pass takes a cycle per token: no weights follow it.
 * @param tokens tokens of each pass; a pass is `rows` steps along K.
 */
export function weightStationaryCycles(
  { rows, columns, pipeline }: { readonly rows: number; readonly columns: number; readonly pipeline: number },
  tokens: readonly number[],
): number {
  if (tokens.length === 0) return 0;
  const busy = tokens.reduce(
    (sum, count, i) => sum + (i === tokens.length - 1 ? count : Math.max(count, rows)),
    0,
  );
  return rows + busy + (rows - 1) + (columns - 1) + pipeline;
}
