// Aligning right shifts with the rounding that a parameter chooses.
// Invariant: equal to floor(x / 2^by), or to the nearest integer with ties to even, for every `by`.

import { type BoolSig, named, type SIntSig, type UIntSig } from '@gatewright/hdl-core';
import type { PeParams } from './params.ts';

export type Rounding = PeParams['rounding'];

/** x / 2^by as an unsigned number of the width of `x`. */
export function alignMagnitude(name: string, x: UIntSig, by: UIntSig, rounding: Rounding): UIntSig {
  const width = x.type.width;
  if (rounding === 'truncate' || by.type.width === 0) return x.shr(by).trunc(width);
  const { quotient, up } = rounded(name, x.shl(width + 1).shr(by), width);
  return quotient.addWrap(up.asUInt());
}

/** x / 2^by as a signed number of the width of `x`. */
export function alignSum(name: string, x: SIntSig, by: UIntSig, rounding: Rounding): SIntSig {
  const width = x.type.width;
  if (rounding === 'truncate' || by.type.width === 0) return x.shr(by).trunc(width);
  const { quotient, up } = rounded(
    name,
    x
      .shl(width + 1)
      .shr(by)
      .asUInt(),
    width,
  );
  return quotient.asSInt().addWrap(up.asUInt().toSInt());
}

/** Splits a number with width + 1 fraction bits; a shift that drops bits below these leaves less than half. */
function rounded(name: string, value: UIntSig, width: number): { quotient: UIntSig; up: BoolSig } {
  const exact = named(`${name}_exact`, value);
  const quotient = exact.bits(2 * width, width + 1);
  const up = exact.bit(width).and(
    exact
      .bits(width - 1, 0)
      .any()
      .or(quotient.bit(0)),
  );
  return { quotient: named(`${name}_floor`, quotient), up: named(`${name}_up`, up) };
}
