// The datatypes against the tables of the paper, written out by value.

import { expect, test } from 'vitest';
import {
  BITMOD_DATATYPES,
  BITMOD_SPECIAL_VALUES,
  bitmodBits,
  bitmodGrid,
  bitmodTermCount,
  bitmodUnit,
  bitmodUnits,
} from './bitmod-datatype.ts';

const reals = (datatype: 'fp3' | 'fp4', special: number): number[] =>
  bitmodGrid(datatype, special).map((p) => p.units * bitmodUnit(datatype));

test('FP3 and FP4 are the grids of Table IV with one special value', () => {
  expect(reals('fp3', BITMOD_SPECIAL_VALUES.fp3[0])).toEqual([-4, -2, -1, 0, 1, 2, 3, 4]);
  expect(reals('fp3', BITMOD_SPECIAL_VALUES.fp3[3])).toEqual([-6, -4, -2, -1, 0, 1, 2, 4]);
  expect(reals('fp4', BITMOD_SPECIAL_VALUES.fp4[1])).toEqual([
    -6, -5, -4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 6,
  ]);
  expect(reals('fp4', BITMOD_SPECIAL_VALUES.fp4[2])).toEqual([
    -6, -4, -3, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 6, 8,
  ]);
});

test('plain FP4 has fifteen values, as its two zeros are one', () => {
  expect(reals('fp4', 0)).toHaveLength(15);
});

test('the code of negative zero stands for the special value', () => {
  expect([8, 0, 15, 7].map((code) => bitmodUnits('fp4', code, 10))).toEqual([10, 0, -12, 12]);
  expect([4, 0, 7, 3].map((code) => bitmodUnits('fp3', code, -6))).toEqual([-6, 0, -8, 8]);
});

test("integers are two's complement; the quantiser leaves out the most negative one", () => {
  expect([0, 3, 4, 7].map((code) => bitmodUnits('int3', code))).toEqual([0, 3, -4, -1]);
  expect(bitmodGrid('int3').map((p) => p.units)).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  expect(bitmodGrid('int8')).toHaveLength(255);
});

test('terms per weight: 2 up to 4 bits, 3 up to 6, 4 up to 8', () => {
  expect(BITMOD_DATATYPES.map((d) => [d, bitmodBits(d), bitmodTermCount(d)])).toEqual([
    ['fp3', 3, 2],
    ['fp4', 4, 2],
    ['int3', 3, 2],
    ['int4', 4, 2],
    ['int5', 5, 3],
    ['int6', 6, 3],
    ['int7', 7, 4],
    ['int8', 8, 4],
  ]);
});

test('a code that the datatype does not have is refused', () => {
  expect(() => bitmodUnits('int5', 32)).toThrow('int5 code is 32, not in 0..31');
});
