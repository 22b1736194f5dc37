// The exponential of a float as a table unit gives it: fixed-point argument, times log2(e), 2^fraction by table, one rounding.
// Invariant: integers only between the argument and the result; written from the definition, bit for bit what a unit must give.
// How far it is from the true exponential is what the tests measure.

import { type ExpKind, expTable, log2eFixed } from './exp-kind.ts';
import { encodeFloatRne } from './float-codec.ts';
import { type FloatFormat, floatBias, infinityBits, quietNanBits } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Arguments beyond this give 0 or infinity in the format anyway: a power of two above (bias + mantissaBits + 2) ln 2. */
export function expLimit(to: FloatFormat): number {
  return 2 ** Math.ceil(Math.log2((floatBias(to) + to.mantissaBits + 2) * Math.LN2));
}

/**
 * exp(x), x a code of `from`, as a code of `to`:
 *     X = roundHalfEven(clamp(x, +-limit) 2^a)      t = floor(X log2e / 2^.. + 1/2)      t = i + f
 *     r = max(1, Horner(table[f], u)), each product rounded half up      result = RNE(r 2^i)
 * exp(NaN) = NaN, exp(+inf) = +inf, exp(-inf) = +0.
 */
export function expFloat(kind: ExpKind, from: FloatFormat, to: FloatFormat, code: number): number {
  const x = floatToNumber(from, code);
  if (Number.isNaN(x)) return quietNanBits(to);
  if (x === Infinity) return infinityBits(to);
  if (x === -Infinity) return 0;
  const table = expTable(kind);
  const limit = expLimit(to);
  const argument = BigInt(roundHalfEven(Math.max(-limit, Math.min(limit, x)) * 2 ** table.x));
  const t = shiftHalfUp(argument * log2eFixed(table.log2e), table.x + table.log2e - table.t);
  const integer = t >> BigInt(table.t);
  const fraction = t - (integer << BigInt(table.t));
  const lowBits = table.t - Math.log2(table.segments.length);
  const u = fraction & ((1n << BigInt(lowBits)) - 1n);
  const coefficients = table.segments[Number(fraction >> BigInt(lowBits))]!;
  let r = coefficients.at(-1)!;
  for (let k = coefficients.length - 2; k >= 0; k--) r = shiftHalfUp(r * u, lowBits) + coefficients[k]!;
  const one = 1n << BigInt(table.coefficient);
  return encodeFloatRne(to, {
    kind: 'finite',
    negative: false,
    significand: r < one ? one : r,
    exponent: Number(integer) - table.coefficient,
  });
}

/** floor(n / 2^shift + 1/2). */
function shiftHalfUp(n: bigint, shift: number): bigint {
  return shift > 0 ? (n + (1n << BigInt(shift - 1))) >> BigInt(shift) : n;
}
