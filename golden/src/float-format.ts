// Parametrised IEEE-754-style binary formats: the description, the special codes, decode and correctly rounded encode.
// Invariant: a code is an unsigned `number` below 2^width; every format is at most 32 bits wide, so numbers suffice.
// `encodeFloatRne` is the only place of the bigint path that rounds. Fast JS-number paths live in float-number.ts and fp32.ts.

import type { ExactValue } from './exact-value.ts';

/** Layout, from the top: 1 sign bit, `exponentBits`, `mantissaBits`; bias 2^(exponentBits-1) - 1; infinities, NaNs, subnormals. */
export interface FloatFormat {
  readonly name: string;
  readonly exponentBits: number;
  readonly mantissaBits: number;
}

/**
 * Checks and freezes a format description: 2..10 exponent bits, 1..28 mantissa bits, at most 32 bits in all, so every
 * value is also an exact JS number. Throws RangeError otherwise.
 */
export function defineFloatFormat(format: FloatFormat): FloatFormat {
  const { name, exponentBits: e, mantissaBits: m } = format;
  const ok =
    Number.isInteger(e) && Number.isInteger(m) && e >= 2 && e <= 10 && m >= 1 && m <= 28 && e + m <= 31;
  if (!ok) {
    throw new RangeError(
      `float format ${name}: ${e} exponent and ${m} mantissa bits; need 2..10 and 1..28, at most 32 bits with the sign`,
    );
  }
  return Object.freeze({ name, exponentBits: e, mantissaBits: m });
}

/** IEEE 754 binary16. */
export const FP16 = defineFloatFormat({ name: 'FP16', exponentBits: 5, mantissaBits: 10 });
/** bfloat16: binary32 with a 7-bit mantissa; here with subnormals and RNE like every other format. */
export const BF16 = defineFloatFormat({ name: 'BF16', exponentBits: 8, mantissaBits: 7 });
/** IEEE 754 binary32. */
export const FP32 = defineFloatFormat({ name: 'FP32', exponentBits: 8, mantissaBits: 23 });
/** FP8 E5M2: the OCP format, which already follows the IEEE rules. */
export const FP8_E5M2 = defineFloatFormat({ name: 'FP8_E5M2', exponentBits: 5, mantissaBits: 2 });
/** IEEE-like E4M3 with infinities, largest finite value 240. It is NOT the OCP E4M3 (no infinities, largest 448). */
export const FP8_E4M3_IEEE = defineFloatFormat({ name: 'FP8_E4M3_IEEE', exponentBits: 4, mantissaBits: 3 });

/** Width of a code in bits. */
export function floatWidth(f: FloatFormat): number {
  return 1 + f.exponentBits + f.mantissaBits;
}

/** Exponent bias, 2^(exponentBits-1) - 1. */
export function floatBias(f: FloatFormat): number {
  return (1 << (f.exponentBits - 1)) - 1;
}

/** Power of two of the least significant bit of the subnormals: the smallest positive value is 2^this. */
export function subnormalExponent(f: FloatFormat): number {
  return 1 - floatBias(f) - f.mantissaBits;
}

/** Code of the sign bit alone, that is of -0. */
export function signBit(f: FloatFormat): number {
  return (1 << (f.exponentBits + f.mantissaBits)) >>> 0;
}

/** Code of +infinity or -infinity. */
export function infinityBits(f: FloatFormat, negative = false): number {
  return ((1 << f.exponentBits) - 1) * (1 << f.mantissaBits) + (negative ? signBit(f) : 0);
}

/** The canonical quiet NaN: sign 0, exponent all ones, only the top mantissa bit set (0x7e00 for FP16). */
export function quietNanBits(f: FloatFormat): number {
  return infinityBits(f) + (1 << (f.mantissaBits - 1));
}

/** Code of the largest finite value of that sign. */
export function maxFiniteBits(f: FloatFormat, negative = false): number {
  return infinityBits(f, negative) - 1;
}

/** Throws RangeError unless `bits` is an integer in 0 .. 2^width - 1. */
export function checkFloatBits(f: FloatFormat, bits: number): void {
  if (!Number.isInteger(bits) || bits < 0 || bits >= 2 * signBit(f)) {
    throw new RangeError(`${bits} is not a ${f.name} code: need an integer in 0..${2 * signBit(f) - 1}`);
  }
}

/** Whether the code stands for a number (neither NaN nor infinite). */
export function isFiniteFloat(f: FloatFormat, bits: number): boolean {
  checkFloatBits(f, bits);
  return bits % signBit(f) < infinityBits(f);
}

/** The exact value of a code. Throws RangeError for a number that is no code of the format. */
export function decodeFloat(f: FloatFormat, bits: number): ExactValue {
  checkFloatBits(f, bits);
  const negative = bits >= signBit(f);
  const magnitude = bits % signBit(f);
  if (magnitude > infinityBits(f)) return { kind: 'nan' };
  if (magnitude === infinityBits(f)) return { kind: 'infinite', negative };
  if (magnitude === 0) return { kind: 'zero', negative };
  const hidden = 1 << f.mantissaBits;
  const biased = Math.floor(magnitude / hidden);
  const fraction = magnitude % hidden;
  return {
    kind: 'finite',
    negative,
    significand: BigInt(biased === 0 ? fraction : fraction + hidden),
    exponent: subnormalExponent(f) + Math.max(biased, 1) - 1,
  };
}

/**
 * The code nearest to an exact value: round to nearest, ties to even (IEEE 754-2019 clause 4.3.1). Subnormals are rounded
 * at 2^subnormalExponent, overflow gives infinity, any NaN gives the canonical quiet NaN, the sign of zero is kept.
 */
export function encodeFloatRne(f: FloatFormat, value: ExactValue): number {
  if (value.kind === 'nan') return quietNanBits(f);
  const sign = value.negative ? signBit(f) : 0;
  if (value.kind === 'infinite') return sign + infinityBits(f);
  if (value.kind === 'zero') return sign;
  const { significand, exponent } = value;
  const leading = exponent + significand.toString(2).length - 1;
  const lsb = Math.max(leading - f.mantissaBits, subnormalExponent(f));
  if (lsb - subnormalExponent(f) >= (1 << f.exponentBits) - 2) return sign + infinityBits(f);
  const rounded = Number(shiftRightRne(significand, lsb - exponent));
  // A normal significand holds its hidden bit, which counts as one step of the exponent field: one sum serves normals,
  // subnormals, and the carry out of rounding (into the exponent, or from the largest finite code into infinity).
  return sign + (lsb - subnormalExponent(f)) * (1 << f.mantissaBits) + rounded;
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
