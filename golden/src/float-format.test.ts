import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactDyadic, exactFromNumber } from './exact-value.ts';
import { decodeFloat, encodeFloatRne, encodeRatioRne } from './float-codec.ts';
import {
  BF16,
  defineFloatFormat,
  FP4_E2M1,
  FP6_E2M3,
  FP6_E3M2,
  FP8_E4M3,
  FP8_E4M3_IEEE,
  FP8_E5M2,
  FP16,
  FP32,
  floatBias,
  floatWidth,
  infinityBits,
  isFiniteFloat,
  maxFiniteBits,
  quietNanBits,
} from './float-format.ts';
import { floatToNumber } from './float-number.ts';

describe('format constants, by hand from the IEEE 754 and OCP tables', () => {
  test.each([
    // format, width, bias, +inf, canonical NaN, largest finite code and its value, smallest subnormal
    [FP16, 16, 15, 0x7c00, 0x7e00, 0x7bff, 65504, 2 ** -24],
    [BF16, 16, 127, 0x7f80, 0x7fc0, 0x7f7f, 255 * 2 ** 120, 2 ** -133],
    [FP32, 32, 127, 0x7f800000, 0x7fc00000, 0x7f7fffff, 16777215 * 2 ** 104, 2 ** -149],
    [FP8_E5M2, 8, 15, 0x7c, 0x7e, 0x7b, 57344, 2 ** -16],
    [FP8_E4M3_IEEE, 8, 7, 0x78, 0x7c, 0x77, 240, 2 ** -9],
  ])('%o', (f, width, bias, infinity, nan, maxCode, maxValue, smallest) => {
    expect(floatWidth(f)).toBe(width);
    expect(floatBias(f)).toBe(bias);
    expect(infinityBits(f)).toBe(infinity);
    expect(infinityBits(f, true)).toBe(infinity + 2 ** (width - 1));
    expect(quietNanBits(f)).toBe(nan);
    expect(maxFiniteBits(f)).toBe(maxCode);
    expect(floatToNumber(f, maxCode)).toBe(maxValue);
    expect(floatToNumber(f, 1)).toBe(smallest);
    expect(isFiniteFloat(f, maxCode)).toBe(true);
    expect(isFiniteFloat(f, infinity)).toBe(false);
    expect(isFiniteFloat(f, infinity + 2 ** (width - 1))).toBe(false);
    expect(isFiniteFloat(f, nan)).toBe(false);
  });

  test.each([
    // OCP OFP8 and MX tables: format, width, bias, largest code, its value, smallest positive value
    [FP8_E4M3, 8, 7, 0x7e, 448, 2 ** -9],
    [FP6_E3M2, 6, 3, 0x1f, 28, 2 ** -4],
    [FP6_E2M3, 6, 1, 0x1f, 7.5, 0.125],
    [FP4_E2M1, 4, 1, 0x7, 6, 0.5],
  ])('%o', (f, width, bias, maxCode, maxValue, smallest) => {
    expect(floatWidth(f)).toBe(width);
    expect(floatBias(f)).toBe(bias);
    expect(maxFiniteBits(f)).toBe(maxCode);
    expect(floatToNumber(f, maxCode)).toBe(maxValue);
    expect(floatToNumber(f, 1)).toBe(smallest);
    expect(() => infinityBits(f)).toThrow(`${f.name} has no infinities`);
    if (f.nonFinite === 'nan_only') expect(quietNanBits(f)).toBe(0x7f);
    else expect(() => quietNanBits(f)).toThrow(`${f.name} has no NaN`);
    for (let code = 0; code < 2 ** width; code++)
      expect(isFiniteFloat(f, code)).toBe(f !== FP8_E4M3 || code % 128 !== 127);
  });

  test('impossible formats and codes are refused', () => {
    expect(() => defineFloatFormat({ name: 'FP64', exponentBits: 11, mantissaBits: 52 })).toThrow(
      'float format FP64: 11 exponent and 52 mantissa bits; need 2..10 and 1..28, at most 32 bits with the sign',
    );
    expect(() => decodeFloat(FP16, 65536)).toThrow('65536 is not a FP16 code: need an integer in 0..65535');
    expect(() => decodeFloat(FP32, -1)).toThrow('-1 is not a FP32 code: need an integer in 0..4294967295');
    expect(() => decodeFloat(FP16, 0.5)).toThrow(RangeError);
  });
});

