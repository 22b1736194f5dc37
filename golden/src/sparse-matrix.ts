// Block-sparse weights as the sparse DSP chain streams them: 16 x 16 blocks, each with its own n nonzeros per column of 16.
// Invariant: decode(encode(w)) is w, and every column of a block has exactly n (value, index) pairs in ascending index order.
// Source: FlightLLM's weight, index and block-map formats [C]; the order of pairs within a row is ours [I]: the columns of a
// block are dealt so that every group of taps keeps its columns whatever n is.

import type { WeightShape } from './quantise-weights.ts';

/** Rows (along K) and columns of a block. */
export const SPARSE_BLOCK = 16;
/** What a byte of the block map may be: nonzeros per column of 16. 0 is a block that is skipped. */
export const SPARSE_COUNTS = [0, 2, 4, 8, 16] as const;
export type SparseCount = (typeof SPARSE_COUNTS)[number];

export interface SparseMatrix {
  /** N, a multiple of nothing: the last block is padded with zeros. */
  readonly outFeatures: number;
  /** K. */
  readonly inFeatures: number;
  /** Chains that take one row of pairs together, 1 or 2. */
  readonly chains: number;
  /** n of every block: K blocks of the first 16 outputs, then of the next. */
  readonly counts: Uint8Array;
  /** Rows of 16 values per chain, block after block: n / chains rows a block. */
  readonly values: Int8Array;
  /** The place in its column of 16 of each value. */
  readonly indices: Uint8Array;
}

/** Where a pair of a row belongs: the column within its block and the place among the column's n pairs. */
export interface SparsePlace {
  readonly column: number;
  readonly position: number;
}

/** The place of the pair at `tap` of `chain` in row `row` of a block with n nonzeros per column. */
export function sparsePlace(n: number, row: number, chain: number, tap: number, chains: number): SparsePlace {
  const group = Math.floor(tap / n);
  return {
    column: (SPARSE_BLOCK / chains) * chain + group * (n / chains) + row,
    position: tap % n,
  };
}

const blocksOf = (size: number): number => Math.ceil(size / SPARSE_BLOCK);

/** The smallest n that holds every column of each block, in the order of `SparseMatrix.counts`. */
export function sparseCounts(codes: ArrayLike<number>, shape: WeightShape): Uint8Array {
  const kBlocks = blocksOf(shape.inFeatures);
  const counts = new Uint8Array(blocksOf(shape.outFeatures) * kBlocks);
  for (let b = 0; b < counts.length; b++) {
    let most = 0;
    for (let c = 0; c < SPARSE_BLOCK; c++)
      most = Math.max(most, columnOf(codes, shape, b, c).filter((v) => v !== 0).length);
    counts[b] = SPARSE_COUNTS.find((n) => n >= most)!;
  }
  return counts;
}

/**
 * Encodes integer weights, row-major [outFeatures][inFeatures]. `counts` gives n of each block, the smallest that holds
 * it by default; a column with fewer nonzeros is filled with zeros at its lowest unused places.
 * @throws RangeError for a weight outside INT8, a wrong length, an illegal n, or a block that n does not hold.
 */
