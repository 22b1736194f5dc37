// Terms add up to the weight: every code of every datatype, with every special value.

import { expect, test } from 'vitest';
import {
  BITMOD_DATATYPES,
  BITMOD_SPECIAL_VALUES,
  bitmodBits,
  bitmodTermCount,
  bitmodUnits,
} from './bitmod-datatype.ts';
import { bitmodFloatTerms, bitmodTerms, boothDigits } from './bitmod-terms.ts';

/** Horner's rule in radix 4. */
const total = (terms: readonly number[]): number => terms.reduce((sum, t) => 4 * sum + t, 0);

test.each(BITMOD_DATATYPES)('%s: every code is the sum of its terms', (datatype) => {
  const specials = datatype === 'fp3' || datatype === 'fp4' ? BITMOD_SPECIAL_VALUES[datatype] : [0];
  for (const special of specials) {
    for (let code = 0; code < 2 ** bitmodBits(datatype); code++) {
      const terms = bitmodTerms(datatype, code, special);
      expect(terms).toHaveLength(bitmodTermCount(datatype));
      expect(total(terms)).toBe(bitmodUnits(datatype, code, special));
      expect(terms.every((t) => [0, 1, 2, 4].includes(Math.abs(t)))).toBe(true);
    }
  }
});

test('Booth digits of an integer are those of the table in the paper', () => {
  // Windows of 01101011 (107), from the top: 011 -> +2, 101 -> -1, 101 -> -1, 110 -> -1.
  expect(boothDigits(107, 8)).toEqual([2, -1, -1, -1]);
  expect(boothDigits(-128, 8)).toEqual([-2, 0, 0, 0]);
  expect(boothDigits(-1, 6)).toEqual([0, 0, -1]);
});

test('7 and 14 halves need terms of both signs; 11 halves need three terms', () => {
  expect(bitmodFloatTerms(14)).toEqual([4, -2]);
  expect(bitmodFloatTerms(-7)).toEqual([-2, 1]);
  expect(() => bitmodFloatTerms(11)).toThrow('5.5 is not the sum of two terms');
});
