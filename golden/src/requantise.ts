// Requantisation of integers: x * scale / 2^shift, rounded once, clamped to the format of the result.
// Invariant: the product is exact (bigint); one rounding.

import type { IntegerFormat } from './integer-format.ts';

/** How a quotient becomes an integer; the halves are those exactly between two integers. */
export type QuotientRounding = 'floor' | 'zero' | 'half-up' | 'half-away' | 'half-even';

/** n / 2^shift, rounded. */
export function roundQuotient(n: bigint, shift: number, rounding: QuotientRounding): bigint {
  const one = 1n << BigInt(shift);
  const floor = n >= 0n ? n / one : -((-n + one - 1n) / one);
  const twice = 2n * (n - floor * one);
  switch (rounding) {
    case 'floor':
      return floor;
    case 'zero':
      return n < 0n && twice > 0n ? floor + 1n : floor;
    case 'half-up':
      return twice >= one ? floor + 1n : floor;
    case 'half-away':
      return twice > one || (twice === one && n > 0n) ? floor + 1n : floor;
    case 'half-even':
      return twice > one || (twice === one && floor % 2n !== 0n) ? floor + 1n : floor;
  }
}

/** x * scale / 2^shift, rounded and then clamped to the format `to`. */
export function requantise(
  x: bigint,
  scale: bigint,
  shift: number,
  to: IntegerFormat,
  rounding: QuotientRounding = 'half-even',
): bigint {
  const max = (1n << BigInt(to.signed ? to.bits - 1 : to.bits)) - 1n;
  const min = to.signed ? -max - 1n : 0n;
  const value = roundQuotient(x * scale, shift, rounding);
  return value > max ? max : value < min ? min : value;
}
