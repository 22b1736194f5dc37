// Between floats and integers: the nearest float of an integer, the rounded and clamped integer of a float.
// Invariant: one rounding, to nearest even (or toward zero where asked), from the exact value.

import { exactDyadic } from './exact-value.ts';
import { decodeFloat, encodeFloatRne, type FloatRounding } from './float-codec.ts';
import type { FloatFormat } from './float-format.ts';
import type { IntegerFormat } from './integer-format.ts';

/** RNE of an integer; 0 gives +0. Throws RangeError for a number that is no integer. */
export function intToFloatRne(f: FloatFormat, n: bigint | number, rounding: FloatRounding = {}): number {
  return encodeFloatRne(f, exactDyadic(BigInt(n), 0), rounding);
}

/** How a float becomes an integer: IEEE 754-2019 5.8 roundToIntegralTiesToEven or roundToIntegralTowardZero. */
export type IntegerRounding = 'nearest_even' | 'toward_zero';

/**
 * The integer of a float code, rounded, then clamped to `range` (infinities too); NaN gives 0. IEEE 754 leaves the last
 * two to the implementation; this is the choice of Arm's FCVT and of Rust's `as`.
 */
export function floatToIntSaturating(
  f: FloatFormat,
  bits: number,
  range: IntegerFormat,
  rounding: IntegerRounding = 'nearest_even',
): bigint {
  const max = (1n << BigInt(range.signed ? range.bits - 1 : range.bits)) - 1n;
  const min = range.signed ? -max - 1n : 0n;
  const x = decodeFloat(f, bits);
  if (x.kind === 'nan' || x.kind === 'zero') return 0n;
  if (x.kind === 'infinite') return x.negative ? min : max;
  let magnitude: bigint;
  if (x.exponent >= 0) magnitude = x.significand << BigInt(x.exponent);
  else {
    const one = 1n << BigInt(-x.exponent);
    magnitude = x.significand / one;
    const twice = 2n * (x.significand % one);
    const up = twice > one || (twice === one && magnitude % 2n === 1n);
    if (rounding === 'nearest_even' && up) magnitude += 1n;
  }
  const value = x.negative ? -magnitude : magnitude;
  return value > max ? max : value < min ? min : value;
}
