// The operators of the engine as instructions, and the way back: GEMM, SpMM, GEMV, SpMV and SDDMM on exact sums.
// Invariant: an operator is a list of products; the hardware knows nothing of operators. Rows of activations are filled up
// with zeros to whole passes of 2 * pairs rows.
// Source: FlightLLM's five operators on one datapath; SDDMM skips mask blocks of zeros by the instruction stream [P].

import type { StreamOutputs } from '@gatewright/hdl-core';
import type { SparseMpe } from './mpe.ts';
import { BLOCK, columnsOf, type MpeParams } from './mpe-params.ts';
import { type MpeInputs, type MpeProduct, mpeInputs } from './mpe-transactions.ts';

type Matrix = readonly (readonly number[])[];

/** Streams of an operator, and its results of what the engine answers. */
export interface MpeOperator {
  readonly inputs: MpeInputs;
  /** Answers that it gives. */
  readonly answers: number;
  results(out: StreamOutputs<ReturnType<typeof SparseMpe.ports>>['out']): number[][];
}

/** A product and where its outputs belong: row and column of the first one. */
interface Placed {
  readonly product: MpeProduct;
  readonly row: number;
  readonly column: number;
}

/** activations (rows x depth) times the transposed weights (outputs x depth): rows x outputs. `sparse` is SpMM, `dense` GEMM. */
export function matrixProduct(
  p: MpeParams,
  kind: 'sparse' | 'dense',
  activations: Matrix,
  weights: Matrix,
): MpeOperator {
  const placed = passesOf(p, activations).map(
    ({ row, rows }): Placed => ({ row, column: 0, product: { kind, weights, activations: rows } }),
  );
  return operator(p, placed, activations.length, weights.length);
}

/** A sparse matrix (outputs x depth) times a vector: outputs x 1. The vector is one of the 2 * pairs rows; the others idle. */
export function sparseMatrixVector(p: MpeParams, matrix: Matrix, vector: readonly number[]): MpeOperator {
  const product = matrixProduct(p, 'sparse', [vector], matrix);
  return { ...product, results: (out) => product.results(out)[0]!.map((value) => [value]) };
}

/** A dense matrix (rows x depth) times up to `chains` vectors: rows x vectors. The matrix goes through the activation buffer. */
export function matrixVector(p: MpeParams, matrix: Matrix, vectors: Matrix): MpeOperator {
  if (vectors.length > p.chains)
    throw new RangeError(`${vectors.length} vectors at a time, the engine has ${p.chains} chains`);
  const placed = passesOf(p, matrix).map(
    ({ row, rows }): Placed => ({
      row,
      column: 0,
      product: { kind: 'vector', weights: vectors, activations: rows },
    }),
  );
  return operator(p, placed, matrix.length, vectors.length);
}

/**
 * SDDMM: a (rows x depth) times the transposed b (columns x depth) in the blocks of 2 * pairs rows and 16 columns that
 * `mask[row block][column block]` keeps: rows x columns, 0 elsewhere. A block that is not kept takes no instruction, no
 * cycle and no operands; a run of kept ones is one instruction.
 */
export function sampledMatrixProduct(
  p: MpeParams,
  a: Matrix,
  b: Matrix,
  mask: readonly (readonly boolean[])[],
): MpeOperator {
  const tiles = Math.ceil(b.length / BLOCK);
  const passes = passesOf(p, a);
  if (mask.length !== passes.length || mask.some((row) => row.length !== tiles))
    throw new RangeError(`mask needs ${passes.length} x ${tiles} blocks of ${2 * p.pairs} x ${BLOCK}`);
  const placed = passes.flatMap(({ row, rows }, pass) =>
    runsOf(mask[pass]!).map(([from, to], run): Placed => {
      const weights = b.slice(from * BLOCK, to * BLOCK);
      const product: MpeProduct = { kind: 'dense', weights };
      return { row, column: from * BLOCK, product: run === 0 ? { ...product, activations: rows } : product };
    }),
  );
  return operator(p, placed, a.length, b.length);
}

/** The rows in passes of 2 * pairs, the last one filled up with zeros. */
function passesOf(p: MpeParams, rows: Matrix): { row: number; rows: Matrix }[] {
  const height = 2 * p.pairs;
  const zeros = new Array<number>(rows[0]?.length ?? 0).fill(0);
  return Array.from({ length: Math.ceil(rows.length / height) }, (_, pass) => ({
    row: pass * height,
    rows: Array.from({ length: height }, (_, r) => rows[pass * height + r] ?? zeros),
  }));
}

/** Begin and end of each run of true. */
function runsOf(flags: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  flags.forEach((flag, i) => {
    if (flag && flags[i - 1]) runs.at(-1)![1] = i + 1;
    else if (flag) runs.push([i, i + 1]);
  });
  return runs;
}

function operator(p: MpeParams, placed: readonly Placed[], rows: number, columns: number): MpeOperator {
  if (p.output !== 'int32') throw new RangeError("an operator needs exact sums: set output to 'int32'");
  const perTile = columnsOf(p);
  const tilesOf = ({ kind, weights }: MpeProduct): number =>
    Math.ceil(weights.length / (kind === 'vector' ? p.chains : BLOCK));
  return {
    inputs: mpeInputs(
      p,
      placed.map(({ product }) => product),
    ),
    answers: placed.reduce((sum, { product }) => sum + tilesOf(product) * perTile, 0),
    results(out) {
      const y = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
      let at = 0;
      for (const { product, row, column } of placed) {
        const vector = product.kind === 'vector';
        for (let i = 0; i < tilesOf(product) * perTile; i++, at++) {
          const [tile, place] = [Math.floor(i / perTile), i % perTile];
          if (vector && place > 0) continue;
          out[at]!.forEach((sums, r) => {
            sums.forEach((sum, chain) => {
              const to = column + (vector ? tile * p.chains + chain : tile * BLOCK + chain * perTile + place);
              if (row + r < rows && to < columns) y[row + r]![to] = Number(sum);
            });
          });
        }
      }
      return y;
    },
  };
}
