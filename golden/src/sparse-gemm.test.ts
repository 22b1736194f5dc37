import { expect, test } from 'vitest';
import { rescaleSums, sparseGemm } from './sparse-gemm.ts';
import { encodeSparse } from './sparse-matrix.ts';

test('a product by hand, bias, rescaling to the even neighbour, saturation, ReLU', () => {
  // outputs 2, K 3: [1 2 0] and [0 -1 4]
  const matrix = encodeSparse([1, 2, 0, 0, -1, 4], { outFeatures: 2, inFeatures: 3 });
  const sums = sparseGemm([1, 2, 3, -4, 5, 0], matrix);
  expect([...sums]).toEqual([5, 10, 6, -5]);
  const rescale = { bias: [0, -7], scale: [1, 100], shift: 1, relu: false };
  // 5/2 = 2.5 -> 2, (10 - 7) * 50 = 150 -> 127, 6/2 = 3, (-5 - 7) * 50 = -600 -> -128
  expect([...rescaleSums(sums, 2, rescale)]).toEqual([2, 127, 3, -128]);
  expect([...rescaleSums(sums, 2, { ...rescale, relu: true })]).toEqual([2, 127, 3, 0]);
});

test('activations fill whole rows', () => {
  const matrix = encodeSparse([1, 2, 0], { outFeatures: 1, inFeatures: 3 });
  expect(() => sparseGemm([1, 2, 3, 4], matrix)).toThrow('activations has 4 elements, not whole rows of 3');
});
