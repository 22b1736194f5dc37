import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeSparse, SPARSE_COUNTS } from './sparse-matrix.ts';
import { largestPlaces, pruneSparse } from './sparse-prune.ts';

test('of equal magnitudes the lower index stays', () => {
  expect(largestPlaces([1, -2, 2, 1, -1], 3)).toEqual([0, 1, 2]);
  expect(largestPlaces([0, 0, 0], 2)).toEqual([0, 1]);
  expect(largestPlaces([-3, 3, 3, 3], 2)).toEqual([0, 1]);
});

const shape = { outFeatures: 32, inFeatures: 32 };
const weights = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: 1024, maxLength: 1024 })
  .map((list) => Float32Array.from(list));

test('2 of 16: each column keeps its two largest, and the block encodes', () => {
  fc.assert(
    fc.property(weights, (w) => {
      const pruned = pruneSparse(w, shape, { n: 2 });
      for (let column = 0; column < 64; column++) {
        const at = column * 16;
        const sizes = [...w.subarray(at, at + 16)].map(Math.abs).sort((x, y) => y - x);
        const kept = [...pruned.weights.subarray(at, at + 16)].map(Math.abs).sort((x, y) => y - x);
        expect(kept.slice(0, 2)).toEqual(sizes.slice(0, 2));
        expect(kept.slice(2).every((v) => v === 0)).toBe(true);
      }
      expect(pruned.density).toBe(1 / 8);
      expect(() => encodeSparse(pruned.weights, shape, { counts: pruned.counts })).not.toThrow();
    }),
    { numRuns: 20 },
  );
});

test('a density is met from below, and the best choice of n for the blocks keeps at most one step more', () => {
  // Four blocks: 5^4 choices, all tried.
  const energyOf = (w: Float32Array, block: number, n: number): number => {
    let sum = 0;
    for (let c = 0; c < 16; c++) {
      const at = (Math.floor(block / 2) * 16 + c) * 32 + (block % 2) * 16;
      const squares = [...w.subarray(at, at + 16)].map((v) => v * v).sort((x, y) => y - x);
      sum += squares.slice(0, n).reduce((s, v) => s + v, 0);
    }
    return sum;
  };
  fc.assert(
    fc.property(weights, fc.constantFrom(0, 1 / 8, 1 / 4, 1 / 2, 1), (w, density) => {
      // Blocks of different size, so that they deserve different n.
      const graded = w.map((v, i) => v * (1 + (Math.floor(i / 512) * 2 + (Math.floor(i / 16) % 2)) * 3));
      const pruned = pruneSparse(graded, shape, { density });
      expect(pruned.density).toBeLessThanOrEqual(density);
      const energies = [0, 1, 2, 3].map((b) => SPARSE_COUNTS.map((n) => energyOf(graded, b, n)));
      const reached = [...pruned.counts].reduce(
        (sum, n, b) => sum + energies[b]![SPARSE_COUNTS.indexOf(n as 0)]!,
        0,
      );
      const largestStep = Math.max(...energies.flatMap((e) => e.slice(1).map((value, s) => value - e[s]!)));
      for (let choice = 0; choice < 5 ** 4; choice++) {
        const steps = [0, 1, 2, 3].map((b) => Math.floor(choice / 5 ** b) % 5);
        if (steps.reduce((sum, s) => sum + SPARSE_COUNTS[s]!, 0) > density * 64) continue;
        const energy = steps.reduce((sum, s, b) => sum + energies[b]![s]!, 0);
        expect(energy).toBeLessThanOrEqual(reached + largestStep);
      }
    }),
    { numRuns: 10 },
  );
});

test('extremes', () => {
  const w = Float32Array.from({ length: 6 }, (_, i) => i);
  const small = { outFeatures: 2, inFeatures: 3 };
  expect([...pruneSparse(w, small, { density: 1 }).weights]).toEqual([...w]);
  expect(pruneSparse(w, small, { n: 0 })).toMatchObject({ density: 0, lost: 1 });
  expect(pruneSparse(new Float32Array(6), small, { n: 2 }).lost).toBe(0);
  expect(() => pruneSparse(w, small, { density: 2 })).toThrow('density is 2, need 0..1');
  expect(() => pruneSparse(Float32Array.of(Number.NaN), { outFeatures: 1, inFeatures: 1 }, { n: 2 })).toThrow(
    'weights',
  );
});
