// What clipping promises: never a larger weighed error than without, measured on what the quantiser makes of the result.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipWeights } from './clip-weights.ts';
import { dequantiseWeights, quantiseWeights } from './quantise-weights.ts';

const layer = fc.record({
  weights: fc
    .array(fc.integer({ min: -1000, max: 1000 }), { minLength: 48, maxLength: 48 })
    .map((list) => Float32Array.from(list, (w) => (w / 1000) ** 3)),
  importance: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 24, maxLength: 24 }),
  options: fc.record({
    bits: fc.integer({ min: 2, max: 4 }),
    groupSize: fc.constantFrom(5, 8, 24),
    scheme: fc.constantFrom('symmetric' as const, 'asymmetric' as const),
  }),
});
const shape = { outFeatures: 2, inFeatures: 24 };

test('the weighed error of each group is at most that of the whole range, and weights move towards zero only', () => {
  fc.assert(
    fc.property(layer, ({ weights, importance, options }) => {
      const clipped = clipWeights(weights, shape, options, importance);
      clipped.forEach((c, i) => {
        expect(Math.abs(c)).toBeLessThanOrEqual(Math.abs(weights[i]!));
        expect(c * weights[i]!).toBeGreaterThanOrEqual(0);
      });
      const errors = (from: Float32Array): number[] => {
        const back = dequantiseWeights(quantiseWeights(from, shape, options));
        const sums: number[] = [];
        weights.forEach((w, i) => {
          const [row, column] = [Math.floor(i / 24), i % 24];
          const group = row * 24 + Math.floor(column / options.groupSize);
          sums[group] = (sums[group] ?? 0) + importance[column]! * (w - back[i]!) ** 2;
        });
        return sums;
      };
      const plain = errors(weights);
      errors(clipped).forEach((error, g) => {
        // dequantiseWeights rounds to FP32; the search does not.
        expect(error).toBeLessThanOrEqual(plain[g]! * (1 + 1e-5) + 1e-9);
      });
    }),
  );
});

test('an outlier that no activation meets is cut, one that matters stays', () => {
  const weights = Float32Array.of(1, 0.5, -0.5, 0.25);
  const options = { bits: 3, scheme: 'symmetric', groupSize: 4 } as const;
  const one = { outFeatures: 1, inFeatures: 4 };
  expect(clipWeights(weights, one, options, [0, 1, 1, 1])[0]).toBeLessThan(1);
  expect(clipWeights(weights, one, options, [100, 1, 1, 1])[0]).toBe(1);
});

test('weights that the codes hit exactly are left alone', () => {
  const weights = Float32Array.from([0, 1, 2, 3, 7, 15]);
  const options = { bits: 4, scheme: 'asymmetric', groupSize: 6 } as const;
  const importance = new Array(6).fill(1);
  expect(clipWeights(weights, { outFeatures: 1, inFeatures: 6 }, options, importance)).toEqual(weights);
  expect(() => clipWeights(weights, { outFeatures: 1, inFeatures: 6 }, options, [1])).toThrow('importance');
});
