// The bit-serial PE as integers: groups of activations x weights, aligned to a running maximum exponent, exact after that.
//   per set of lanes:  e' = max(e, exponents);  acc = acc >> (e' - e) + SUM w * ((significand << guard) >> (e' - exponent))
// Invariant: bits are lost in those two right shifts and nowhere else, and each follows `rounding`; the accumulator never
// needs normalising, so it depends on no bit of an earlier sum where to align the next. Specification 4.1 leaves the
// maximum open; taking it over the activations of the group so far is our decision [I].
// It knows no terms and no cycles: the result does not depend on how a weight is taken apart.

import { type FloatFormat, floatBias, infinityBits, signBit } from './float-format.ts';
import { fp32Add, fp32FromNumber } from './fp32.ts';
import { requiredBits } from './integer-format.ts';
import { roundHalfEven } from './round-half-even.ts';

export const BITMOD_ROUNDINGS = ['truncate', 'nearest_even'] as const;
/** What the right shifts do: drop bits (toward zero for activations, toward minus infinity for sums), or round to nearest. */
export type BitmodRounding = (typeof BITMOD_ROUNDINGS)[number];

/** The activations of a PE: a float format, or INT8. */
export type BitmodActivation = FloatFormat | 'int8';

export interface BitmodPeConfig {
  readonly activation: BitmodActivation;
  /** Fraction bits kept below the significand of the largest activation; the paper has 3 [P]. */
  readonly guardBits: number;
  /** Products per set: they share one alignment. */
  readonly lanes: number;
  readonly rounding: BitmodRounding;
}

/** A group sum: mantissa * 2^exponent times the unit of its weights. */
export interface BitmodGroupSum {
  readonly mantissa: number;
  /** Exponent field of the largest activation: 0 for INT8. */
  readonly field: number;
}

interface Activation {
  readonly negative: boolean;
  readonly field: number;
  readonly significand: number;
}

/** Sign, exponent field (1 for subnormals, 0 for INT8) and significand of a code. Throws RangeError for Inf and NaN. */
export function bitmodActivation(activation: BitmodActivation, code: number): Activation {
  if (activation === 'int8') return { negative: code < 0, field: 0, significand: Math.abs(code) };
  const magnitude = code % signBit(activation);
  if (magnitude >= infinityBits(activation))
    throw new RangeError(
      `activation ${code} is infinite or NaN: a bit-serial PE takes finite ${activation.name} codes`,
    );
  const hidden = 2 ** activation.mantissaBits;
  const biased = Math.floor(magnitude / hidden);
  return {
    negative: code >= signBit(activation),
    field: Math.max(biased, 1),
    significand: biased === 0 ? magnitude : (magnitude % hidden) + hidden,
  };
}

/** floor(x / 2^n), or the nearest integer, ties to even. Exact for |x| below 2^51. */
function shiftRight(x: number, n: number, rounding: BitmodRounding): number {
  const scaled = x / 2 ** Math.min(n, 64);
  return rounding === 'truncate' ? Math.floor(scaled) : roundHalfEven(scaled);
}

/**
 * The sum of one group. A last set with fewer than `lanes` products is filled with zeros.
 * @param activations codes of the activation format, or INT8 values.
 * @param weights values in units (see bitmod-datatype.ts), as many.
 */
export function bitmodGroupSum(
  activations: ArrayLike<number>,
  weights: ArrayLike<number>,
  config: BitmodPeConfig,
): BitmodGroupSum {
  if (activations.length !== weights.length)
    throw new RangeError(`${activations.length} activations and ${weights.length} weights`);
  const scale = 2 ** config.guardBits;
  let mantissa = 0;
  let field = 0;
  for (let start = 0; start < weights.length; start += config.lanes) {
    const end = Math.min(start + config.lanes, weights.length);
    const set: Activation[] = [];
    for (let i = start; i < end; i++) set.push(bitmodActivation(config.activation, activations[i]!));
    const before = field;
    field = set.reduce((largest, a) => Math.max(largest, a.field), field);
    let sum = 0;
    set.forEach((a, i) => {
      const aligned = shiftRight(a.significand * scale, field - a.field, config.rounding);
      sum += (a.negative ? -aligned : aligned) * weights[start + i]!;
    });
    mantissa = shiftRight(mantissa, field - before, config.rounding) + sum;
  }
  return { mantissa, field };
}

/** The power of two that a group sum of these activations is scaled by: value = mantissa * 2^this, times the unit. */
export function bitmodExponent({ activation, guardBits }: BitmodPeConfig, field: number): number {
  if (activation === 'int8') return -guardBits;
  return field - floatBias(activation) - activation.mantissaBits - guardBits;
}

/** The weights of one group as a PE takes them. */
export interface BitmodGroup {
  readonly weights: ArrayLike<number>;
  /** What a weight unit is worth: 0.5 for FP3 and FP4. */
  readonly unit: number;
  /** Second-level scale, 0..255. */
  readonly scale: number;
}

/**
 * y = RNE32(y + RNE32(mantissa * scale * 2^exponent * unit)) over the groups in order, from +0. Returns the FP32 code.
 * The channel's own scale is left to the consumer.
 * @param activations all K of them, in the order of the groups.
 */
export function bitmodDot(
  activations: ArrayLike<number>,
  groups: readonly BitmodGroup[],
  config: BitmodPeConfig,
): number {
  const values = Array.from(activations);
  let y = 0;
  let at = 0;
  for (const group of groups) {
    const part = values.slice(at, at + group.weights.length);
    at += group.weights.length;
    const { mantissa, field } = bitmodGroupSum(part, group.weights, config);
    // Below 2^46 times a power of two within binary64: exact, so RNE32 rounds once. A zero is +0, as an integer has no other.
    const value = mantissa * group.scale * 2 ** bitmodExponent(config, field) * group.unit;
    y = fp32Add(y, fp32FromNumber(value + 0));
  }
  if (at !== values.length) throw new RangeError(`${values.length} activations for ${at} weights`);
  return y;
}

/**
 * Two's complement bits that hold every group sum of at most `groupSize` products with weights of at most `largest` units:
 * no shift, rounded or not, makes a sum larger than the same sets aligned from the start.
 */
export function bitmodMantissaBits(config: BitmodPeConfig, groupSize: number, largest: number): number {
  const significand = config.activation === 'int8' ? 128 : 2 ** (config.activation.mantissaBits + 1) - 1;
  return requiredBits({ min: 0, max: significand * 2 ** config.guardBits * groupSize * largest }, true);
}
