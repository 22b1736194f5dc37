import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestBySearch, textbookValue } from '../test/nearest-by-search.ts';
import {
  addFloatRne,
  convertFloatRne,
  fusedMultiplyAddFloatRne,
  mixedMultiplyAddFloatRne,
  multiplyFloatRne,
  negateFloat,
  subtractFloatRne,
} from './float-arithmetic.ts';
import {
  BF16,
  type FloatFormat,
  FP4_E2M1,
  FP6_E2M3,
  FP6_E3M2,
  FP8_E4M3,
  FP8_E4M3_IEEE,
  FP8_E5M2,
  FP16,
  FP32,
  floatWidth,
} from './float-format.ts';
import { fp32Add, fp32FromNumber, fp32Multiply, fp32ToNumber } from './fp32.ts';

describe.each([FP8_E5M2, FP8_E4M3_IEEE, FP8_E4M3])('$name, all 65,536 pairs', (f) => {
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

describe.each([FP6_E3M2, FP6_E2M3, FP4_E2M1])('$name', (f) => {
  // All exact in binary64: at most 30 bits.
  const codes = 2 ** floatWidth(f);
  const value = Array.from({ length: codes }, (_, code) => textbookValue(f, code));
  test('all pairs: add and multiply', () => {
    const nearest = nearestBySearch(f);
    for (let a = 0; a < codes; a++) {
      for (let b = 0; b < codes; b++) {
        const got = [addFloatRne(f, a, b), multiplyFloatRne(f, a, b)];
        if (got[0] !== nearest(value[a]! + value[b]!) || got[1] !== nearest(value[a]! * value[b]!))
          expect.fail(`${a}, ${b}: got ${got}`);
      }
    }
  });
  test('all triples: fused multiply-add, in the format and into FP16', () => {
    const nearest = nearestBySearch(f);
    const nearest16 = nearestBySearch(FP16);
    for (let a = 0; a < codes; a++) {
      for (let b = 0; b < codes; b += f === FP4_E2M1 ? 1 : 5) {
        for (let c = 0; c < codes; c++) {
          const x = value[a]! * value[b]! + value[c]!;
          const c16 = convertFloatRne(f, FP16, c);
          const got = [fusedMultiplyAddFloatRne(f, a, b, c), mixedMultiplyAddFloatRne(f, FP16, a, b, c16)];
          if (got[0] !== nearest(x) || got[1] !== nearest16(x)) expect.fail(`${a}, ${b}, ${c}: got ${got}`);
        }
      }
    }
  });
});

describe.each([FP8_E5M2, FP8_E4M3, FP4_E2M1])('options of $name, all pairs', (f) => {
  test.each([{ flushSubnormals: true }, { saturate: true }, { flushSubnormals: true, saturate: true }])(
    '%o',
    (rounding) => {
      const nearest = nearestBySearch(f, rounding);
      const value = Array.from({ length: 2 ** floatWidth(f) }, (_, code) =>
        textbookValue(f, code, rounding.flushSubnormals),
      );
      value.forEach((x, a) => {
        value.forEach((y, b) => {
          const got = [addFloatRne(f, a, b, rounding), multiplyFloatRne(f, a, b, rounding)];
          if (got[0] !== nearest(x + y) || got[1] !== nearest(x * y)) expect.fail(`${a}, ${b}: got ${got}`);
        });
      });
    },
  );
});

test('hand-worked: FP16 flush to zero is decided after rounding without a lower exponent limit', () => {
  const flush = { flushSubnormals: true };
  // 2^-14 * (1 - 2^-12) = 4095 * 2^-26 needs 12 bits; to 11 bits it rounds up to 2^-14, the smallest normal.
  expect(mixedMultiplyAddFloatRne(FP32, FP16, 0x38fff000, 0x3f000000, 0, flush)).toBe(0x0400);
  // 2047 * 2^-25 has 11 bits, so it stays below 2^-14, although as a subnormal it would round up to it.
  expect(mixedMultiplyAddFloatRne(FP32, FP16, 0x38ffe000, 0x3f000000, 0)).toBe(0x0400);
  expect(mixedMultiplyAddFloatRne(FP32, FP16, 0x38ffe000, 0x3f000000, 0, flush)).toBe(0);
  expect(addFloatRne(FP16, 0x83ff, 0x8000, flush)).toBe(0x8000);
});

test('hand-worked: the OCP overflow rules', () => {
  const to = (f: FloatFormat, x: number, saturate = false) =>
    convertFloatRne(FP32, f, fp32FromNumber(x), { saturate });
  expect([to(FP8_E4M3, 448), to(FP8_E4M3, 464), to(FP8_E4M3, 465), to(FP8_E4M3, -1e9)]).toEqual([
    0x7e, 0x7e, 0x7f, 0x7f,
  ]);
  expect([to(FP8_E4M3, 465, true), to(FP8_E4M3, -Infinity, true)]).toEqual([0x7e, 0xfe]);
  expect([to(FP8_E4M3, -Infinity), to(FP8_E5M2, 61440), to(FP8_E5M2, 61440, true)]).toEqual([
    0x7f, 0x7c, 0x7b,
  ]);
  expect([to(FP4_E2M1, 5), to(FP4_E2M1, 7), to(FP4_E2M1, -99), to(FP4_E2M1, Number.NaN)]).toEqual([
    6, 7, 15, 7,
  ]);
});

test('FP16 x FP16 + FP32, against binary64 where that is exact', () => {
  // Products have 22 bits and are multiples of 2^-48; an addend of that grid below 2^5 keeps the sum within 53 bits.
  const code = fc.integer({ min: 0, max: 0x3c00 }).chain((c) => fc.constantFrom(c, c + 0x8000));
  const addend = fc.integer({ min: -(2 ** 24), max: 2 ** 24 }).map((n) => n * 2 ** -30);
  fc.assert(
    fc.property(code, code, addend, (a, b, c) => {
      const expected = fp32FromNumber(textbookValue(FP16, a) * textbookValue(FP16, b) + c);
      expect(mixedMultiplyAddFloatRne(FP16, FP32, a, b, fp32FromNumber(c))).toBe(expected);
    }),
    { numRuns: 5000 },
  );
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
