// Parametrised binary float formats, IEEE 754 and the OCP 8-, 6- and 4-bit ones: the description and the special codes.
// Invariant: a code is an unsigned `number` below 2^width; every format is at most 32 bits wide, so numbers suffice.
// Values and rounding are in float-codec.ts (bigint, the reference), float-number.ts and fp32.ts (fast paths).

/**
 * What the largest codes stand for.
 * - `ieee`: the exponent of all ones holds infinities (mantissa 0) and NaNs.
 * - `nan_only`: only the code of all ones (either sign) is special, and it is NaN (OCP OFP8 E4M3).
 * - `finite_only`: every code is a finite value (OCP MX FP6 and FP4).
 */
export type NonFinite = 'ieee' | 'nan_only' | 'finite_only';

/** Layout, from the top: 1 sign bit, `exponentBits`, `mantissaBits`; bias 2^(exponentBits-1) - 1; with subnormals. */
export interface FloatFormat {
  readonly name: string;
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly nonFinite: NonFinite;
}

/**
 * Checks and freezes a format description: 2..10 exponent bits, 1..28 mantissa bits, at most 32 bits in all, so every
 * value is also an exact JS number; `nonFinite` is `ieee` unless given. Throws RangeError otherwise.
 */
export function defineFloatFormat(
  format: Omit<FloatFormat, 'nonFinite'> & { readonly nonFinite?: NonFinite },
): FloatFormat {
  const { name, exponentBits: e, mantissaBits: m, nonFinite = 'ieee' } = format;
  const ok =
    Number.isInteger(e) && Number.isInteger(m) && e >= 2 && e <= 10 && m >= 1 && m <= 28 && e + m <= 31;
  if (!ok) {
    throw new RangeError(
      `float format ${name}: ${e} exponent and ${m} mantissa bits; need 2..10 and 1..28, at most 32 bits with the sign`,
    );
  }
  return Object.freeze({ name, exponentBits: e, mantissaBits: m, nonFinite });
}

/** IEEE 754 binary16. */
export const FP16 = defineFloatFormat({ name: 'FP16', exponentBits: 5, mantissaBits: 10 });
/** bfloat16: binary32 with a 7-bit mantissa; here with subnormals and RNE like every other format. */
export const BF16 = defineFloatFormat({ name: 'BF16', exponentBits: 8, mantissaBits: 7 });
/** IEEE 754 binary32. */
export const FP32 = defineFloatFormat({ name: 'FP32', exponentBits: 8, mantissaBits: 23 });
/** FP8 E5M2: the OCP format, which already follows the IEEE rules. */
export const FP8_E5M2 = defineFloatFormat({ name: 'FP8_E5M2', exponentBits: 5, mantissaBits: 2 });
/** IEEE-like E4M3 with infinities, largest finite value 240. It is NOT the OCP E4M3. */
export const FP8_E4M3_IEEE = defineFloatFormat({ name: 'FP8_E4M3_IEEE', exponentBits: 4, mantissaBits: 3 });
/** FP8 E4M3 of OCP OFP8: no infinities, one NaN per sign, largest finite value 448. */
export const FP8_E4M3 = defineFloatFormat({
  name: 'FP8_E4M3',
  exponentBits: 4,
  mantissaBits: 3,
  nonFinite: 'nan_only',
});
/** FP6 E3M2 of OCP MX: no infinities, no NaN, largest value 28. */
export const FP6_E3M2 = defineFloatFormat({
  name: 'FP6_E3M2',
  exponentBits: 3,
  mantissaBits: 2,
  nonFinite: 'finite_only',
});
/** FP6 E2M3 of OCP MX: no infinities, no NaN, largest value 7.5. */
export const FP6_E2M3 = defineFloatFormat({
  name: 'FP6_E2M3',
  exponentBits: 2,
  mantissaBits: 3,
  nonFinite: 'finite_only',
});
/** FP4 E2M1 of OCP MX: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives. */
export const FP4_E2M1 = defineFloatFormat({
  name: 'FP4_E2M1',
  exponentBits: 2,
  mantissaBits: 1,
  nonFinite: 'finite_only',
});

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

/** Code of +infinity or -infinity. Throws RangeError for a format without infinities. */
export function infinityBits(f: FloatFormat, negative = false): number {
  if (f.nonFinite !== 'ieee') throw new RangeError(`${f.name} has no infinities`);
  return ((1 << f.exponentBits) - 1) * (1 << f.mantissaBits) + (negative ? signBit(f) : 0);
}

/**
 * The canonical quiet NaN, sign 0: exponent all ones and only the top mantissa bit set (0x7e00 for FP16), or the code of
 * all ones for `nan_only`. Throws RangeError for a format without NaN.
 */
export function quietNanBits(f: FloatFormat): number {
  switch (f.nonFinite) {
    case 'ieee':
      return infinityBits(f) + (1 << (f.mantissaBits - 1));
    case 'nan_only':
      return signBit(f) - 1;
    case 'finite_only':
      throw new RangeError(`${f.name} has no NaN`);
  }
}

/** Code of the largest finite value of that sign. */
export function maxFiniteBits(f: FloatFormat, negative = false): number {
  const special = { ieee: 1 << f.mantissaBits, nan_only: 1, finite_only: 0 }[f.nonFinite];
  return signBit(f) - 1 - special + (negative ? signBit(f) : 0);
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
  return bits % signBit(f) <= maxFiniteBits(f);
}
