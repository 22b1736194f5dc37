// Exact value of a float code, and the correctly rounded code of an exact value. The reference path (bigint).
// Invariant: `encodeFloatRne` is the only place of this path that rounds, once, to nearest with ties to even.
// Not a fast path: see float-number.ts and fp32.ts, which the tests hold to this one.

import type { ExactValue } from './exact-value.ts';
import {
  checkFloatBits,
  type FloatFormat,
  floatBias,
  infinityBits,
  maxFiniteBits,
  quietNanBits,
  signBit,
  subnormalExponent,
} from './float-format.ts';

/** How results depart from IEEE 754's default; nothing does unless it is set. */
export interface FloatRounding {
  /**
   * Subnormal operands read as zero, and a result that is tiny after rounding (IEEE 754-2019 7.5: below the smallest normal
   * number when rounded as if the exponent range had no end) becomes zero, both with their sign.
   */
  readonly flushSubnormals?: boolean | undefined;
  /** Infinite results, exact or by overflow, become the largest finite value of their sign. */
  readonly saturate?: boolean | undefined;
}

/** The exact value of a code. Throws RangeError for a number that is no code of the format. */
export function decodeFloat(f: FloatFormat, bits: number, rounding: FloatRounding = {}): ExactValue {
  checkFloatBits(f, bits);
  const negative = bits >= signBit(f);
  const magnitude = bits % signBit(f);
  if (magnitude > maxFiniteBits(f)) {
    return f.nonFinite === 'ieee' && magnitude === infinityBits(f)
      ? { kind: 'infinite', negative }
      : { kind: 'nan' };
  }
  const hidden = 1 << f.mantissaBits;
  const biased = Math.floor(magnitude / hidden);
  const fraction = magnitude % hidden;
  if (magnitude === 0 || (biased === 0 && rounding.flushSubnormals)) return { kind: 'zero', negative };
  return {
    kind: 'finite',
    negative,
    significand: BigInt(biased === 0 ? fraction : fraction + hidden),
    exponent: subnormalExponent(f) + Math.max(biased, 1) - 1,
  };
}

/**
 * The code of a result too large for the format: infinity, or NaN where there is none, or the largest finite value under
 * `saturate` and in a format without either.
 */
export function overflowBits(f: FloatFormat, negative: boolean, rounding: FloatRounding = {}): number {
  if (rounding.saturate || f.nonFinite === 'finite_only') return maxFiniteBits(f, negative);
  return f.nonFinite === 'ieee' ? infinityBits(f, negative) : quietNanBits(f);
}

/**
 * The code nearest to an exact value: round to nearest, ties to even (IEEE 754-2019 clause 4.3.1). Subnormals are rounded
 * at 2^subnormalExponent, overflow is found after rounding (`overflowBits`), any NaN gives the canonical quiet NaN (in a
 * format without one, the largest positive value), the sign of zero is kept.
 */
export function encodeFloatRne(f: FloatFormat, value: ExactValue, rounding: FloatRounding = {}): number {
  if (value.kind === 'nan') return f.nonFinite === 'finite_only' ? maxFiniteBits(f) : quietNanBits(f);
  const sign = value.negative ? signBit(f) : 0;
  if (value.kind === 'infinite') return overflowBits(f, value.negative, rounding);
  if (value.kind === 'zero') return sign;
  const { significand, exponent } = value;
  const leading = exponent + significand.toString(2).length - 1;
  if (rounding.flushSubnormals && isTiny(f, significand, exponent, leading)) return sign;
  const lsb = Math.max(leading - f.mantissaBits, subnormalExponent(f));
  if (lsb - subnormalExponent(f) >= 1 << f.exponentBits) return overflowBits(f, value.negative, rounding);
  const rounded = Number(shiftRightRne(significand, lsb - exponent));
  // A normal significand holds its hidden bit, which counts as one step of the exponent field: one sum serves normals,
  // subnormals, and the carry out of rounding (into the exponent, or from the largest finite code into the next one).
  const magnitude = (lsb - subnormalExponent(f)) * (1 << f.mantissaBits) + rounded;
  return magnitude > maxFiniteBits(f) ? overflowBits(f, value.negative, rounding) : sign + magnitude;
}

/** Below the smallest normal number after rounding to mantissaBits + 1 bits, whatever the exponent. */
function isTiny(f: FloatFormat, significand: bigint, exponent: number, leading: number): boolean {
  const smallestNormal = 1 - floatBias(f);
  if (leading >= smallestNormal) return false;
  if (leading < smallestNormal - 1) return true;
  return shiftRightRne(significand, leading - f.mantissaBits - exponent) < 2n << BigInt(f.mantissaBits);
}

/** round(n / 2^shift) to nearest, ties to even; a negative shift multiplies, exactly. */
function shiftRightRne(n: bigint, shift: number): bigint {
  if (shift <= 0) return n << BigInt(-shift);
  const quotient = n >> BigInt(shift);
  const twiceRemainder = (n - (quotient << BigInt(shift))) << 1n;
  const one = 1n << BigInt(shift);
  const up = twiceRemainder > one || (twiceRemainder === one && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

/**
 * The code nearest to the rational numerator / denominator, ties to even; a zero numerator gives +0.
 * Throws RangeError for a zero denominator.
 */
export function encodeRatioRne(f: FloatFormat, numerator: bigint, denominator: bigint): number {
  if (denominator === 0n) throw new RangeError('encodeRatioRne: the denominator is zero');
  const magnitude = (n: bigint) => (n < 0n ? -n : n);
  const n = magnitude(numerator);
  const d = magnitude(denominator);
  if (n === 0n) return 0;
  // Keep at least two quotient bits below the rounding point; what the division leaves only matters as "not exact".
  const shift = Math.max(0, f.mantissaBits + 3 + d.toString(2).length - n.toString(2).length);
  const scaled = n << BigInt(shift);
  const sticky = scaled % d === 0n ? 0n : 1n;
  const significand = ((scaled / d) << 1n) | sticky;
  const negative = numerator < 0n !== denominator < 0n;
  return encodeFloatRne(f, { kind: 'finite', negative, significand, exponent: -shift - 1 });
}
