// Between float codes and JS numbers (binary64), without bigint: the fast path for tensors and quantisers.
// Invariant: `floatToNumber` is exact; `numberToFloatRne` rounds once, straight from binary64, so never twice.
// It must equal decodeFloat/encodeFloatRne for every value; the tests hold the two paths together.

import {
  checkFloatBits,
  type FloatFormat,
  floatBias,
  infinityBits,
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
  if (magnitude >= infinityBits(f)) return magnitude === infinityBits(f) ? sign * Infinity : Number.NaN;
  const hidden = 1 << f.mantissaBits;
  const biased = Math.floor(magnitude / hidden);
  const significand = biased === 0 ? magnitude : (magnitude % hidden) + hidden;
  return sign * significand * powerOfTwo(subnormalExponent(f) + Math.max(biased, 1) - 1);
}

/** The code nearest to a JS number, ties to even, in one rounding; overflow to infinity, NaN to the canonical quiet NaN. */
export function numberToFloatRne(f: FloatFormat, x: number): number {
  if (Number.isNaN(x)) return quietNanBits(f);
  view.setFloat64(0, x);
  const high = view.getUint32(0);
  const sign = high >>> 31 === 1 ? signBit(f) : 0;
  const minExponent = 1 - floatBias(f);
  const exponent = Math.max(((high >>> 20) & 0x7ff) - 1023, minExponent);
  if (exponent > floatBias(f)) return sign + infinityBits(f);
  // Dividing by this power of two is exact: the quotient is below 2^(mantissaBits+1), and it can only be smaller than x
  // when the divisor exceeds 1, and then it is at least 2^mantissaBits.
  const significand = roundHalfEven(Math.abs(x) / powerOfTwo(exponent - f.mantissaBits));
  return sign + (exponent - minExponent) * (1 << f.mantissaBits) + significand;
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
