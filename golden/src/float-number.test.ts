import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exactFromNumber } from './exact-value.ts';
import { decodeFloat, encodeFloatRne } from './float-codec.ts';
import {
  BF16,
  defineFloatFormat,
  FP4_E2M1,
  FP6_E3M2,
  FP8_E4M3,
  FP8_E4M3_IEEE,
  FP8_E5M2,
  FP16,
  FP32,
  floatWidth,
} from './float-format.ts';
import { floatArrayToNumbers, floatToNumber, numberToFloatRne } from './float-number.ts';

/** FP16 by another road: re-bias the fields into a binary32 pattern and let the typed array read it. */
function fp16ByRebias(code: number): number {
  const sign = (code & 0x8000) * 0x10000;
  const exponent = (code >> 10) & 31;
  const mantissa = code & 0x3ff;
  if (exponent === 0) return (sign ? -1 : 1) * mantissa * 2 ** -24;
  const field = exponent === 31 ? 255 : exponent + 112;
  return new Float32Array(Uint32Array.of(sign + field * 0x800000 + mantissa * 0x2000).buffer)[0]!;
}

test('FP16: all 65,536 codes decode as the re-biased binary32 pattern and come back', () => {
  for (let code = 0; code < 65536; code++) {
    const x = floatToNumber(FP16, code);
    if (!Object.is(x, fp16ByRebias(code))) expect.fail(`0x${code.toString(16)} decoded as ${x}`);
    const back = numberToFloatRne(FP16, x);
    if (back !== (Number.isNaN(x) ? 0x7e00 : code)) expect.fail(`${x} came back as 0x${back.toString(16)}`);
  }
});

test('FP16: every midpoint goes to the even neighbour, and one binary64 step either way to the nearer one', () => {
  const bits = new BigInt64Array(1);
  const real = new Float64Array(bits.buffer);
  const step = (x: number, by: bigint) => {
    real[0] = x;
    bits[0]! += by;
    return real[0]!;
  };
  for (let code = 0; code < 0x7c00; code++) {
    const above = code === 0x7bff ? 65536 : fp16ByRebias(code + 1);
    const middle = (fp16ByRebias(code) + above) / 2;
    const even = code % 2 === 0 ? code : code + 1;
    const got = [step(middle, -1n), middle, step(middle, 1n), -middle].map((x) => numberToFloatRne(FP16, x));
    if (String(got) !== String([code, even, code + 1, even + 0x8000]))
      expect.fail(`after 0x${code.toString(16)}: ${got}`);
  }
});

test('FP32: numberToFloatRne is Math.fround for any binary64 bit pattern', () => {
  const code = new Uint32Array(1);
  const single = new Float32Array(code.buffer);
  fc.assert(
    fc.property(fc.oneof(fc.double(), fc.float(), fc.double({ min: -1e-37, max: 1e-37 })), (x) => {
      fc.pre(!Number.isNaN(x));
      single[0] = x;
      expect(numberToFloatRne(FP32, x)).toBe(code[0]);
      expect(floatToNumber(FP32, code[0]!)).toBe(Math.fround(x));
    }),
    { numRuns: 2000 },
  );
  expect(numberToFloatRne(FP32, Number.NaN)).toBe(0x7fc00000);
});

test.each([
  FP16,
  BF16,
  FP8_E5M2,
  FP8_E4M3_IEEE,
  FP8_E4M3,
  FP6_E3M2,
  FP4_E2M1,
  defineFloatFormat({ name: 'E2M1', exponentBits: 2, mantissaBits: 1 }),
  defineFloatFormat({ name: 'E10M21', exponentBits: 10, mantissaBits: 21 }),
])('the number path equals the bigint path: %o', (f) => {
  const near = fc
    .integer({ min: 0, max: 2 ** floatWidth(f) - 1 })
    .map((code) => floatToNumber(f, code) * (1 + 2 ** -30));
  fc.assert(
    fc.property(fc.oneof(fc.double(), near), (x) => {
      for (const flushSubnormals of [false, true]) {
        for (const saturate of [false, true]) {
          const rounding = { flushSubnormals, saturate };
          expect(numberToFloatRne(f, x, rounding)).toBe(encodeFloatRne(f, exactFromNumber(x), rounding));
        }
      }
      const code = numberToFloatRne(f, x);
      expect(exactFromNumber(floatToNumber(f, code)).kind).toBe(decodeFloat(f, code).kind);
    }),
    { numRuns: 1000 },
  );
});

describe('floatArrayToNumbers', () => {
  test('reads an array of codes', () => {
    expect(floatArrayToNumbers(FP16, [0x3c00, 0xc100, 0x0001])).toEqual(Float32Array.of(1, -2.5, 2 ** -24));
  });
  test('refuses a format that FP32 cannot hold', () => {
    const wide = defineFloatFormat({ name: 'E9M4', exponentBits: 9, mantissaBits: 4 });
    expect(() => floatArrayToNumbers(wide, [0])).toThrow('E9M4 values do not all fit FP32 exactly');
  });
});
