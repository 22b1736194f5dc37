// Ternary weights: codes, sums against a plain loop, the quantiser by hand, widths.

import { expect, test } from 'vitest';
import { quantiseTernary, ternaryCode, ternaryDot, ternarySumBits, ternaryWeight } from './ternary.ts';

test('codes and back; the fourth code is refused', () => {
  expect([-1, 0, 1].map(ternaryCode)).toEqual([3, 0, 1]);
  expect([3, 0, 1].map(ternaryWeight)).toEqual([-1, 0, 1]);
  expect(() => ternaryWeight(2)).toThrow('ternary code is 2');
  expect(() => ternaryCode(2)).toThrow('need -1, 0 or 1');
});

test('sums by hand', () => {
  expect(ternaryDot([-128, 127, 5, 9], [3, 3, 1, 0])).toBe(128 - 127 + 5);
  expect(() => ternaryDot([128], [1])).toThrow('x[0] is 128');
  expect(() => ternaryDot([1, 2], [1])).toThrow('1 ternary codes for 2 activations');
});

test('the quantiser: scale is the mean magnitude, weights round to the nearest of -1, 0, 1', () => {
  // Mean 1: 0.4 and -0.5 (a tie, to even) become 0, 0.6 becomes 1, -2.5 is clamped.
  const { codes, scale } = quantiseTernary(Float32Array.of(0.4, -0.5, 0.6, -2.5, 1));
  expect(scale).toBeCloseTo(1, 6);
  expect([...codes].map(ternaryWeight)).toEqual([0, 0, 1, -1, 1]);
  expect(quantiseTernary(new Float32Array(3))).toEqual({ codes: new Uint8Array(3), scale: 0 });
});

test('the widest sum: 20 bits at 2048', () => {
  expect([1, 2047, 2048].map(ternarySumBits)).toEqual([9, 19, 20]);
});
