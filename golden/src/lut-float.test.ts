// The float reference of the LUT Tensor Core: by hand, and against the exact sum where nothing needs rounding.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactFromNumber, multiplyExact } from './exact-value.ts';
import { addFloatRne, convertFloatRne, negateFloat } from './float-arithmetic.ts';
import { decodeFloat, encodeFloatRne } from './float-codec.ts';
import { FP16, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { type LutFloatConfig, lutFloatDot } from './lut-float.ts';

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

/** The same from the definition, in exact arithmetic and one format operation at a time. */
function byDefinition(a: readonly number[], q: readonly number[], c: LutFloatConfig): number {
  let sum = 0;
  for (let from = 0; from < a.length; from += c.groupSize)
    for (let b = 0; b < c.weightBits; b++) {
      const signed = a.slice(from, from + c.groupSize).map((code, k) => {
        const plus = (q[from + k]! >> b) & 1;
        return convertFloatRne(FP16, c.entry, plus ? code : negateFloat(FP16, code));
      });
      const pair = (list: readonly number[]): number =>
        list.length === 1 ? list[0]! : addFloatRne(c.entry, list[0]!, list[1]!);
      // Pairs, then pairs of pairs: enough for four.
      const v = pair([pair(signed.slice(0, 2)), pair(signed.slice(2))]);
      const scaled = multiplyExact(decodeFloat(c.entry, v), exactFromNumber(2 ** b));
      sum = addFloatRne(c.accumulator, sum, encodeFloatRne(c.accumulator, scaled));
    }
  return sum;
}

test.each([
  [FP16, FP16],
  [FP16, FP32],
  [FP32, FP32],
])('entries %j, sums %j: equal to the definition in exact arithmetic', (entry, accumulator) => {
  const c = { weightBits: 3, groupSize: 4, entry, accumulator };
  const near = fc.integer({ min: 0x3800, max: 0x4400 });
  const magnitude = fc.oneof(fc.integer({ min: 0, max: 0x7bff }), near, fc.integer({ min: 0, max: 0x402 }));
  const code = fc.tuple(fc.boolean(), magnitude).map(([negative, m]) => (negative ? m + 0x8000 : m));
  const list = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(list(code), list(fc.nat(7)), (a, q) => {
      expect(lutFloatDot(a, q, c)).toBe(byDefinition(a, q, c));
    }),
    { numRuns: 1000 },
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
