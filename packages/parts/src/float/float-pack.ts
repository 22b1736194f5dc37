// Rounding to a float format: round to nearest, ties to even, from an exact (or sticky-jammed) magnitude.
// Invariant: what the ranges prove impossible costs nothing: no subnormal path when the exponent cannot reach it, no
// overflow clamp when it cannot overflow. Infinite and NaN results are put in afterwards (`selectSpecial`).

import {
  type BoolSig,
  cat,
  literal,
  mux,
  named,
  type SIntSig,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { leadingZeros } from '../integer/leading-zeros.ts';
import { normalise, shiftLeft } from '../integer/shift.ts';
import {
  type FloatFormat,
  type FloatRounding,
  maxFiniteFields,
  nanFields,
  overflowFields,
  topExponentField,
} from './float-format.ts';

export interface ExactFloat {
  readonly sign: BoolSig;
  /** Unsigned; zero is allowed. Its lowest bit may be a sticky bit when two exact bits or more lie below the last kept one. */
  readonly magnitude: UIntSig;
  /**
   * By how much `magnitude` may be shifted left before the result is subnormal: the biased exponent that the result has
   * when the top bit of `magnitude` is its leading one, minus 1.
   */
  readonly limit: UIntSig;
}

/** A magnitude ready to be rounded: its leading one is the top bit, unless it is zero or subnormal. */
type Normalised = {
  readonly sign: BoolSig;
  readonly value: UIntSig;
  /** The biased exponent less 1; negative (and signed) only where results are flushed. */
  readonly exponent: UIntSig | SIntSig;
};

export interface PackOptions extends FloatRounding {
  /** True when the caller knows, beyond what ranges prove, that the result is zero or a normal finite number. */
  readonly alwaysNormal?: boolean | undefined;
  /** Called between normalisation and rounding: the place for a register. */
  readonly cut?: ((x: Normalised) => Normalised) | undefined;
}

/**
 * A magnitude and the signed biased exponent of its top bit, as `packFloat` takes them. Where the exponent may be below 1
 * the magnitude gets zeros above: a left shift that stops early then leaves it to the right of where it stood.
 */
export function roomForSubnormals(
  name: string,
  magnitude: UIntSig,
  topExponent: SIntSig,
  format: FloatFormat,
  rounding: FloatRounding = {},
): Pick<ExactFloat, 'magnitude' | 'limit'> {
  const missing = Number(1n - topExponent.range.min);
  if (missing <= 0) return { magnitude, limit: topExponent.sub(1).toUInt() };
  // Further right than this every magnitude rounds to zero. Flushed results need two places to be told apart.
  const room = Math.min(missing, rounding.flushSubnormals ? 2 : format.mantissaBits + 2);
  const spaced = { magnitude: magnitude.extend(magnitude.type.width + room) };
  const limit = topExponent.add(room - 1);
  if (limit.range.min >= 0n) return { ...spaced, limit: limit.toUInt() };
  const signed = named(`${name}_limit`, limit);
  const positive = signed.asUInt().trunc(signed.type.width - 1);
  return { ...spaced, limit: mux(signed.isNegative(), literal(0, uint(1)), positive) };
}

/** The packed value (sign, exponent, mantissa) nearest to `x`; its wires are named after `name`. */
export function packFloat(
  name: string,
  x: ExactFloat,
  format: FloatFormat,
  options: PackOptions = {},
): UIntSig {
  const { mantissaBits } = format;
  const kept = mantissaBits + 1;
  const largestExponent = x.limit.range.max + 1n;
  const before = { sign: x.sign, ...normaliseWithin(name, x, kept + 1, options) };
  const { sign, value, exponent } = options.cut ? options.cut(before) : before;

  const width = value.type.width;
  const below = width - kept;
  const leading = value.bit(width - 1);
  const guard = value.bit(below - 1);
  const odd = value.bit(below);
  const halfOrMore =
    below > 1
      ? value
          .bits(below - 2, 0)
          .any()
          .or(odd)
      : odd;
  const roundUp = named(`${name}_round_up`, guard.and(halfOrMore));
  // The exponent is one too small, and the hidden one makes up for it; a carry out of the mantissa increments it again.
  const field = mux(leading, exponent.asUInt(), literal(0, uint(1)));
  const increment = cat(leading, literal(0, uint(mantissaBits - 1)), roundUp);
  const truncated = cat(field, value.bits(width - 2, below));
  const wraps = options.flushSubnormals || reachesInfinity(format, options);
  const sum = wraps ? truncated.addWrap(increment) : truncated.add(increment);
  return clampRounded(name, { sign, leading, exponent, sum, largestExponent }, format, options);
}

/**
 * The magnitude shifted left by its leading zeros, or by `limit` if that is less, and the exponent that is left, less 1.
 * The value has at least `least` bits.
 */
function normaliseWithin(name: string, x: ExactFloat, least: number, options: PackOptions) {
  const { magnitude, limit } = x;
  // A shift gives no more bits than the range needs, and leading zeros belong to the value here.
  const padded = (v: UIntSig): UIntSig => {
    const missing = Math.max(0, least - v.type.width);
    return v.shl(missing).extend(v.type.width + missing);
  };
  const width = bitLength(magnitude.range.max);
  const known = magnitude.type.width - width;
  const never = limit.range.min >= BigInt(magnitude.type.width);
  if (options.alwaysNormal || options.flushSubnormals || never) {
    const { value, leadingZeros: zeros } = normalise(name, padded(magnitude.trunc(width)));
    const left = limit.sub(zeros.add(known));
    const negative = options.flushSubnormals && !options.alwaysNormal && left.range.min < 0n;
    const exponent = negative ? left : left.asUInt().trunc(Math.max(1, left.type.width - 1));
    return { value, exponent: named(`${name}_exponent`, exponent) };
  }
  const zeros = named(`${name}_zeros`, leadingZeros(name, magnitude.trunc(width)).add(known));
  const stops = named(`${name}_stops`, limit.lt(zeros));
  const common = Math.min(limit.type.width, zeros.type.width);
  const shift = named(`${name}_shift`, mux(stops, limit.trunc(common), zeros.trunc(common)));
  const exponent = named(`${name}_exponent`, limit.subWrap(shift));
  return { value: shiftLeft(name, padded(magnitude), shift), exponent };
}

interface Rounded {
  readonly sign: BoolSig;
  readonly leading: BoolSig;
  readonly exponent: UIntSig | SIntSig;
  /** Exponent and mantissa after rounding, in as many bits as the exponent takes. */
  readonly sum: UIntSig;
  readonly largestExponent: bigint;
}

/** The code of a rounded value: tiny results flushed if asked, results past the end of the format replaced. */
function clampRounded(name: string, x: Rounded, format: FloatFormat, options: PackOptions): UIntSig {
  const { exponentBits, mantissaBits } = format;
  const width = exponentBits + mantissaBits;
  const rounded = named(`${name}_rounded`, x.sum);
  const narrow = rounded.type.width > width ? rounded.trunc(width) : rounded.extend(width);
  if (options.alwaysNormal) return cat(x.sign, narrow);

  let [sign, fields] = [x.sign, narrow];
  const largest = ((x.largestExponent + 1n) << BigInt(mantissaBits)) - 1n;
  if (largest >= maxFiniteFields(format)) {
    const end = overflowFields(format, options);
    const overflow = named(`${name}_overflow`, pastEnd(x, rounded, format, options));
    fields = mux(overflow, literal(end.fields, uint(width)), narrow);
    if (!end.signed) sign = sign.and(overflow.not());
  }
  if (options.flushSubnormals) {
    const noExponent = rounded
      .bits(rounded.type.width - 1, mantissaBits)
      .any()
      .not();
    const below = x.exponent.kind === 'sint' ? x.exponent.lt(-1).or(noExponent) : noExponent;
    const tiny = named(`${name}_tiny`, x.leading.not().or(below));
    fields = mux(tiny, literal(0, uint(width)), fields);
  }
  return cat(sign, fields);
}

/** Whether the code after the largest finite one is what overflow gives, so that rounding reaches it by itself. */
const reachesInfinity = (format: FloatFormat, rounding: FloatRounding): boolean =>
  (format.nonFinite ?? 'ieee') === 'ieee' && !rounding.saturate;

/** Whether the rounded value is past the largest finite one. */
function pastEnd(x: Rounded, rounded: UIntSig, format: FloatFormat, rounding: FloatRounding): BoolSig {
  if (reachesInfinity(format, rounding)) {
    // Only exponents from there on are left to find, and need not wait for the rounding.
    const least = topExponentField(format) - 1;
    return x.leading.and(x.exponent.kind === 'sint' ? x.exponent.ge(least) : x.exponent.ge(least));
  }
  const past = rounded.gt(maxFiniteFields(format));
  return x.exponent.kind === 'sint' ? past.and(x.exponent.isNegative().not()) : past;
}

/** `packed`, or what a NaN or infinite result is in the format. */
export function selectSpecial(
  packed: UIntSig,
  special: { readonly nan: BoolSig; readonly infinite: BoolSig; readonly sign: BoolSig },
  format: FloatFormat,
  rounding: FloatRounding,
): UIntSig {
  const fields = uint(format.exponentBits + format.mantissaBits);
  const zero = literal(0, uint(1));
  const end = overflowFields(format, rounding);
  const infinity = cat(end.signed ? special.sign : zero, literal(end.fields, fields));
  const nan = cat(zero, literal(nanFields(format), fields));
  return mux(special.nan, nan, mux(special.infinite, infinity, packed));
}

const bitLength = (n: bigint): number => (n > 0n ? n.toString(2).length : 1);
