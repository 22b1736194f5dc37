// A packed float taken apart. A value is (-1)^sign * significand * 2^(exponent - bias - mantissaBits).
// Invariant: a subnormal reads as exponent 1 without the hidden one, so that both kinds obey the same formula.

import { type BoolSig, cat, literal, mux, named, type UIntSig, uint } from '@gatewright/hdl-core';
import { type FloatFormat, floatWidth, specialExponent } from './float-format.ts';

export interface UnpackedFloat {
  readonly sign: BoolSig;
  /** The biased exponent, at least 1. */
  readonly exponent: UIntSig;
  /** Mantissa with the hidden one: mantissaBits + 1 bits. */
  readonly significand: UIntSig;
  /** Infinity or NaN: the exponent field is all ones. */
  readonly special: BoolSig;
}

/** Takes `bits` (floatWidth bits) apart; wires are named `<name>_sign`, `<name>_exponent`, `<name>_significand`. */
export function unpackFloat(name: string, bits: UIntSig, format: FloatFormat): UnpackedFloat {
  const { exponentBits, mantissaBits } = format;
  const width = floatWidth(format);
  const field = bits.bits(width - 2, mantissaBits);
  const normal = named(`${name}_normal`, field.any());
  return {
    sign: named(`${name}_sign`, bits.bit(width - 1)),
    exponent: named(`${name}_exponent`, mux(normal, field, literal(1, uint(exponentBits)))),
    significand: named(`${name}_significand`, cat(normal, bits.bits(mantissaBits - 1, 0))),
    special: field.eq(specialExponent(format)),
  };
}
