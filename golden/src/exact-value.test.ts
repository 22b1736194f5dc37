import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addExact, type ExactValue, exactDyadic, exactFromNumber, multiplyExact } from './exact-value.ts';

describe('exactFromNumber', () => {
  test.each<[number, ExactValue]>([
    [0, { kind: 'zero', negative: false }],
    [-0, { kind: 'zero', negative: true }],
    [Infinity, { kind: 'infinite', negative: false }],
    [-Infinity, { kind: 'infinite', negative: true }],
    [Number.NaN, { kind: 'nan' }],
    [1, { kind: 'finite', negative: false, significand: 1n << 52n, exponent: -52 }],
    [-1.5, { kind: 'finite', negative: true, significand: 3n << 51n, exponent: -52 }],
    [Number.MIN_VALUE, { kind: 'finite', negative: false, significand: 1n, exponent: -1074 }],
    [Number.MAX_VALUE, { kind: 'finite', negative: false, significand: (1n << 53n) - 1n, exponent: 971 }],
  ])('%d', (x, exact) => {
    expect(exactFromNumber(x)).toEqual(exact);
  });
});

describe('exact arithmetic', () => {
  const zero = (negative: boolean): ExactValue => ({ kind: 'zero', negative });
  const infinite = (negative: boolean): ExactValue => ({ kind: 'infinite', negative });
  const one = exactDyadic(1n, 0);

  test('the sign of a zero sum is + unless both addends are -0', () => {
    expect(addExact(zero(true), zero(true))).toEqual(zero(true));
    expect(addExact(zero(true), zero(false))).toEqual(zero(false));
    expect(addExact(one, exactDyadic(-2n, -1))).toEqual(zero(false));
  });

  test('infinities and NaN', () => {
    expect(addExact(infinite(true), infinite(false))).toEqual({ kind: 'nan' });
    expect(addExact(infinite(true), infinite(true))).toEqual(infinite(true));
    expect(addExact(one, infinite(true))).toEqual(infinite(true));
    expect(addExact({ kind: 'nan' }, one)).toEqual({ kind: 'nan' });
    expect(multiplyExact(zero(false), infinite(true))).toEqual({ kind: 'nan' });
    expect(multiplyExact(exactDyadic(-1n, 0), infinite(true))).toEqual(infinite(false));
    expect(multiplyExact(exactDyadic(-1n, 0), zero(false))).toEqual(zero(true));
  });

  test('agree with plain integer arithmetic where binary64 is exact', () => {
    const small = fc.integer({ min: -(2 ** 25), max: 2 ** 25 });
    const toNumber = (v: ExactValue) =>
      v.kind === 'finite' ? (v.negative ? -1 : 1) * Number(v.significand) * 2 ** v.exponent : 0;
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(toNumber(addExact(exactFromNumber(a), exactFromNumber(b)))).toBe(a + b);
        expect(toNumber(multiplyExact(exactFromNumber(a), exactFromNumber(b)))).toBe(a * b + 0);
      }),
    );
  });
});
