import { expect, test } from 'vitest';
import { textbookValue } from '../test/nearest-by-search.ts';
import { FP8_E4M3, FP8_E5M2, FP16, FP32 } from './float-format.ts';
import { floatToIntSaturating, intToFloatRne } from './float-integer.ts';

test('integers: exact up to 2^(mantissaBits+1), then nearest even', () => {
  expect(intToFloatRne(FP16, 2048)).toBe(0x6800);
  expect(intToFloatRne(FP16, 2049)).toBe(0x6800);
  expect(intToFloatRne(FP16, 2051n)).toBe(0x6802);
  expect(intToFloatRne(FP32, -245_760)).toBe(0xc8700000);
  expect(intToFloatRne(FP32, 16_777_217)).toBe(0x4b800000);
  expect(intToFloatRne(FP32, 0)).toBe(0);
  expect(() => intToFloatRne(FP32, 0.5)).toThrow(RangeError);
  for (let n = -262_144; n < 262_144; n += 37)
    expect(intToFloatRne(FP32, n)).toBe(new Uint32Array(Float32Array.of(n).buffer)[0]);
});

/** Ties to even by the parity of the floor; for |x| below 2^51. */
function nearestEven(x: number): number {
  const floor = Math.floor(x);
  const fraction = x - floor;
  return fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

test.each([FP16, FP8_E5M2, FP8_E4M3])('every $name code to integers, rounded and clamped', (f) => {
  for (let code = 0; code < 2 ** (1 + f.exponentBits + f.mantissaBits); code++) {
    const x = textbookValue(f, code);
    for (const [bits, signed] of [
      [8, true],
      [8, false],
      [16, true],
      [4, true],
    ] as const) {
      const [min, max] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
      const clamp = (n: number) => BigInt(Number.isNaN(n) ? 0 : Math.min(max, Math.max(min, n)));
      const got = [
        floatToIntSaturating(f, code, { bits, signed }),
        floatToIntSaturating(f, code, { bits, signed }, 'toward_zero'),
      ];
      const expected = [clamp(Number.isFinite(x) ? nearestEven(x) : x), clamp(Math.trunc(x))];
      if (got[0] !== expected[0] || got[1] !== expected[1])
        expect.fail(`${code}: got ${got}, not ${expected}`);
    }
  }
});

test('hand-worked: ties, limits and NaN', () => {
  const int8 = { bits: 8, signed: true };
  expect(floatToIntSaturating(FP16, 0x3800, int8)).toBe(0n); // 0.5
  expect(floatToIntSaturating(FP16, 0x3e00, int8)).toBe(2n); // 1.5
  expect(floatToIntSaturating(FP16, 0xc100, int8)).toBe(-2n); // -2.5
  expect(floatToIntSaturating(FP16, 0x57f4, int8)).toBe(127n); // 127.25
  expect(floatToIntSaturating(FP16, 0xfc00, int8)).toBe(-128n);
  expect(floatToIntSaturating(FP16, 0x7e00, int8)).toBe(0n);
  expect(floatToIntSaturating(FP32, 0x7f7fffff, { bits: 200, signed: false })).toBe((2n ** 24n - 1n) << 104n);
});
