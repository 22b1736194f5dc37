// Float operations per format, on codes: add, subtract, multiply, fused multiply-add, between formats.
// Invariant: each is the exact result rounded once to nearest even (IEEE 754-2019 clause 5), NaNs canonical.
// This is the bigint path, the reference for any format; fp32.ts has the fast equivalent for FP32.

import { addExact, multiplyExact } from './exact-value.ts';
import { decodeFloat, encodeFloatRne, type FloatRounding } from './float-codec.ts';
import { checkFloatBits, type FloatFormat, signBit } from './float-format.ts';

/** RNE(a + b), all three codes of one format; x + (-x) = +0, (-0) + (-0) = -0, inf - inf = NaN. */
export function addFloatRne(f: FloatFormat, a: number, b: number, rounding: FloatRounding = {}): number {
  return encodeFloatRne(f, addExact(decodeFloat(f, a, rounding), decodeFloat(f, b, rounding)), rounding);
}

/** RNE(a - b), that is a + (-b). */
export function subtractFloatRne(f: FloatFormat, a: number, b: number, rounding: FloatRounding = {}): number {
  return addFloatRne(f, a, negateFloat(f, b), rounding);
}

/** The code with the sign bit turned over; no rounding, and NaN codes keep their payload. */
export function negateFloat(f: FloatFormat, bits: number): number {
  checkFloatBits(f, bits);
  return bits >= signBit(f) ? bits - signBit(f) : bits + signBit(f);
}

/** RNE(a * b), all three codes of one format; 0 * inf = NaN. */
export function multiplyFloatRne(f: FloatFormat, a: number, b: number, rounding: FloatRounding = {}): number {
  return encodeFloatRne(f, multiplyExact(decodeFloat(f, a, rounding), decodeFloat(f, b, rounding)), rounding);
}

/** RNE(a * b + c) with the product exact: one rounding in all. */
export function fusedMultiplyAddFloatRne(
  f: FloatFormat,
  a: number,
  b: number,
  c: number,
  rounding: FloatRounding = {},
): number {
  return mixedMultiplyAddFloatRne(f, f, a, b, c, rounding);
}

/** RNE(a * b + c) with a and b codes of `factors`, c and the result codes of `sum`: one rounding in all. */
export function mixedMultiplyAddFloatRne(
  factors: FloatFormat,
  sum: FloatFormat,
  a: number,
  b: number,
  c: number,
  rounding: FloatRounding = {},
): number {
  const product = multiplyExact(decodeFloat(factors, a, rounding), decodeFloat(factors, b, rounding));
  return encodeFloatRne(sum, addExact(product, decodeFloat(sum, c, rounding)), rounding);
}

/** RNE of a code of `from` in the format `to`; exact when `to` holds every value of `from`. */
export function convertFloatRne(
  from: FloatFormat,
  to: FloatFormat,
  bits: number,
  rounding: FloatRounding = {},
): number {
  return encodeFloatRne(to, decodeFloat(from, bits, rounding), rounding);
}
