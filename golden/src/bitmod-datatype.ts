// The weight datatypes of BitMoD: INT3..INT8, and FP3/FP4 whose code of negative zero stands for a special value.
// Invariant: every weight is an integer number of units; the unit is 1 for integers and 0.5 for FP3 and FP4, so that all
// values of one group can be added as integers. Source: BitMoD Table IV [P]; the half unit is ours [I].
// It chooses no datatype: see bitmod-quantise.ts.

import { checkInteger, integerRange } from './integer-format.ts';

export const BITMOD_DATATYPES = ['fp3', 'fp4', 'int3', 'int4', 'int5', 'int6', 'int7', 'int8'] as const;
export type BitmodDatatype = (typeof BITMOD_DATATYPES)[number];

/** Magnitudes of the FP4 (E2M1) codes 0_000 .. 0_111, in halves: 0, 0.5, 1, 1.5, 2, 3, 4, 6. */
const FP4_HALVES = [0, 1, 2, 3, 4, 6, 8, 12];
/** Magnitudes of the FP3 codes 0_00 .. 0_11, in halves: 0, 1, 2, 4. */
const FP3_HALVES = [0, 2, 4, 8];

/**
 * The special values of a group, in halves, in the order of the authors' search: ER+, ER-, EA+, EA-.
 * FP3: +-3 and +-6; FP4: +-5 and +-8. A group names one of them by a 2-bit index.
 */
export const BITMOD_SPECIAL_VALUES = {
  fp3: [6, -6, 12, -12],
  fp4: [10, -10, 16, -16],
} as const;

/** True for the datatypes with special values. */
export const isBitmodFloat = (datatype: BitmodDatatype): datatype is 'fp3' | 'fp4' =>
  datatype === 'fp3' || datatype === 'fp4';

/** Bits of a code, 3..8. */
export const bitmodBits = (datatype: BitmodDatatype): number => Number(datatype.replace(/\D/g, ''));

/** Bit-serial terms per weight, which are the cycles it takes: ceil(bits / 2); 2 for FP3 and FP4. */
export const bitmodTermCount = (datatype: BitmodDatatype): number => Math.ceil(bitmodBits(datatype) / 2);

/** What one unit of `bitmodUnits` is worth. */
export const bitmodUnit = (datatype: BitmodDatatype): number => (isBitmodFloat(datatype) ? 0.5 : 1);

/** The code of negative zero, which stands for the special value: 4 in FP3, 8 in FP4. */
export const bitmodSpecialCode = (datatype: 'fp3' | 'fp4'): number => (datatype === 'fp3' ? 4 : 8);

/**
 * The value of a code in units. Integers are two's complement in `bits` bits and come as unsigned codes.
 * @param specialValue the group's special value in halves; only FP3 and FP4 read it.
 * @throws RangeError for a code outside the datatype.
 */
export function bitmodUnits(datatype: BitmodDatatype, code: number, specialValue = 0): number {
  const bits = bitmodBits(datatype);
  checkInteger({ bits, signed: false }, code, `${datatype} code`);
  const half = 2 ** (bits - 1);
  if (!isBitmodFloat(datatype)) return code >= half ? code - 2 * half : code;
  if (code === bitmodSpecialCode(datatype)) return specialValue;
  const magnitude = (datatype === 'fp3' ? FP3_HALVES : FP4_HALVES)[code % half]!;
  return code >= half ? -magnitude : magnitude;
}

/** A value that a weight can take, in units, with its code. */
export interface BitmodPoint {
  readonly units: number;
  readonly code: number;
}

/**
 * The values that the quantiser may choose, ascending. Of the integers the most negative one is left out, as the authors'
 * symmetric quantiser does [P]. A special value that is a basic value already adds nothing.
 */
export function bitmodGrid(datatype: BitmodDatatype, specialValue = 0): BitmodPoint[] {
  const bits = bitmodBits(datatype);
  const codes = Array.from({ length: 2 ** bits }, (_, code) => code);
  const least = integerRange({ bits, signed: true }).min;
  const points = codes.map((code) => ({ code, units: bitmodUnits(datatype, code, specialValue) }));
  const seen = new Set<number>();
  return points
    .filter(({ units }) => isBitmodFloat(datatype) || units > least)
    .filter(({ units }) => !seen.has(units) && seen.add(units))
    .sort((a, b) => a.units - b.units);
}
