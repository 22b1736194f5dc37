// The array against the definition of the matrix product.

import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectReviewedVerilog } from '../../test/verilog-of.ts';
import { Systolic } from './systolic.ts';

type Matrix = readonly (readonly number[])[];

/** C[i][j] = sum over k of A[i][k] B[k][j]. */
const product = (a: Matrix, b: Matrix): bigint[][] =>
  a.map((row) => b[0]!.map((_, j) => BigInt(row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0))));

/** Column k of A and row k of B, for every k. */
const beats = (a: Matrix, b: Matrix) =>
  b.map((row, k) => ({ a: a.map((r) => r[k]!), b: row, last: k === b.length - 1 }));

const matrix = (rows: number, cols: number) =>
  fc.array(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: cols, maxLength: cols }), {
    minLength: rows,
    maxLength: rows,
  });

test('the Verilog is as reviewed, and clean in three tools', () =>
  expectReviewedVerilog(Systolic.elaborate(), import.meta.dirname));

test('a product by hand, and its time', () =>
  simulate(Systolic, { rows: 2, cols: 3 }, async (dut, t) => {
    await dut.in.sendAll(
      beats(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6, 7],
          [8, 9, 10],
        ],
      ),
    );
    expect(await dut.out.take(2)).toEqual([
      [15n + 32n, 18n + 36n, 21n + 40n],
      [5n + 16n, 6n + 18n, 7n + 20n],
    ]);
    // Depth to feed, rows + cols - 1 to settle, rows to drain.
    expect(t.cycle).toBe(2 + 4 + 2);
  }));

test.each([
  { rows: 1, cols: 1 },
  { rows: 2, cols: 3 },
  { rows: 5, cols: 2 },
  { rows: 4, cols: 4 },
])('random products one after the other, with stalls: %j', async (params) => {
  const job = fc
    .integer({ min: 1, max: 9 })
    .chain((depth) => fc.record({ a: matrix(params.rows, depth), b: matrix(depth, params.cols) }));
  await fc.assert(
    fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 4 }), fc.nat(), (jobs, seed) =>
      simulate(Systolic, params, { stalls: { seed } }, async (dut) => {
        const sent = dut.in.sendAll(jobs.flatMap(({ a, b }) => beats(a, b)));
        for (const { a, b } of jobs)
          expect((await dut.out.take(params.rows)).reverse()).toEqual(product(a, b));
        await sent;
      }),
    ),
    { numRuns: 8 },
  );
});

test('one definition of the cell serves the whole array', () => {
  const modules = Systolic.elaborate({ rows: 8, cols: 8 }).modules.map((m) => m.name);
  expect(modules).toEqual(['MacCell', 'Systolic']);
});
