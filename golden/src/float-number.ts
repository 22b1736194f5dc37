// Between float codes and JS numbers (binary64), without bigint: the fast path for tensors and quantisers.
// Invariant: `floatToNumber` is exact; `numberToFloatRne` rounds once, straight from binary64, so never twice.
// It must equal decodeFloat/encodeFloatRne for every value; the tests hold the two paths together.

import { type FloatRounding, overflowBits } from './float-codec.ts';
import {
  checkFloatBits,
  type FloatFormat,
  FP16,
  floatBias,
  infinityBits,
  maxFiniteBits,
  quietNanBits,
  signBit,
  subnormalExponent,
} from './float-format.ts';
import { roundHalfEven } from './round-half-even.ts';

const view = new DataView(new ArrayBuffer(8));

/** 2^n for -1022 <= n <= 1023, built from its binary64 bits, so exact on every engine (Math.pow need not be). */
function powerOfTwo(n: number): number {
  view.setUint32(0, (n + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** The value of a code as a JS number, always exact. Throws RangeError for a number that is no code of the format. */
export function floatToNumber(f: FloatFormat, bits: number): number {
  checkFloatBits(f, bits);
  const sign = bits >= signBit(f) ? -1 : 1;
  const magnitude = bits % signBit(f);
  if (magnitude > maxFiniteBits(f))
    return f.nonFinite === 'ieee' && magnitude === infinityBits(f) ? sign * Infinity : Number.NaN;
  const hidden = 1 << f.mantissaBits;
  const biased = Math.floor(magnitude / hidden);
  const significand = biased === 0 ? magnitude : (magnitude % hidden) + hidden;
  return sign * significand * powerOfTwo(subnormalExponent(f) + Math.max(biased, 1) - 1);
}

/** The values of FP16 codes, such as scales. */
export const fp16Numbers = (codes: ArrayLike<number>): number[] =>
  Array.from(codes, (code) => floatToNumber(FP16, code));

/**
 * The code nearest to a JS number, ties to even, in one rounding. Overflow, NaN and `rounding` as in encodeFloatRne.
 */
export function numberToFloatRne(f: FloatFormat, x: number, rounding: FloatRounding = {}): number {
  if (Number.isNaN(x)) return f.nonFinite === 'finite_only' ? maxFiniteBits(f) : quietNanBits(f);
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  const negative = high >>> 31 === 1;
  const sign = negative ? signBit(f) : 0;
  const minExponent = 1 - floatBias(f);
  const leading = ((high >>> 20) & 0x7ff) - 1023;
  const exponent = Math.max(leading, minExponent);
  if (exponent > floatBias(f) + 1) return overflowBits(f, negative, rounding);
  if (rounding.flushSubnormals && leading < minExponent) {
    // Tiny unless it rounds up to the smallest normal number with one more bit than a subnormal has.
    const unbounded = Math.abs(x) / powerOfTwo(minExponent - 1 - f.mantissaBits);
    const hidden = 1 << f.mantissaBits;
    return roundHalfEven(unbounded) < 2 * hidden ? sign : sign + hidden;
  }
  // Dividing by this power of two is exact: the quotient is below 2^(mantissaBits+1), and it can only be smaller than x
  // when the divisor exceeds 1, and then it is at least 2^mantissaBits.
  const significand = roundHalfEven(Math.abs(x) / powerOfTwo(exponent - f.mantissaBits));
  const magnitude = (exponent - minExponent) * (1 << f.mantissaBits) + significand;
  return magnitude > maxFiniteBits(f) ? overflowBits(f, negative, rounding) : sign + magnitude;
}

/** The values of an array of codes as FP32 (exact for every format here with at most 23 mantissa and 8 exponent bits). */
export function floatArrayToNumbers(f: FloatFormat, codes: ArrayLike<number>): Float32Array {
  if (f.mantissaBits > 23 || f.exponentBits > 8) {
    throw new RangeError(`floatArrayToNumbers: ${f.name} values do not all fit FP32 exactly`);
  }
  const values = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = floatToNumber(f, codes[i]!);
  return values;
}
