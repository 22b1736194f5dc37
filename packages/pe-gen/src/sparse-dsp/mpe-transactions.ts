// Products of matrices as the streams of the engine carry them, and the matrices that streams stand for.
// Invariant: the two directions are told apart: `mpeInputs` makes streams of matrices; `productsOf` reads streams alone.

import {
  encodeSparse,
  narrowestCodes,
  type SparseMatrix,
  sparsePlace,
  weightsOfWord,
  weightWord,
} from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import type { SparseMpe } from './mpe.ts';
import { BLOCK, CODE_WIDTHS, columnsOf, MAP_BLOCKS, type MpeParams } from './mpe-params.ts';

export type MpeInputs = StreamInputs<ReturnType<typeof SparseMpe.ports>>;

/** One instruction's work: integer activations times integer weights. */
export interface MpeProduct {
  /** 2 * pairs rows of 16 * blocks activations; none: those of the instruction before. */
  readonly activations?: readonly (readonly number[])[];
  /** 16 * tiles outputs of 16 * blocks weights, row-major; a vector product has 1 output per chain and tile. */
  readonly weights: readonly (readonly number[])[];
  readonly kind: 'sparse' | 'dense' | 'vector';
  /** n of every block; the smallest that holds it by default. */
  readonly counts?: readonly number[];
  /** The sums go on in the next instruction. */
  readonly keep?: boolean;
  readonly relu?: boolean;
  /** Per output, in order; needed unless `keep`. */
  readonly bias?: readonly number[];
  readonly scale?: readonly number[];
}

const matrixOf = (p: MpeParams, { weights, counts, kind }: MpeProduct): SparseMatrix => {
  const depth = weights[0]!.length;
  const outputs =
    kind === 'vector'
      ? // A vector of a chain is its first column; the others of the block do not exist.
        Array.from({ length: Math.ceil(weights.length / p.chains) * BLOCK }, (_, i) => {
          const tile = Math.floor(i / BLOCK);
          const chain = Math.floor((i % BLOCK) / columnsOf(p));
          const first = i % columnsOf(p) === 0;
          return (first && weights[tile * p.chains + chain]) || new Array<number>(depth).fill(0);
        })
      : weights;
  const shape = { outFeatures: outputs.length, inFeatures: depth };
  const blocks = Math.ceil(depth / BLOCK) * Math.ceil(outputs.length / BLOCK);
  const all = kind === 'sparse' ? counts : new Array<number>(blocks).fill(BLOCK);
  return encodeSparse(outputs.flat(), shape, { chains: p.chains, ...(all ? { counts: all } : {}) });
};

const slices = <T>(list: ArrayLike<T>, size: number): T[][] =>
  Array.from({ length: list.length / size }, (_, i) =>
    Array.from({ length: size }, (_, j) => list[i * size + j]!),
  );

/** A row of weights as the engine takes it; packed, in the narrowest codes that hold it. */
function wordOf(p: MpeParams, row: readonly number[]): MpeInputs['values'][number] {
  if (p.weights === 'int8') return { word: weightWord(row, { width: 8, shift: 0 }), width: 0, shift: 0 };
  const format = narrowestCodes(row, CODE_WIDTHS);
  return { word: weightWord(row, format), ...format };
}
/** And back. */
const weightsOf = (p: MpeParams, { word, width, shift }: MpeInputs['values'][number]): number[] =>
  weightsOfWord(
    BigInt(word),
    BLOCK * p.chains,
    p.weights === 'int8' ? { width: 8, shift: 0 } : { width: Number(width), shift: Number(shift) },
  );

