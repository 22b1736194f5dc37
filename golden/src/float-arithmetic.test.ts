import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addFloatRne,
  convertFloatRne,
  fusedMultiplyAddFloatRne,
  intToFloatRne,
  multiplyFloatRne,
  negateFloat,
  subtractFloatRne,
} from './float-arithmetic.ts';
import { BF16, type FloatFormat, FP8_E4M3_IEEE, FP8_E5M2, FP16, FP32 } from './float-format.ts';
import { fp32Add, fp32FromNumber, fp32Multiply, fp32ToNumber } from './fp32.ts';

/**
 * Rounding by search instead of by shifting: the non-negative finite values of a format in order of code, from the
 * textbook formula, then the nearest one with ties to the even code. `x` must be exact.
 */
function nearestBySearch(f: FloatFormat): (x: number) => number {
  const { exponentBits, mantissaBits } = f;
  const bias = 2 ** (exponentBits - 1) - 1;
  const table: number[] = [];
  for (let e = 0; e < 2 ** exponentBits; e++) {
    for (let m = 0; m < 2 ** mantissaBits; m++) {
      const fraction = m / 2 ** mantissaBits;
      table.push(e === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (e - bias));
    }
  }
  // The first code past the largest finite value stands for infinity; it rounds as if the exponent range went on.
  const infinity = (2 ** exponentBits - 1) * 2 ** mantissaBits;
  const sign = 2 ** (exponentBits + mantissaBits);
  return (x) => {
    if (Number.isNaN(x)) return infinity + 2 ** (mantissaBits - 1);
    const magnitude = Math.abs(x);
    let low = 0;
    let high = infinity;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (table[middle]! <= magnitude) low = middle;
      else high = middle;
    }
    const below = magnitude - table[low]!;
    const above = table[high]! - magnitude;
    const up = magnitude >= table[infinity]! || above < below || (above === below && low % 2 === 1);
    return (up ? high : low) + (x < 0 || Object.is(x, -0) ? sign : 0);
  };
}

/** The value of a code from the textbook formula. */
function textbookValue(f: FloatFormat, code: number): number {
  const hidden = 2 ** f.mantissaBits;
  const fields = 2 ** (f.exponentBits + f.mantissaBits);
  const sign = code >= fields ? -1 : 1;
  const e = Math.floor((code % fields) / hidden);
  const m = code % hidden;
  const bias = 2 ** (f.exponentBits - 1) - 1;
  if (e === 2 ** f.exponentBits - 1) return m === 0 ? sign * Infinity : Number.NaN;
  return e === 0 ? sign * (m / hidden) * 2 ** (1 - bias) : sign * (1 + m / hidden) * 2 ** (e - bias);
}

describe.each([FP8_E5M2, FP8_E4M3_IEEE])('$name, all 65,536 pairs', (f) => {
  // Sums and products of two FP8 values are exact in binary64 (at most 34 bits), so the search sees the exact result.
  const nearest = nearestBySearch(f);
  const allPairs = (
    operation: (f: FloatFormat, a: number, b: number) => number,
    exact: (a: number, b: number) => number,
  ) => {
    for (let a = 0; a < 256; a++) {
      for (let b = 0; b < 256; b++) {
        const expected = nearest(exact(textbookValue(f, a), textbookValue(f, b)));
        const got = operation(f, a, b);
        if (got !== expected)
          expect.fail(`0x${a.toString(16)}, 0x${b.toString(16)}: got ${got}, expected ${expected}`);
      }
    }
  };
  test('add', () => allPairs(addFloatRne, (a, b) => a + b));
  test('subtract', () =>
    allPairs(
      (f, a, b) => (Number.isNaN(textbookValue(f, b)) ? addFloatRne(f, a, b) : subtractFloatRne(f, a, b)),
      (a, b) => a - b,
    ));
  test('multiply', () => allPairs(multiplyFloatRne, (a, b) => a * b));
});

test('FP16 add and multiply of any two codes, against the search (exact in binary64: at most 41 bits)', () => {
  const nearest = nearestBySearch(FP16);
  const code = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(code, code, (a, b) => {
      expect(addFloatRne(FP16, a, b)).toBe(nearest(textbookValue(FP16, a) + textbookValue(FP16, b)));
      expect(multiplyFloatRne(FP16, a, b)).toBe(nearest(textbookValue(FP16, a) * textbookValue(FP16, b)));
    }),
    { numRuns: 5000 },
  );
});

test('BF16 multiply of any two codes, against the search (16-bit exact products)', () => {
  const nearest = nearestBySearch(BF16);
  const code = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(code, code, (a, b) => {
      expect(multiplyFloatRne(BF16, a, b)).toBe(nearest(textbookValue(BF16, a) * textbookValue(BF16, b)));
    }),
    { numRuns: 5000 },
  );
});

