// Rounding to a float format: round to nearest, ties to even, from an exact (or sticky-jammed) magnitude.
// Invariant: what the ranges prove impossible costs nothing: no subnormal path when the exponent cannot reach it, no
// overflow clamp when it cannot overflow. It does not handle NaN or infinite operands (the callers do).

import {
  type BoolSig,
  cat,
  literal,
  mux,
  named,
  type SIntSig,
  sint,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { type FloatFormat, specialExponent } from './float-format.ts';
import { normalise } from './shift.ts';

export interface ExactFloat {
  readonly sign: BoolSig;
  /** Unsigned; zero is allowed. Its lowest bit may be a sticky bit when two exact bits or more lie below the last kept one. */
  readonly magnitude: UIntSig;
  /** The biased exponent of the result when the top bit of `magnitude` is its leading one; at least 1. */
  readonly topExponent: SIntSig;
  /** True when the caller knows, beyond what ranges prove, that the result is zero or a normal finite number. */
  readonly alwaysNormal?: boolean;
}

/** The packed value (sign, exponent, mantissa) nearest to `x`; its wires are named after `name`. */
export function packFloat(name: string, x: ExactFloat, format: FloatFormat): UIntSig {
  const { exponentBits, mantissaBits } = format;
  const kept = mantissaBits + 1;
  if (x.topExponent.range.min < 1n)
    throw new RangeError(`packFloat(${name}): topExponent may be ${x.topExponent.range.min}, below 1`);
  // One guard bit at least must follow the kept ones.
  const padding = Math.max(0, kept + 1 - x.magnitude.type.width);
  const magnitude = padding ? x.magnitude.shl(padding) : x.magnitude;
  const width = magnitude.type.width;

  const full = normalise(name, magnitude);
  let value = full.value;
  let exponent = named(`${name}_biased`, x.topExponent.sub(full.leadingZeros.toSInt()));
  if (!x.alwaysNormal && exponent.range.min < 1n) {
    // A left shift that would take the exponent below 1 stops there, and the value stays subnormal.
    const limit = x.topExponent.sub(1).toUInt();
    const shortfall = named(`${name}_subnormal`, exponent.lt(1));
    const stopped = magnitude
      .shl(limit.trunc(Math.min(limit.type.width, Math.ceil(Math.log2(width)))))
      .trunc(width);
    value = named(`${name}_limited`, mux(shortfall, stopped, full.value));
    exponent = mux(shortfall, literal(0, sint(1)), exponent);
  }

  const below = width - kept;
  const leading = value.bit(width - 1);
  const odd = value.bit(below);
  const guard = value.bit(below - 1);
  const halfOrMore =
    below > 1
      ? value
          .bits(below - 2, 0)
          .any()
          .or(odd)
      : odd;
  const roundUp = named(`${name}_round_up`, guard.and(halfOrMore));
  const field = mux(
    leading,
    exponent.asUInt().bits(Math.min(exponent.type.width, exponentBits) - 1, 0),
    literal(0, uint(1)),
  );
  // A carry out of the mantissa increments the exponent, up to infinity.
  const truncated = cat(field.extend(exponentBits), value.bits(width - 2, below));
  const rounded = named(`${name}_rounded`, truncated.addWrap(roundUp.asUInt()));

  const special = specialExponent(format);
  if (x.alwaysNormal || exponent.range.max < BigInt(special)) return cat(x.sign, rounded);
  const overflow = named(`${name}_overflow`, leading.and(exponent.ge(special)));
  const infinity = literal(BigInt(special) << BigInt(mantissaBits), uint(exponentBits + mantissaBits));
  return cat(x.sign, mux(overflow, infinity, rounded));
}
