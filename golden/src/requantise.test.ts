import { expect, test } from 'vitest';
import { requantise, roundQuotient } from './requantise.ts';

test.each([
  // n / 4 for n = -7 .. 7: -1.75, -1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75
  ['floor', [-2, -2, -2, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1]],
  ['zero', [-1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]],
  ['half-up', [-2, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2]],
  ['half-away', [-2, -2, -1, -1, -1, -1, 0, 0, 0, 1, 1, 1, 1, 2, 2]],
  ['half-even', [-2, -2, -1, -1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2]],
] as const)('%s, by hand', (rounding, expected) => {
  expect(expected.map((_, i) => Number(roundQuotient(BigInt(i - 7), 2, rounding)))).toEqual(expected);
});

test('clamped to the format', () => {
  const int8 = { bits: 8, signed: true };
  expect(requantise(1000n, 3n, 4, int8)).toBe(127n);
  expect(requantise(-1000n, 3n, 4, int8)).toBe(-128n);
  expect(requantise(1000n, 3n, 6, int8)).toBe(47n); // 46.875
  expect(requantise(5n, -1n, 0, { bits: 4, signed: false })).toBe(0n);
});