export function encodeSparse(
  codes: ArrayLike<number>,
  shape: WeightShape,
  options: { readonly counts?: ArrayLike<number>; readonly chains?: number } = {},
): SparseMatrix {
  const { outFeatures, inFeatures } = shape;
  const chains = options.chains ?? 2;
  if (chains !== 1 && chains !== 2) throw new RangeError(`chains is ${chains}, need 1 or 2`);
  if (codes.length !== outFeatures * inFeatures)
    throw new RangeError(`codes has ${codes.length} elements, need ${outFeatures} x ${inFeatures}`);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (!Number.isInteger(code) || code < -128 || code > 127)
      throw new RangeError(
        `codes[row ${Math.floor(i / inFeatures)}, column ${i % inFeatures}] is ${code}, not in -128..127 (INT8)`,
      );
  }
  const counts = Uint8Array.from(options.counts ?? sparseCounts(codes, shape));
  const kBlocks = blocksOf(inFeatures);
  if (counts.length !== kBlocks * blocksOf(outFeatures))
    throw new RangeError(
      `counts has ${counts.length} elements, need ${blocksOf(outFeatures)} x ${kBlocks} blocks`,
    );
  const pairs = counts.reduce((sum, n) => sum + SPARSE_BLOCK * n, 0);
  const values = new Int8Array(pairs);
  const indices = new Uint8Array(pairs);
  let at = 0;
  counts.forEach((n, b) => {
    if (!(SPARSE_COUNTS as readonly number[]).includes(n))
      throw new RangeError(`counts[${b}] is ${n}, need one of ${SPARSE_COUNTS.join(', ')}`);
    const columns = Array.from({ length: SPARSE_BLOCK }, (_, c) => columnOf(codes, shape, b, c));
    const kept = columns.map((column, c) => placesOf(column, n, `block ${b}, column ${c}`));
    for (let row = 0; row < n / chains; row++) {
      for (let chain = 0; chain < chains; chain++) {
        for (let tap = 0; tap < SPARSE_BLOCK; tap++, at++) {
          const { column, position } = sparsePlace(n, row, chain, tap, chains);
          const place = kept[column]![position]!;
          values[at] = columns[column]![place]!;
          indices[at] = place;
        }
      }
    }
  });
  return { outFeatures, inFeatures, chains, counts, values, indices };
}

/** The weights of a matrix, row-major [outFeatures][inFeatures]. */
export function decodeSparse(matrix: SparseMatrix): Int8Array {
  const { outFeatures, inFeatures, chains } = matrix;
  const kBlocks = blocksOf(inFeatures);
  const codes = new Int8Array(outFeatures * inFeatures);
  let at = 0;
  matrix.counts.forEach((n, b) => {
    for (let row = 0; row < n / chains; row++) {
      for (let chain = 0; chain < chains; chain++) {
        for (let tap = 0; tap < SPARSE_BLOCK; tap++, at++) {
          const { column } = sparsePlace(n, row, chain, tap, chains);
          const output = Math.floor(b / kBlocks) * SPARSE_BLOCK + column;
          const k = (b % kBlocks) * SPARSE_BLOCK + matrix.indices[at]!;
          if (output < outFeatures && k < inFeatures) codes[output * inFeatures + k] = matrix.values[at]!;
        }
      }
    }
  });
  return codes;
}

/** Rows that the chains take: their cycles, when none is idle. */
export const sparseRows = (matrix: SparseMatrix): number =>
  matrix.values.length / (SPARSE_BLOCK * matrix.chains);

/** One column of a block, zeros past the end of the matrix. */
function columnOf(
  codes: ArrayLike<number>,
  { outFeatures, inFeatures }: WeightShape,
  block: number,
  column: number,
): number[] {
  const kBlocks = blocksOf(inFeatures);
  const output = Math.floor(block / kBlocks) * SPARSE_BLOCK + column;
  const start = (block % kBlocks) * SPARSE_BLOCK;
  return Array.from({ length: SPARSE_BLOCK }, (_, i) =>
    output < outFeatures && start + i < inFeatures ? codes[output * inFeatures + start + i]! : 0,
  );
}

/** The n places of a column that are sent, ascending: the nonzeros, then the lowest others. */
function placesOf(column: readonly number[], n: number, where: string): number[] {
  const nonzero = column.flatMap((v, i) => (v === 0 ? [] : [i]));
  if (nonzero.length > n) throw new RangeError(`${where} has ${nonzero.length} nonzeros, more than n = ${n}`);
  const others = column.flatMap((v, i) => (v === 0 ? [i] : []));
  return [...nonzero, ...others.slice(0, n - nonzero.length)].sort((x, y) => x - y);
}
