import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkInteger,
  checkIntegers,
  integerFormatName,
  integerRange,
  requiredBits,
  saturateInteger,
  wrapInteger,
} from './integer-format.ts';

const INT4 = { bits: 4, signed: true };
const UINT4 = { bits: 4, signed: false };

test('ranges', () => {
  expect(integerRange(INT4)).toEqual({ min: -8, max: 7 });
  expect(integerRange(UINT4)).toEqual({ min: 0, max: 15 });
  expect(integerRange({ bits: 1, signed: true })).toEqual({ min: -1, max: 0 });
  expect(integerRange({ bits: 32, signed: true })).toEqual({ min: -2147483648, max: 2147483647 });
  expect(integerRange({ bits: 52, signed: false })).toEqual({ min: 0, max: 4503599627370495 });
  expect(() => integerRange({ bits: 53, signed: false })).toThrow('integer format of 53 bits: need 1..52');
  expect(integerFormatName(INT4)).toBe('INT4');
  expect(integerFormatName(UINT4)).toBe('UINT4');
});

describe('checks name the value and the index', () => {
  test.each([8, -9, 0.5, Number.NaN])('%d', (n) => {
    expect(() => checkInteger(INT4, n, 'q')).toThrow(`q is ${n}, not in -8..7 (INT4)`);
  });
  test('arrays', () => {
    expect(() => checkIntegers(UINT4, [0, 15, 16], 'q')).toThrow('q[2] is 16, not in 0..15 (UINT4)');
    expect(() => checkIntegers(UINT4, [0, Number.NaN], 'q')).toThrow('q[1] is NaN, not in 0..15 (UINT4)');
    checkIntegers(INT4, Int8Array.of(-8, 7), 'q');
  });
});

test('wrap keeps the low bits, as BigInt.asIntN and asUintN do', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 52 }), fc.boolean(), (n, bits, signed) => {
      const expected = Number(signed ? BigInt.asIntN(bits, BigInt(n)) : BigInt.asUintN(bits, BigInt(n)));
      expect(wrapInteger({ bits, signed }, n)).toBe(expected);
    }),
  );
  expect(() => wrapInteger(INT4, 2 ** 60)).toThrow('not a safe integer');
});

test('saturate', () => {
  expect([-100, -8, 3, 7, 8, Infinity].map((n) => saturateInteger(INT4, n))).toEqual([-8, -8, 3, 7, 7, 7]);
  expect(() => saturateInteger(INT4, Number.NaN)).toThrow('cannot saturate NaN');
});

test('required bits at the edges', () => {
  expect(requiredBits({ min: -1024, max: 1016 })).toBe(11);
  expect(requiredBits({ min: -1016, max: 1024 })).toBe(12);
  expect(requiredBits({ min: 0, max: 15 })).toBe(4);
  expect(requiredBits({ min: 0, max: 15 }, true)).toBe(5);
  expect(requiredBits({ min: 0, max: 0 })).toBe(1);
  expect(() => requiredBits({ min: -1, max: 0 }, false)).toThrow('range -1..0 needs a signed format');
});
