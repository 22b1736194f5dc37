// The float MixPE reference against arithmetic done another way: JavaScript numbers where they are exact, hand-made cases, widths.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactFromNumber } from './exact-value.ts';
import { encodeFloatRne } from './float-codec.ts';
import { FP16, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { fp32FromNumber } from './fp32.ts';
import { fixedSumBits, type MixpeFloatConfig, mixpeFloatDot, mixpeFloatProduct } from './mixpe-float.ts';

const config: MixpeFloatConfig = {
  groupSize: 4,
  weightBits: 4,
  weightSigned: true,
  zeroPoint: 'none',
  activation: 'fp16',
  accumulator: 'fp32',
  product: 'mantissa',
  flushSubnormals: false,
};
const ONE = 0x3c00;
const finite = fc.tuple(fc.boolean(), fc.nat(0x7bff)).map(([n, m]) => (n ? m | 0x8000 : m));
const dots = fc.array(fc.tuple(finite, fc.integer({ min: -8, max: 7 })), { minLength: 1, maxLength: 12 });

test('FP32 sums: every step is a binary64 operation rounded once', () => {
  fc.assert(
    fc.property(dots, finite, (list, scale) => {
      const x = list.map(([h]) => h);
      const q = list.map(([, w]) => w);
      let y = 0;
      for (let g = 0; g < list.length; g += 4) {
        let sum = 0;
        // x * q has at most 15 bits; a sum of two FP32 numbers through binary64 rounds as if once.
        for (const [h, w] of list.slice(g, g + 4)) sum = Math.fround(sum + floatToNumber(FP16, h) * w);
        y = Math.fround(y + Math.fround(sum * floatToNumber(FP16, scale)));
      }
      const scales = new Array<number>(Math.ceil(list.length / 4)).fill(scale);
      expect(mixpeFloatDot(x, q, scales, undefined, config)).toBe(fp32FromNumber(y));
    }),
  );
});

test('FP16 sums: exact in binary64, rounded once a step, with the correction', () => {
  fc.assert(
    fc.property(dots, fc.integer({ min: -8, max: 7 }), (list, zero) => {
      const four = list.slice(0, 4);
      const rne = (n: number) => floatToNumber(FP16, numberToFloatRne(FP16, n));
      let [sum, X] = [0, 0];
      for (const [h, w] of four) {
        sum = rne(sum + floatToNumber(FP16, h) * w);
        X = rne(X + floatToNumber(FP16, h));
      }
      const T = rne(sum - rne(zero * X));
      const got = mixpeFloatDot(
        four.map(([h]) => h),
        four.map(([, w]) => w),
        [ONE],
        [zero],
        { ...config, accumulator: 'fp16', zeroPoint: 'group' },
      );
      expect(got).toBe(fp32FromNumber(0 + T));
    }),
  );
});

test('a fixed-point sum is exact: the order of the terms does not matter, and nothing cancels wrongly', () => {
  const fixed = { ...config, accumulator: 'fixed' as const };
  // 65504 * 7 - 65504 * 7 + 2^-24: an FP32 sum keeps it here too, but not between the large terms.
  const x = [0x7bff, 0x0001, 0xfbff, 0x0000];
  const q = [7, 1, 7, 0];
  expect(mixpeFloatDot(x, q, [ONE], undefined, fixed)).toBe(fp32FromNumber(2 ** -24));
  expect(mixpeFloatDot(x, q, [ONE], undefined, config)).toBe(0);
});

test('the variant `exponent` rounds in the format of the activation, and saturates', () => {
  const variantA = { ...config, product: 'exponent' as const, flushSubnormals: true };
  const product = (x: number, q: number) => encodeFloatRne(FP32, mixpeFloatProduct(x, q, variantA));
  // 2047 * 7: 2047 + 4094 = 6141 is a tie to 6140 (even in steps of 4); 6140 + 8188 = 14328 is one of steps of 8.
  expect(product(numberToFloatRne(FP16, 2047), 7)).toBe(fp32FromNumber(14328));
  expect(product(0x7bff, -8)).toBe(fp32FromNumber(-65504));
  expect(product(0x0001, 7)).toBe(0);
  expect(mixpeFloatProduct(0x0001, 7, config)).toEqual(exactFromNumber(7 * 2 ** -24));
});

test('bits of the fixed accumulator', () => {
  // Signed: 2047 * 2^29 * 8 * 128 is below 2^50; unsigned: 2047 * 2^29 * 15 * 128 is below 2^51, but not below 2^50.
  const bits = (weightSigned: boolean, groupSize = 128) =>
    fixedSumBits({ ...config, weightSigned, groupSize });
  expect([bits(true), bits(false)]).toEqual([51, 52]);
});

test('what has no meaning is refused', () => {
  const dot = (change: Partial<MixpeFloatConfig>, x = [ONE]) =>
    mixpeFloatDot(x, [1], [ONE], undefined, { ...config, ...change });
  expect(() => dot({ accumulator: 'fixed', activation: 'bf16' })).toThrow('fixed accumulator');
  expect(() => dot({ product: 'exponent' })).toThrow('needs flushSubnormals');
  expect(() => dot({}, [0x7c00])).toThrow('x[0] is 0x7c00: need finite');
});
