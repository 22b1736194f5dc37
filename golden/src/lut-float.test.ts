// The float reference of the LUT Tensor Core: by hand, and against the exact sum where nothing needs rounding.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FP16, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { lutFloatDot } from './lut-float.ts';

const exact = { weightBits: 4, groupSize: 4, entry: FP32, accumulator: FP32 };
const half = { weightBits: 2, groupSize: 4, entry: FP16, accumulator: FP16 };
const fp16 = (...list: number[]): number[] => list.map((x) => numberToFloatRne(FP16, x));

test('small integers: every sum is exact, so that the result is the plain dot product', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -100, max: 100 }), fc.nat(15)), { minLength: 8, maxLength: 8 }),
      (pairs) => {
        const code = lutFloatDot(
          fp16(...pairs.map(([a]) => a)),
          pairs.map(([, q]) => q),
          exact,
        );
        expect(floatToNumber(FP32, code)).toBe(pairs.reduce((sum, [a, q]) => sum + a * (2 * q - 15), 0));
      },
    ),
  );
});

test('the published hazards, by hand', () => {
  // A zero entry stays zero in every plane: the released design makes it 2^-14 at b = 1.
  expect(lutFloatDot(fp16(1, -1, 0, 0), [3, 3, 3, 3], half)).toBe(0);
  // 32768 << 1 is infinite, not zero; in planes 0 and 1 of FP32 it is 3 * 32768.
  expect(lutFloatDot(fp16(32768, 0, 0, 0), [3, 0, 0, 0], half)).toBe(0x7c00);
  const wide = { ...half, accumulator: FP32 };
  expect(floatToNumber(FP32, lutFloatDot(fp16(32768, 0, 0, 0), [3, 0, 0, 0], wide))).toBe(98304);
  // The smallest subnormal doubles: 2^-24 + 2^-23.
  expect(lutFloatDot([1, 0, 0, 0], [3, 0, 0, 0], half)).toBe(3);
});

test('sums are rounded pair by pair: 2048 + 1 is 2048 in FP16, (1 + 1) is not lost', () => {
  const one = { weightBits: 1, groupSize: 4, entry: FP16, accumulator: FP16 };
  expect(floatToNumber(FP16, lutFloatDot(fp16(2048, 1, 1, 0), [1, 1, 1, 1], one))).toBe(2048);
  expect(floatToNumber(FP16, lutFloatDot(fp16(2048, 0, 1, 1), [1, 1, 1, 1], one))).toBe(2050);
});

test('bad input is named', () => {
  expect(() => lutFloatDot([0x7c00, 0, 0, 0], [0, 0, 0, 0], half)).toThrow('a[0] is 0x7c00: need finite');
  expect(() => lutFloatDot([0, 0, 0], [0, 0, 0], half)).toThrow('3 activations are no multiple of 4');
  expect(() => lutFloatDot([0], [0, 0], half)).toThrow('2 weights for 1 activations');
  expect(() => lutFloatDot([0, 0, 0, 0], [4, 0, 0, 0], half)).toThrow('q[0] is 4');
});
