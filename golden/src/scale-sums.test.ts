// Scaled sums by hand.

import { expect, test } from 'vitest';
import { scaleSums } from './scale-sums.ts';

test('a scale per output and one per token', () => {
  expect([...scaleSums([1, 2, 3, 4, 5, 6], [2, 4, 8], [1, 0.5])]).toEqual([2, 8, 24, 4, 10, 24]);
  // 2^24 + 1 is a tie in FP32: to even.
  expect([...scaleSums([2 ** 24 + 1], [1], [1])]).toEqual([2 ** 24]);
  expect(() => scaleSums([1], [1, 2], [1])).toThrow('1 sums for 1 tokens x 2 outputs');
});
