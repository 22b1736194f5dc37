import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparseDot, topElements } from './sparse-top.ts';

test('by hand: the largest first, ties to the earlier one, FP16 without its sign', () => {
  expect(topElements([3, -7, 7, 0], 2, 'int8')).toEqual([
    { value: -7, index: 1 },
    { value: 7, index: 2 },
  ]);
  // 1.0, -2.0, 2.0, a subnormal
  expect(topElements([0x3c00, 0xc000, 0x4000, 0x8001], 3, 'fp16').map((e) => e.index)).toEqual([1, 2, 0]);
  expect(topElements([-128, 127], 1, 'int8')).toEqual([{ value: -128, index: 0 }]);
});

test('a dot product of kept elements is that of the dense group when all others are zero', () => {
  const group = fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(group, group, (x, w) => {
      const kept = topElements(w, 3, 'int8');
      const dense = w.map((v, i) => (kept.some((e) => e.index === i) ? v : 0));
      expect(sparseDot(x, kept, 3, 8)).toBe(dense.reduce((sum, v, i) => sum + v * x[i]!, 0));
    }),
  );
});
