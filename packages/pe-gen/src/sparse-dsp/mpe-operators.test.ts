// Every operator of the engine against plain products of integers, and what a mask saves.

import { pruneSparse, sampledProduct } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { SparseMpe } from './mpe.ts';
import {
  type MpeOperator,
  matrixProduct,
  matrixVector,
  sampledMatrixProduct,
  sparseMatrixVector,
} from './mpe-operators.ts';
import { mpeParams } from './mpe-params.ts';

const given = { pairs: 2, output: 'int32' as const };
const p = mpeParams.parse(given);

/** Integers that look random and are the same in every run. */
const matrix = (rows: number, columns: number, seed: number): number[][] =>
  Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => (((r * 7919 + c * 104_729 + seed * 1299) % 1009) % 255) - 127),
  );
/** With n of 16 in blocks of all n. */
function pruned(rows: number, columns: number, seed: number): number[][] {
  const dense = Float32Array.from(matrix(rows, columns, seed).flat());
  const { weights } = pruneSparse(dense, { outFeatures: rows, inFeatures: columns }, { density: 0.3 });
  return Array.from({ length: rows }, (_, r) => [...weights.subarray(r * columns, (r + 1) * columns)]);
}
const all = (): boolean => true;

/** Results and cycles of an operator in simulation. */
async function run({ inputs, answers, results }: MpeOperator) {
  return simulate(SparseMpe, given, async (dut, t) => {
    const sent = [
      dut.program.sendAll(inputs.program),
      dut.activations.sendAll(inputs.activations),
      dut.map.sendAll(inputs.map),
      dut.values.sendAll(inputs.values),
      dut.indices.sendAll(inputs.indices),
      dut.constants.sendAll(inputs.constants),
    ];
    const out = await dut.out.take(answers);
    await Promise.all(sent);
    return { results: results(out), cycles: t.cycle };
  });
}

test.each(['sparse', 'dense'] as const)(
  '%s: rows x depth x outputs that are no whole blocks',
  async (kind) => {
    const [a, w] = [matrix(7, 70, 1), pruned(37, 70, 2)];
    const { results } = await run(matrixProduct(p, kind, a, w));
    expect(results).toEqual(sampledProduct(a, w, all));
  },
  120_000,
);

test('sparse matrix times vector', async () => {
  const [w, x] = [pruned(50, 100, 3), matrix(1, 100, 4)];
  const { results } = await run(sparseMatrixVector(p, w, x[0]!));
  expect(results).toEqual(sampledProduct(w, x, all));
}, 120_000);

test('dense matrix times one vector, and two: a block of the matrix takes a cycle', async () => {
  const a = matrix(40, 256, 5);
  for (const count of [1, 2]) {
    const x = matrix(count, 256, 6);
    const { results, cycles } = await run(matrixVector(p, a, x));
    expect(results).toEqual(sampledProduct(a, x, all));
    // 10 passes of 16 blocks, and 16 more to fill the buffer first.
    expect(cycles).toBeLessThan(176 + 40);
  }
  expect(() => matrixVector(p, a, matrix(3, 256, 6))).toThrow('3 vectors at a time, the engine has 2 chains');
}, 120_000);

test('a sampled product does what its mask keeps, and takes no time for the rest', async () => {
  const [rows, columns, depth] = [48, 160, 64];
  const [a, b] = [matrix(rows, depth, 7), matrix(columns, depth, 8)];
  const [height, width] = [2 * p.pairs, 16];
  const masks = {
    all: () => true,
    // A causal window of 32, a row of blocks without any, and a global column.
    some: (r: number, c: number) =>
      r !== 5 && (c === 0 || (c * width <= r * height && c * width > r * height - 32)),
  };
  const cycles: Record<string, number> = {};
  for (const [name, kept] of Object.entries(masks)) {
    const mask = Array.from({ length: rows / height }, (_, r) =>
      Array.from({ length: columns / width }, (_, c) => kept(r, c)),
    );
    const ran = await run(sampledMatrixProduct(p, a, b, mask));
    expect(ran.results).toEqual(
      sampledProduct(a, b, (row, column) => kept(Math.floor(row / height), Math.floor(column / width))),
    );
    // Eight cycles per block of 16 x 16 weights; the rest is the first load, and the way out of the last tile.
    const busy = mask.flat().filter(Boolean).length * (depth / 16) * 8;
    expect(ran.cycles).toBeGreaterThanOrEqual(busy);
    expect(ran.cycles).toBeLessThan(busy + 50);
    cycles[name] = ran.cycles;
  }
  expect(cycles.all! / cycles.some!).toBeGreaterThan(3);
  expect(() => sampledMatrixProduct(p, a, b, [[true]])).toThrow('mask needs 12 x 10 blocks of 4 x 16');
}, 120_000);