describe('decode and encode', () => {
  test('hand-worked codes', () => {
    expect(decodeFloat(FP16, 0x3c00)).toEqual(exactDyadic(1024n, -10));
    expect(decodeFloat(FP16, 0xc100)).toEqual(exactDyadic(-1280n, -9)); // -2.5
    expect(decodeFloat(FP16, 0x03ff)).toEqual(exactDyadic(1023n, -24));
    expect(decodeFloat(FP16, 0x8000)).toEqual({ kind: 'zero', negative: true });
    expect(decodeFloat(FP16, 0xfc00)).toEqual({ kind: 'infinite', negative: true });
    expect(decodeFloat(FP16, 0x7c01)).toEqual({ kind: 'nan' });
  });

  test.each([FP16, BF16, FP8_E5M2, FP8_E4M3_IEEE])(
    'every non-NaN code survives decode and encode: %o',
    (f) => {
      for (let code = 0; code < 2 ** floatWidth(f); code++) {
        const exact = decodeFloat(f, code);
        const back = encodeFloatRne(f, exact);
        if (exact.kind === 'nan') expect(back).toBe(quietNanBits(f));
        else if (back !== code)
          expect.fail(`${f.name} 0x${code.toString(16)} came back as 0x${back.toString(16)}`);
      }
    },
  );

  test('ties and near ties at 1, at the subnormal boundary and at overflow (FP16)', () => {
    const dyadic = (n: bigint, e: number) => encodeFloatRne(FP16, exactDyadic(n, e));
    expect(dyadic(2049n, -11)).toBe(0x3c00); // 1 + 2^-11 ties to the even code 1
    expect(dyadic(2051n, -11)).toBe(0x3c02); // 1 + 3 * 2^-11 ties up to even
    expect(dyadic((2049n << 60n) + 1n, -71)).toBe(0x3c01); // the tie and a bit 60 places below
    expect(dyadic(1n, -25)).toBe(0); // half the smallest subnormal
    expect(dyadic(-1n, -25)).toBe(0x8000);
    expect(dyadic(3n, -26)).toBe(1);
    expect(dyadic(2047n, -25)).toBe(0x0400); // rounds up from subnormal to the smallest normal
    expect(dyadic(65519n, 0)).toBe(0x7bff);
    expect(dyadic(65520n, 0)).toBe(0x7c00); // halfway to 65536: even, so infinity
    expect(dyadic(1n, 5000)).toBe(0x7c00);
    expect(dyadic(-1n, -5000)).toBe(0x8000);
  });
});

describe('encodeRatioRne', () => {
  test('hand-worked quotients', () => {
    expect(encodeRatioRne(FP16, 1n, 3n)).toBe(0x3555); // 0.0101..., 1365/4096
    expect(encodeRatioRne(FP32, 1n, 3n)).toBe(0x3eaaaaab);
    expect(encodeRatioRne(FP32, -2n, 3n)).toBe(0xbf2aaaab);
    expect(encodeRatioRne(FP16, 0n, -5n)).toBe(0);
    expect(encodeRatioRne(FP16, 2049n, 2048n)).toBe(0x3c00);
    expect(() => encodeRatioRne(FP16, 1n, 0n)).toThrow('the denominator is zero');
  });

  test('FP32 quotients equal Math.fround of the binary64 quotient (24-bit operands: Figueroa, 53 >= 2 * 24 + 2)', () => {
    const operand = fc.integer({ min: 1, max: 2 ** 24 - 1 });
    fc.assert(
      fc.property(operand, operand, (n, d) => {
        const expected = encodeFloatRne(FP32, exactFromNumber(Math.fround(n / d)));
        expect(encodeRatioRne(FP32, BigInt(n), BigInt(d))).toBe(expected);
      }),
    );
  });
});
