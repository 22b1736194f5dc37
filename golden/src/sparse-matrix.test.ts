import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparseGemm } from './sparse-gemm.ts';
import {
  decodeSparse,
  encodeSparse,
  SPARSE_BLOCK,
  SPARSE_COUNTS,
  sparseCounts,
  sparsePlace,
  sparseRows,
} from './sparse-matrix.ts';

/** Matrices with few nonzeros in most blocks, of any shape. */
const matrix = fc
  .record({ outFeatures: fc.integer({ min: 1, max: 40 }), inFeatures: fc.integer({ min: 1, max: 50 }) })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      codes: fc.array(
        fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: -128, max: 127 })),
        {
          minLength: shape.outFeatures * shape.inFeatures,
          maxLength: shape.outFeatures * shape.inFeatures,
        },
      ),
      chains: fc.constantFrom(1, 2),
    }),
  );

test('what is encoded decodes to itself, each column ascending and as long as its block says', () => {
  fc.assert(
    fc.property(matrix, ({ shape, codes, chains }) => {
      const encoded = encodeSparse(codes, shape, { chains });
      expect([...decodeSparse(encoded)]).toEqual(codes);
      let at = 0;
      for (const n of encoded.counts) {
        for (let row = 0; row < n / chains; row++)
          for (let group = 0; group < (chains * SPARSE_BLOCK) / n; group++, at += n) {
            const places = [...encoded.indices.subarray(at, at + n)];
            expect(places).toEqual([...new Set(places)].sort((x, y) => x - y));
          }
      }
      expect(at).toBe(encoded.values.length);
      expect(sparseRows(encoded)).toBe(encoded.counts.reduce((sum, n) => sum + n, 0) / chains);
    }),
  );
});

test('every pair of a block has one place', () => {
  for (const chains of [1, 2]) {
    for (const n of SPARSE_COUNTS.slice(1)) {
      const places = new Set<string>();
      for (let row = 0; row < n / chains; row++)
        for (let chain = 0; chain < chains; chain++)
          for (let tap = 0; tap < SPARSE_BLOCK; tap++) {
            const { column, position } = sparsePlace(n, row, chain, tap, chains);
            places.add(`${column},${position}`);
          }
      expect(places.size).toBe(SPARSE_BLOCK * n);
    }
  }
});

test('the product does not depend on n', () => {
  const product = fc.record({
    m: matrix,
    tokens: fc.integer({ min: 1, max: 3 }),
    seed: fc.integer(),
    grow: fc.boolean(),
  });
  fc.assert(
    fc.property(product, ({ m: { shape, codes, chains }, tokens, seed, grow }) => {
      const { outFeatures, inFeatures } = shape;
      const x = Array.from(
        { length: tokens * inFeatures },
        (_, i) => ((Math.imul(i + 1, seed | 1) >> 8) & 0xff) - 128,
      );
      const counts = sparseCounts(codes, shape).map((n) => (grow ? 16 : n));
      const y = sparseGemm(x, encodeSparse(codes, shape, { chains, counts }));
      for (let m = 0; m < tokens; m++) {
        for (let n = 0; n < outFeatures; n++) {
          let sum = 0;
          for (let k = 0; k < inFeatures; k++) sum += x[m * inFeatures + k]! * codes[n * inFeatures + k]!;
          expect(y[m * outFeatures + n]).toBe(sum);
        }
      }
    }),
  );
});

test('a block by hand: 2 of 16, two chains', () => {
  const codes = new Array<number>(16 * 16).fill(0);
  codes[0 * 16 + 3] = 7; // output 0, k = 3
  codes[9 * 16 + 15] = -5; // output 9, k = 15
  const { counts, values, indices } = encodeSparse(codes, { outFeatures: 16, inFeatures: 16 });
  expect([...counts]).toEqual([2]);
  // Output 0 is group 0 of chain 0, output 9 group 1 of chain 1; the other place of each is the lowest unused one.
  expect([values[0], values[1], indices[0], indices[1]]).toEqual([0, 7, 0, 3]);
  expect([values[18], values[19], indices[18], indices[19]]).toEqual([0, -5, 0, 15]);
});

test.each([
  ['codes has 3 elements, need 1 x 2', () => encodeSparse([1, 2, 3], { outFeatures: 1, inFeatures: 2 })],
  [
    'codes[row 1, column 0] is 200, not in -128..127 (INT8)',
    () => encodeSparse([1, 200], { outFeatures: 2, inFeatures: 1 }),
  ],
  [
    'block 0, column 0 has 3 nonzeros, more than n = 2',
    () => encodeSparse([1, 1, 1], { outFeatures: 1, inFeatures: 3 }, { counts: [2] }),
  ],
  [
    'counts[0] is 3, need one of 0, 2, 4, 8, 16',
    () => encodeSparse([0], { outFeatures: 1, inFeatures: 1 }, { counts: [3] }),
  ],
  [
    'counts has 2 elements, need 1 x 1 blocks',
    () => encodeSparse([0], { outFeatures: 1, inFeatures: 1 }, { counts: [2, 2] }),
  ],
  ['chains is 3, need 1 or 2', () => encodeSparse([0], { outFeatures: 1, inFeatures: 1 }, { chains: 3 })],
  [
    'sum 0 is 2147500032, beyond 32 bits',
    () =>
      sparseGemm(
        new Int8Array(131_073).fill(-128),
        encodeSparse(new Int8Array(131_073).fill(-128), { outFeatures: 1, inFeatures: 131_073 }),
      ),
  ],
])('%s', (message, run) => {
  expect(run).toThrow(message);
});