describe('FP32', () => {
  // Codes that meet: subnormals, zeros, infinities, NaNs, neighbours of powers of two, and near-cancelling pairs.
  const anyCode = fc.oneof(
    fc.integer({ min: 0, max: 0xffffffff }),
    fc.constantFrom(0, 0x80000000, 1, 0x80000001, 0x7fffff, 0x800000, 0x80800000, 0x7f7fffff, 0xff7fffff),
    fc.constantFrom(
      0x7f800000,
      0xff800000,
      0x7fc00000,
      0x7f800001,
      0x3f800000,
      0x3f7fffff,
      0x33800000,
      0x33800001,
    ),
    fc.integer({ min: 0, max: 0xffffff }),
  );
  const pair = fc.oneof(
    fc.tuple(anyCode, anyCode),
    fc
      .tuple(fc.integer({ min: 64, max: 0xffffff00 }), fc.integer({ min: -64, max: 64 }))
      .map(([a, d]) => [a, (a + d + 0x80000000) % 2 ** 32] as [number, number]),
    fc
      .tuple(
        fc.integer({ min: 0x30000000, max: 0x7f7fffff }),
        fc.integer({ min: 22, max: 31 }),
        fc.integer({ min: 0, max: 3 }),
      )
      .map(([a, gap, low]) => [a, a - (a % 2 ** 23) - gap * 2 ** 23 + low] as [number, number]),
  );

  test('the fast path and the bigint path agree with binary64 and Math.fround', () => {
    const code = (x: number) =>
      Number.isNaN(x) ? 0x7fc00000 : new Uint32Array(Float32Array.of(x).buffer)[0]!;
    const value = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const sum = code(Math.fround(value(a) + value(b)));
        const product = code(Math.fround(value(a) * value(b)));
        expect(addFloatRne(FP32, a, b)).toBe(sum);
        expect(fp32Add(a, b)).toBe(sum);
        expect(multiplyFloatRne(FP32, a, b)).toBe(product);
        expect(fp32Multiply(a, b)).toBe(product);
      }),
      { numRuns: 10_000 },
    );
  });

  test('hand-worked: zero signs, gradual underflow, overflow', () => {
    expect(fp32Add(0x80000000, 0x80000000)).toBe(0x80000000);
    expect(fp32Add(0x80000000, 0)).toBe(0);
    expect(fp32Add(0x3f800000, 0xbf800000)).toBe(0);
    expect(fp32Multiply(0x00800000, 0x3f000000)).toBe(0x00400000); // smallest normal / 2 is subnormal
    expect(fp32Multiply(0x00000001, 0x3f000000)).toBe(0); // half the smallest subnormal ties to 0
    expect(fp32Multiply(0x00000003, 0x3f000000)).toBe(2); // 1.5 steps ties to 2
    expect(fp32Multiply(0x80000001, 0x3f000000)).toBe(0x80000000);
    expect(fp32Add(0x7f7fffff, 0x73000000)).toBe(0x7f800000); // largest + half a step
    expect(fp32Add(0x7f7fffff, 0x72ffffff)).toBe(0x7f7fffff);
  });

  test('codes and numbers', () => {
    expect(fp32FromNumber(-2.5)).toBe(0xc0200000);
    expect(fp32ToNumber(0xc0200000)).toBe(-2.5);
    expect(fp32FromNumber(Number.NaN)).toBe(0x7fc00000);
  });
});

test('fused multiply-add rounds once where multiply then add rounds twice', () => {
  // (1 + 2^-10)^2 = 1 + 2^-9 + 2^-20; minus (1 + 2^-9) leaves 2^-20 only if the product was kept exact.
  expect(fusedMultiplyAddFloatRne(FP16, 0x3c01, 0x3c01, 0xbc02)).toBe(0x0010);
  expect(addFloatRne(FP16, multiplyFloatRne(FP16, 0x3c01, 0x3c01), 0xbc02)).toBe(0);
});

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

test('conversions: widening is exact, narrowing rounds to even', () => {
  expect(convertFloatRne(FP16, FP32, 0x0001)).toBe(0x33800000); // 2^-24
  expect(convertFloatRne(FP16, FP32, 0xfc00)).toBe(0xff800000);
  expect(convertFloatRne(FP16, FP32, 0x7c01)).toBe(0x7fc00000);
  expect(convertFloatRne(FP32, BF16, 0x3f808000)).toBe(0x3f80);
  expect(convertFloatRne(FP32, BF16, 0x3f818000)).toBe(0x3f82);
  expect(convertFloatRne(FP32, FP16, 0x7f7fffff)).toBe(0x7c00);
  expect(convertFloatRne(BF16, FP8_E5M2, 0x8000)).toBe(0x80);
});

test('negateFloat turns the sign bit over', () => {
  expect(negateFloat(FP32, 0)).toBe(0x80000000);
  expect(negateFloat(FP16, 0xbc00)).toBe(0x3c00);
});
