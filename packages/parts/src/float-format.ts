// IEEE-754 style binary formats as the circuits see them: field widths and what follows from them.
// Invariant: layout is sign, exponent, mantissa from the most significant bit; the bias is 2^(exponentBits-1) - 1.

export interface FloatFormat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
}
export const FP32: FloatFormat = { exponentBits: 8, mantissaBits: 23 };
export const FP16: FloatFormat = { exponentBits: 5, mantissaBits: 10 };
export const BF16: FloatFormat = { exponentBits: 8, mantissaBits: 7 };

/** Bits of a packed value: sign, exponent and mantissa. */
export const floatWidth = (f: FloatFormat): number => 1 + f.exponentBits + f.mantissaBits;
export const floatBias = (f: FloatFormat): number => 2 ** (f.exponentBits - 1) - 1;
/** The exponent field of infinities and NaNs: all ones. */
export const specialExponent = (f: FloatFormat): number => 2 ** f.exponentBits - 1;
