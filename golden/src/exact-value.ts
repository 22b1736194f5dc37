// Exact dyadic values: what a float encodes, with nothing rounded.
// Invariant: a finite non-zero value is (-1)^negative * significand * 2^exponent with significand > 0, exactly.
// Addition and multiplication are exact, so a float operation is one exact operation and one rounding.
// This file does not know any bit format and never rounds.

export type ExactValue =
  | { readonly kind: 'nan' }
  | { readonly kind: 'infinite'; readonly negative: boolean }
  | { readonly kind: 'zero'; readonly negative: boolean }
  | {
      readonly kind: 'finite';
      readonly negative: boolean;
      /** Positive; not necessarily odd or normalised. */
      readonly significand: bigint;
      /** Power of two of the significand's least significant bit. */
      readonly exponent: number;
    };

const NAN: ExactValue = { kind: 'nan' };

/** The dyadic value `signedSignificand * 2^exponent`; zero takes the sign `negativeZero`. */
export function exactDyadic(signedSignificand: bigint, exponent: number, negativeZero = false): ExactValue {
  if (signedSignificand === 0n) return { kind: 'zero', negative: negativeZero };
  const negative = signedSignificand < 0n;
  return {
    kind: 'finite',
    negative,
    significand: negative ? -signedSignificand : signedSignificand,
    exponent,
  };
}

const view = new DataView(new ArrayBuffer(8));

/** The exact value of a JS number (binary64), NaN, infinities and the sign of zero included. */
export function exactFromNumber(x: number): ExactValue {
  if (Number.isNaN(x)) return NAN;
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const negative = bits >> 63n === 1n;
  if (!Number.isFinite(x)) return { kind: 'infinite', negative };
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const significand = biased === 0 ? fraction : fraction | (1n << 52n);
  return exactDyadic(negative ? -significand : significand, Math.max(biased, 1) - 1075, negative);
}

/**
 * a + b, exact. The sign of a zero result follows IEEE 754-2019 clause 6.3 for every rounding direction but
 * roundTowardNegative: x + (-x) = +0, and -0 only for (-0) + (-0). inf - inf is NaN.
 */
export function addExact(a: ExactValue, b: ExactValue): ExactValue {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN;
  if (a.kind === 'infinite') return b.kind === 'infinite' && a.negative !== b.negative ? NAN : a;
  if (b.kind === 'infinite') return b;
  if (a.kind === 'zero') {
    return b.kind === 'zero' ? { kind: 'zero', negative: a.negative && b.negative } : b;
  }
  if (b.kind === 'zero') return a;
  const exponent = Math.min(a.exponent, b.exponent);
  const aligned = (v: typeof a) => {
    const magnitude = v.significand << BigInt(v.exponent - exponent);
    return v.negative ? -magnitude : magnitude;
  };
  return exactDyadic(aligned(a) + aligned(b), exponent);
}

/** a * b, exact. The sign is the exclusive or of the signs, zeros and infinities included; 0 * inf is NaN. */
export function multiplyExact(a: ExactValue, b: ExactValue): ExactValue {
  if (a.kind === 'nan' || b.kind === 'nan') return NAN;
  const negative = a.negative !== b.negative;
  if (a.kind === 'infinite' || b.kind === 'infinite') {
    return a.kind === 'zero' || b.kind === 'zero' ? NAN : { kind: 'infinite', negative };
  }
  if (a.kind === 'zero' || b.kind === 'zero') return { kind: 'zero', negative };
  return {
    kind: 'finite',
    negative,
    significand: a.significand * b.significand,
    exponent: a.exponent + b.exponent,
  };
}
