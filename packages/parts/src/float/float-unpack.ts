// A packed float taken apart. A value is (-1)^sign * significand * 2^(exponent - bias - mantissaBits).
// Invariant: a subnormal reads as exponent 1 without the hidden one, so that both kinds obey the same formula.

import {
  type BoolSig,
  bool,
  cat,
  literal,
  mux,
  named,
  replicate,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { type FloatFormat, type FloatRounding, floatWidth } from './float-format.ts';

export interface UnpackedFloat {
  readonly sign: BoolSig;
  /** The biased exponent, at least 1. */
  readonly exponent: UIntSig;
  /** Mantissa with the hidden one: mantissaBits + 1 bits. Of infinities and NaN: anything. */
  readonly significand: UIntSig;
  readonly infinite: BoolSig;
  readonly nan: BoolSig;
}

/**
 * Takes `bits` (floatWidth bits) apart; wires are named `<name>_sign`, `<name>_exponent`, `<name>_significand`.
 * With `flushSubnormals` the significand of a subnormal is zero.
 */
export function unpackFloat(
  name: string,
  bits: UIntSig,
  format: FloatFormat,
  rounding: FloatRounding = {},
): UnpackedFloat {
  const { exponentBits, mantissaBits, nonFinite = 'ieee' } = format;
  const width = floatWidth(format);
  const field = bits.bits(width - 2, mantissaBits);
  const mantissa = bits.bits(mantissaBits - 1, 0);
  const normal = named(`${name}_normal`, field.any());
  const kept = rounding.flushSubnormals ? mantissa.and(replicate(normal, mantissaBits)) : mantissa;
  const never = literal(false, bool);
  return {
    sign: named(`${name}_sign`, bits.bit(width - 1)),
    exponent: named(`${name}_exponent`, mux(normal, field, literal(1, uint(exponentBits)))),
    significand: named(`${name}_significand`, cat(normal, kept)),
    infinite: nonFinite === 'ieee' ? field.allOnes().and(mantissa.any().not()) : never,
    nan:
      nonFinite === 'ieee'
        ? field.allOnes().and(mantissa.any())
        : nonFinite === 'nan_only'
          ? bits.bits(width - 2, 0).allOnes()
          : never,
  };
}
