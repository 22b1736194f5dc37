// One rounding for a sum of a float and an exact term that need not be normalised: what a multiply-accumulate is made of.
// Invariant: the result is the exact sum rounded once to nearest, ties to even. Terms are finite; the accumulator may be infinite
// where its format can overflow, and stays so.

import {
  type BoolSig,
  cat,
  literal,
  mux,
  named,
  replicate,
  type SIntSig,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { type FloatFormat, floatWidth, packFloat, shiftRightSticky, unpackFloat } from '@gatewright/parts';

/** (-1)^sign * significand * 2^(exponent - bias - (width - 1)): `exponent` is that of the top bit, biased as in the sum. */
export interface ExactTerm {
  readonly sign: BoolSig;
  readonly significand: UIntSig;
  /** At least 1; signed where products may lie below the format of the sum. */
  readonly exponent: UIntSig | SIntSig;
  /**
   * The most zeros above the leading one of a significand that is not zero, other than those of a term that is as small as a
   * subnormal: a sum with that one is exact, since the unit of which all terms and sums are multiples is in the frame.
   */
  readonly leadingZeros: number;
}

/**
 * RNE(sum + term) in the format of `sum`. With `alwaysNormal` the caller knows that no sum is subnormal, or overflows.
 * The frame that both are aligned in starts at the larger exponent and keeps, below the place of a result that starts as far
 * right as the term's zeros and one cancelled bit allow, a guard and a sticky bit.
 */
export function addExactTerm(
  name: string,
  sum: UIntSig,
  term: ExactTerm,
  format: FloatFormat,
  { alwaysNormal = false }: { readonly alwaysNormal?: boolean } = {},
): UIntSig {
  const width = floatWidth(format);
  const precision = format.mantissaBits + 1;
  const termBits = term.significand.type.width;
  const frame = Math.max(precision + term.leadingZeros + 2, termBits + 1, precision + 1);
  const addend = unpackFloat(`${name}_addend`, sum, format);

  const difference = named(`${name}_difference`, exponentDifference(term.exponent, addend.exponent));
  // A term of zero never leads: the sum would be shifted away.
  const positive = difference.isNegative().not().and(difference.any());
  const leads = named(`${name}_leads`, positive.and(term.significand.any()));
  const distance = named(`${name}_distance`, difference.abs());
  const placed = term.significand.shl(frame - termBits);
  const kept = addend.significand.shl(frame - precision);
  const lead = named(`${name}_lead`, mux(leads, placed, kept));
  const other = named(`${name}_other`, mux(leads, kept, placed));
  const aligned = named(`${name}_aligned`, shiftRightSticky(`${name}_other`, other, distance));

  const subtract = named(`${name}_subtract`, addend.sign.xor(term.sign));
  // lead + aligned or lead - aligned by one adder, in two's complement with a sign and a carry.
  const bits = frame + 3;
  const operand = aligned.extend(bits).xor(replicate(subtract, bits));
  const total = named(`${name}_total`, lead.shl(1).extend(bits).addWrap(operand).addWrap(subtract.asUInt()));
  const negative = named(`${name}_negative`, total.bit(bits - 1));
  const inverted = total.xor(replicate(negative, bits)).trunc(bits - 1);
  const magnitude = named(`${name}_magnitude`, inverted.addWrap(negative.asUInt()));
  const leadSign = mux(leads, term.sign, addend.sign);
  const sign = mux(magnitude.any(), leadSign.xor(negative), addend.sign.and(term.sign));
  // A carry out of the frame stands one place above the larger exponent.
  const limit = named(
    `${name}_limit`,
    mux(leads, leadingExponent(term.exponent), addend.exponent.extend(limitBits(term, format))),
  );
  const rounded = packFloat(name, { sign, magnitude, limit }, format, { alwaysNormal });
  if (alwaysNormal) return rounded;
  return named(
    `${name}_result`,
    mux(addend.infinite, cat(sum.bit(width - 1), sum.bits(width - 2, 0)), rounded),
  );
}

const exponentDifference = (a: UIntSig | SIntSig, b: UIntSig): SIntSig =>
  a.kind === 'sint' ? a.sub(b.toSInt()) : a.sub(b);
/** A term that leads has a larger exponent than the sum, so a positive one. */
const leadingExponent = (exponent: UIntSig | SIntSig): UIntSig =>
  exponent.kind === 'sint' ? exponent.asUInt().trunc(exponent.type.width - 1) : exponent;
const limitBits = (term: ExactTerm, format: FloatFormat): number =>
  Math.max(leadingExponent(term.exponent).type.width, format.exponentBits);

/** `exponent` of an unpacked factor, moved to where a term counts from. */
export const termExponent = (exponent: UIntSig, offset: number, bits: number): UIntSig =>
  offset >= 0
    ? exponent.add(literal(offset, uint(Math.max(1, offset.toString(2).length)))).extend(bits)
    : exponent.extend(bits).subWrap(-offset);
