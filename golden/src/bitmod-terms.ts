// Bit-serial terms: a weight as the sum of digit * 4^k with digits 0, +-1, +-2, +-4, most significant digit first.
// Integers take their radix-4 Booth digits (BitMoD 3.1 [P]). FP3 and FP4 take two digits of the same radix. The paper finds
// two leading ones and gives each a shift of its own; one radix for all datatypes makes the accumulation a plain
// shift by two [I], and reaches every value with two signed terms, 7 among them.
// It is arithmetic on integers; how the terms are coded in wires is the generator's business.

import { type BitmodDatatype, bitmodTermCount, bitmodUnits, isBitmodFloat } from './bitmod-datatype.ts';

/** A digit of a weight: its sign, and which power of two it is. */
export type BitmodTerm = 0 | 1 | 2 | 4 | -1 | -2 | -4;

const TERMS: readonly BitmodTerm[] = [0, 1, -1, 2, -2, 4, -4];

/**
 * The two terms [high, low] of a value in halves: 4 * high + low, with the smallest low term there is.
 * @throws RangeError for a value that no two terms make, such as 11 halves.
 */
export function bitmodFloatTerms(halves: number): readonly [high: BitmodTerm, low: BitmodTerm] {
  for (const low of TERMS) {
    const high = (halves - low) / 4;
    if (TERMS.includes(high as BitmodTerm)) return [high as BitmodTerm, low];
  }
  throw new RangeError(
    `${halves / 2} is not the sum of two terms, 4 * a + b halves with a and b in 0, +-1, +-2, +-4`,
  );
}

/** The radix-4 Booth digits of a two's complement value of `bits` bits, most significant first; ceil(bits / 2) of them. */
export function boothDigits(value: number, bits: number): BitmodTerm[] {
  const count = Math.ceil(bits / 2);
  return Array.from({ length: count }, (_, i) => {
    const k = count - 1 - i;
    // JavaScript's >> extends the sign, as odd widths need; the bit below bit 0 is 0.
    const bit = (n: number): number => (n < 0 ? 0 : (value >> n) & 1);
    return (bit(2 * k - 1) + bit(2 * k) - 2 * bit(2 * k + 1)) as BitmodTerm;
  });
}

/** The terms of a code, most significant first; as many as `bitmodTermCount`. Parameters as in `bitmodUnits`. */
export function bitmodTerms(datatype: BitmodDatatype, code: number, specialValue = 0): readonly BitmodTerm[] {
  const units = bitmodUnits(datatype, code, specialValue);
  if (isBitmodFloat(datatype)) return bitmodFloatTerms(units);
  return boothDigits(units, 2 * bitmodTermCount(datatype));
}
