// Binary float formats as the circuits see them: field widths, special codes, and the parameters that describe both.
// Invariant: layout is sign, exponent, mantissa from the most significant bit; the bias is 2^(exponentBits-1) - 1.

import { z } from 'zod';

/**
 * What the largest codes stand for: `ieee`, infinities and NaN where the exponent is all ones; `nan_only`, NaN where all
 * bits are ones (OCP FP8 E4M3); `finite_only`, numbers (OCP FP6 and FP4).
 */
export const NON_FINITE = ['ieee', 'nan_only', 'finite_only'] as const;
export type NonFinite = (typeof NON_FINITE)[number];

export interface FloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** `ieee` when absent. */
  readonly nonFinite?: NonFinite | undefined;
}
export const FP32: FloatFormat = { exponentBits: 8, mantissaBits: 23 };
export const FP16: FloatFormat = { exponentBits: 5, mantissaBits: 10 };
export const BF16: FloatFormat = { exponentBits: 8, mantissaBits: 7 };
/** The formats of OCP OFP8 and MX. */
export const FP8_E5M2: FloatFormat = { exponentBits: 5, mantissaBits: 2 };
export const FP8_E4M3: FloatFormat = { exponentBits: 4, mantissaBits: 3, nonFinite: 'nan_only' };
export const FP6_E3M2: FloatFormat = { exponentBits: 3, mantissaBits: 2, nonFinite: 'finite_only' };
export const FP6_E2M3: FloatFormat = { exponentBits: 2, mantissaBits: 3, nonFinite: 'finite_only' };
export const FP4_E2M1: FloatFormat = { exponentBits: 2, mantissaBits: 1, nonFinite: 'finite_only' };

/** How results depart from IEEE 754's default. */
export interface FloatRounding {
  /** Subnormal operands read as zero; a result that is tiny after rounding becomes zero. Both keep their sign. */
  readonly flushSubnormals?: boolean | undefined;
  /** Infinite results, exact or by overflow, become the largest finite value of their sign. */
  readonly saturate?: boolean | undefined;
}

/** Bits of a packed value: sign, exponent and mantissa. */
export const floatWidth = (f: FloatFormat): number => 1 + f.exponentBits + f.mantissaBits;
export const floatBias = (f: FloatFormat): number => 2 ** (f.exponentBits - 1) - 1;
/** The largest exponent field: all ones. */
export const topExponentField = (f: FloatFormat): number => 2 ** f.exponentBits - 1;
/** Power of two of the lowest bit of subnormals. */
export const subnormalExponent = (f: FloatFormat): number => 1 - floatBias(f) - f.mantissaBits;

/** Exponent and mantissa of infinity, where there is one. */
export const infinityFields = (f: FloatFormat): bigint =>
  BigInt(topExponentField(f)) << BigInt(f.mantissaBits);

/** Exponent and mantissa of the largest finite value. */
export function maxFiniteFields(f: FloatFormat): bigint {
  const ones = (1n << BigInt(f.exponentBits + f.mantissaBits)) - 1n;
  switch (f.nonFinite ?? 'ieee') {
    case 'ieee':
      return infinityFields(f) - 1n;
    case 'nan_only':
      return ones - 1n;
    case 'finite_only':
      return ones;
  }
}

/** Exponent and mantissa of the canonical NaN; the largest value in a format without one. */
export const nanFields = (f: FloatFormat): bigint =>
  (f.nonFinite ?? 'ieee') === 'ieee'
    ? infinityFields(f) | (1n << BigInt(f.mantissaBits - 1))
    : (1n << BigInt(f.exponentBits + f.mantissaBits)) - 1n;

/** What a result too large for the format becomes. NaN has sign 0, the others keep theirs. */
export function overflowFields(f: FloatFormat, rounding: FloatRounding): { fields: bigint; signed: boolean } {
  const kind = f.nonFinite ?? 'ieee';
  if (rounding.saturate || kind === 'finite_only') return { fields: maxFiniteFields(f), signed: true };
  return kind === 'ieee'
    ? { fields: infinityFields(f), signed: true }
    : { fields: nanFields(f), signed: false };
}

const exponentBits = z.int().min(2).max(11);
const mantissaBits = z.int().min(1).max(52);
const nonFinite = z.enum(NON_FINITE);

/** The parameters of a unit of one format; FP32 by default. */
export const formatParams = {
  exponentBits: exponentBits.default(8).meta({ description: 'exponent field width' }),
  mantissaBits: mantissaBits
    .default(23)
    .meta({ description: 'mantissa field width, without the hidden one' }),
  nonFinite: nonFinite
    .default('ieee')
    .meta({ description: 'special codes: infinities and NaN, NaN only, or none' }),
};

/** A second format; each field is that of the first one unless given. */
export const secondFormatParams = <const N extends string>(name: N) =>
  ({
    [`${name}ExponentBits`]: exponentBits.optional().meta({ description: `exponent field width of ${name}` }),
    [`${name}MantissaBits`]: mantissaBits.optional().meta({ description: `mantissa field width of ${name}` }),
    [`${name}NonFinite`]: nonFinite.optional().meta({ description: `special codes of ${name}` }),
  }) as {
    [K in `${N}ExponentBits`]: z.ZodOptional<typeof exponentBits>;
  } & { [K in `${N}MantissaBits`]: z.ZodOptional<typeof mantissaBits> } & {
    [K in `${N}NonFinite`]: z.ZodOptional<typeof nonFinite>;
  };

type SecondFormat = {
  readonly [K in `${string}ExponentBits` | `${string}MantissaBits`]?: number | undefined;
} & { readonly [K in `${string}NonFinite`]?: NonFinite | undefined };
type NameOf<K> = K extends `${infer N}ExponentBits` ? N : never;

/** The format that `secondFormatParams(name)` describe: what they leave out is as in the first one. */
export function secondFormat<P extends FloatFormat & SecondFormat>(p: P, name: NameOf<keyof P>): FloatFormat {
  const second: SecondFormat = p;
  return {
    exponentBits: second[`${name}ExponentBits`] ?? p.exponentBits,
    mantissaBits: second[`${name}MantissaBits`] ?? p.mantissaBits,
    nonFinite: second[`${name}NonFinite`] ?? p.nonFinite,
  };
}

/** The parameters of rounding. */
export const roundingParams = {
  flushSubnormals: z
    .boolean()
    .default(false)
    .meta({ description: 'read subnormals as zero, and flush tiny results to zero' }),
  saturate: z
    .boolean()
    .default(false)
    .meta({ description: 'the largest finite value in place of infinity or overflow' }),
};
