// Float operations per format, on codes: add, subtract, multiply, fused multiply-add, from integer, between formats.
// Invariant: each is the exact result rounded once to nearest even (IEEE 754-2019 clause 5), NaNs canonical.
// This is the bigint path, the reference for any format; fp32.ts has the fast equivalent for FP32.

import { addExact, exactDyadic, multiplyExact } from './exact-value.ts';
import { checkFloatBits, decodeFloat, encodeFloatRne, type FloatFormat, signBit } from './float-format.ts';

/** RNE(a + b), all three codes of one format; x + (-x) = +0, (-0) + (-0) = -0, inf - inf = NaN. */
export function addFloatRne(f: FloatFormat, a: number, b: number): number {
  return encodeFloatRne(f, addExact(decodeFloat(f, a), decodeFloat(f, b)));
}

/** RNE(a - b), that is a + (-b). */
export function subtractFloatRne(f: FloatFormat, a: number, b: number): number {
  return addFloatRne(f, a, negateFloat(f, b));
}

/** The code with the sign bit turned over; no rounding, and NaN codes keep their payload. */
export function negateFloat(f: FloatFormat, bits: number): number {
  checkFloatBits(f, bits);
  return bits >= signBit(f) ? bits - signBit(f) : bits + signBit(f);
}

/** RNE(a * b), all three codes of one format; 0 * inf = NaN. */
export function multiplyFloatRne(f: FloatFormat, a: number, b: number): number {
  return encodeFloatRne(f, multiplyExact(decodeFloat(f, a), decodeFloat(f, b)));
}

/** RNE(a * b + c) with the product exact: one rounding in all. */
export function fusedMultiplyAddFloatRne(f: FloatFormat, a: number, b: number, c: number): number {
  return encodeFloatRne(f, addExact(multiplyExact(decodeFloat(f, a), decodeFloat(f, b)), decodeFloat(f, c)));
}

/** RNE of an integer; 0 gives +0. Throws RangeError for a number that is no integer. */
export function intToFloatRne(f: FloatFormat, n: bigint | number): number {
  return encodeFloatRne(f, exactDyadic(BigInt(n), 0));
}

/** RNE of a code of `from` in the format `to`; exact when `to` is at least as wide in both fields. */
export function convertFloatRne(from: FloatFormat, to: FloatFormat, bits: number): number {
  return encodeFloatRne(to, decodeFloat(from, bits));
}
