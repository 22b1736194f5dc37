// FP32 fast path: codes (unsigned 32-bit numbers) and operations through Math.fround, no bigint.
// Invariant: bit for bit equal to float-arithmetic.ts with FP32, subnormals, zero signs and canonical NaN included.
// Why rounding twice (to binary64, then to binary32) is harmless:
//   a * b: 24 x 24 bits = at most 48, exponents far inside binary64's: the binary64 product is exact, one rounding in all.
//   a + b: inexact in binary64 only if the exponents differ by 29 or more. Then |b| < 2^-27 * |a|, while every FP32 rounding
//   boundary is at least a quarter ulp (2^-25 of a's binade) away from a: the binary64 sum stays on the exact sum's side.

import { FP32, quietNanBits } from './float-format.ts';

const value = new Float32Array(1);
const bits = new Uint32Array(value.buffer);
const NAN_BITS = quietNanBits(FP32);

/** The FP32 code of RNE32(x), x any JS number; NaN gives the canonical quiet NaN. */
export function fp32FromNumber(x: number): number {
  if (Number.isNaN(x)) return NAN_BITS;
  value[0] = x;
  return bits[0]!;
}

/** The value of an FP32 code (taken modulo 2^32), exact. */
export function fp32ToNumber(code: number): number {
  bits[0] = code;
  return value[0]!;
}

/** RNE32(a + b) on codes. */
export function fp32Add(a: number, b: number): number {
  return fp32FromNumber(fp32ToNumber(a) + fp32ToNumber(b));
}

/** RNE32(a * b) on codes. */
export function fp32Multiply(a: number, b: number): number {
  return fp32FromNumber(fp32ToNumber(a) * fp32ToNumber(b));
}

/** The codes of an FP32 array: a view of the same memory, no copy. */
export function fp32Codes(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Gives every NaN of an array the canonical code, 0x7fc00000, in place: a processor's own may have a sign. */
export function canonicalNan(values: Float32Array): Float32Array {
  const codes = fp32Codes(values);
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) codes[i] = 0x7fc00000;
  return values;
}