/** The streams that do `products`, one after the other. */
export function mpeInputs(p: MpeParams, products: readonly MpeProduct[]): MpeInputs {
  const streams = {
    program: [] as MpeInputs['program'][number][],
    activations: [] as MpeInputs['activations'][number][],
    map: [] as MpeInputs['map'][number][],
    values: [] as MpeInputs['values'][number][],
    indices: [] as MpeInputs['indices'][number][],
    constants: [] as MpeInputs['constants'][number][],
  };
  products.forEach((product, at) => {
    const matrix = matrixOf(p, product);
    const blocks = Math.ceil(matrix.inFeatures / BLOCK);
    const tiles = Math.ceil(matrix.outFeatures / BLOCK);
    const next = products[at + 1];
    streams.program.push({
      blocks,
      tiles,
      dense: product.kind !== 'sparse',
      vector: product.kind === 'vector',
      keep: product.keep ?? false,
      release: !next || next.activations !== undefined,
      relu: product.relu ?? false,
    });
    if (product.activations)
      for (let b = 0; b < blocks; b++)
        streams.activations.push({
          rows: product.activations.map((row) =>
            Array.from({ length: BLOCK }, (_, i) => row[b * BLOCK + i] ?? 0),
          ),
          last: b === blocks - 1,
        });
    const rows = slices(matrix.values, BLOCK * p.chains).map((row) => wordOf(p, row));
    const places = slices(matrix.indices, BLOCK * p.chains).map((row) => slices(row, BLOCK));
    const perBlock = BLOCK / p.chains;
    if (product.kind === 'vector') streams.values.push(...rows.filter((_, i) => i % perBlock === 0));
    else streams.values.push(...rows);
    if (product.kind === 'sparse') {
      streams.indices.push(...places);
      for (const counts of slices(matrix.counts, blocks))
        for (let b = 0; b < blocks; b += MAP_BLOCKS)
          streams.map.push(Array.from({ length: MAP_BLOCKS }, (_, i) => counts[b + i] ?? 0));
    }
    if (product.keep) return;
    const columns = columnsOf(p);
    for (let tile = 0; tile < tiles; tile++)
      for (let column = 0; column < columns; column++)
        streams.constants.push(
          Array.from({ length: p.chains }, (_, chain) => {
            const output =
              product.kind === 'vector'
                ? column === 0
                  ? tile * p.chains + chain
                  : -1
                : tile * BLOCK + chain * columns + column;
            return {
              bias: product.bias?.[output] ?? 0,
              scale: p.output === 'int8' ? (product.scale?.[output] ?? 1) : 0,
            };
          }),
        );
  });
  return streams;
}

/** An instruction with what it takes from the streams, as matrices. */
export interface StreamedProduct {
  readonly keep: boolean;
  readonly relu: boolean;
  readonly release: boolean;
  readonly tiles: number;
  /** Rows of activations. */
  readonly activations: readonly (readonly number[])[];
  readonly matrix: SparseMatrix;
  /** n of the blocks in the order in which they are scanned, a word of the map after the other. */
  readonly words: readonly (readonly number[])[];
  readonly wordsPerTile: number;
  readonly rowsPerBlock: (n: number) => number;
}

/** What the streams say, instruction by instruction, as far as they go. */
export function productsOf(p: MpeParams, inputs: MpeInputs): StreamedProduct[] {
  const loads: number[][][] = [[]];
  for (const { rows, last } of inputs.activations) {
    const open = loads.at(-1)!;
    rows.forEach((row, r) => {
      open[r] ??= [];
      open[r].push(...row.map(Number));
    });
    if (last) loads.push([]);
  }
  let [load, map, row, place] = [0, 0, 0, 0];
  return inputs.program.map((work) => {
    const [blocks, tiles] = [Number(work.blocks), Number(work.tiles)];
    const activations = loads[load]!;
    if (work.release) load++;
    const words: number[][] = [];
    for (let tile = 0; tile < tiles; tile++)
      for (let b = 0; b < blocks; b += MAP_BLOCKS) {
        const size = Math.min(MAP_BLOCKS, blocks - b);
        words.push(
          work.dense ? new Array<number>(size).fill(BLOCK) : inputs.map[map++]!.slice(0, size).map(Number),
        );
      }
    const counts = words.flat();
    const values: number[] = [];
    const indices: number[] = [];
    const rowsPerBlock = (n: number): number => (work.vector ? Math.min(1, n) : n / p.chains);
    for (const n of counts)
      for (let r = 0; r < n / p.chains; r++) {
        const sent = r < rowsPerBlock(n);
        const from = sent ? weightsOf(p, inputs.values[row++]!) : undefined;
        const at = sent && !work.dense ? inputs.indices[place++] : undefined;
        for (let chain = 0; chain < p.chains; chain++)
          for (let tap = 0; tap < BLOCK; tap++) {
            values.push(from?.[chain * BLOCK + tap] ?? 0);
            indices.push(Number(at?.[chain]?.[tap] ?? sparsePlace(n, r, chain, tap, p.chains).position));
          }
      }
    const matrix: SparseMatrix = {
      outFeatures: BLOCK * tiles,
      inFeatures: BLOCK * blocks,
      chains: p.chains,
      counts: Uint8Array.from(counts),
      values: Int8Array.from(values),
      indices: Uint8Array.from(indices),
    };
    const { keep, relu, release } = work;
    const wordsPerTile = Math.ceil(blocks / MAP_BLOCKS);
    return { keep, relu, release, tiles, activations, matrix, words, wordsPerTile, rowsPerBlock };
  });
}
