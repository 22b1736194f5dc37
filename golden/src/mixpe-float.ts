// MixPE with float activations (W4A16): one token against one output, bit exact (specification 1.5 and 1.6 [D]; data path [X]).
//   for each k of a group:  acc = RNE(acc + x*q),  X = RNE(X + x);   T = RNE(acc - RNE(z*X));   y = RNE32(y + RNE32(T * s))
// Invariant: x*q is exact in the `mantissa` variant; each RNE is one rounding to the accumulator's format. With the `fixed`
// accumulator nothing is rounded before T * s. It knows no array, schedule or pipeline.

import { addExact, type ExactValue, exactDyadic, exactFromNumber, multiplyExact } from './exact-value.ts';
import { addFloatRne, subtractFloatRne } from './float-arithmetic.ts';
import { decodeFloat, encodeFloatRne } from './float-codec.ts';
import {
  BF16,
  type FloatFormat,
  FP16,
  FP32,
  isFiniteFloat,
  signBit,
  subnormalExponent,
} from './float-format.ts';
import { checkIntegers } from './integer-format.ts';
import { checkLength, checkScales, checkZeroPoints } from './mixpe-check.ts';
import { checkMixpeConfig, groupCount, type MixpeConfig, weightFormat } from './mixpe-config.ts';

export interface MixpeFloatConfig extends MixpeConfig {
  readonly activation: 'fp16' | 'bf16';
  /** `fixed` is exact, and for FP16 activations only. */
  readonly accumulator: 'fp32' | 'fp16' | 'fixed';
  /**
   * How x*q comes about. `mantissa` (variant B): exactly. `exponent` (variant A): the copies x*2^i of the set bits of |q| are
   * added pairwise, each sum rounded to the format of x; overflow gives its largest value; needs flushSubnormals.
   */
  readonly product: 'mantissa' | 'exponent';
  /** Subnormal activations read as zero. */
  readonly flushSubnormals: boolean;
}

const FORMATS = { fp16: FP16, bf16: BF16, fp32: FP32 } as const;
const activationFormat = (c: MixpeFloatConfig): FloatFormat => FORMATS[c.activation];

/** Throws RangeError for a configuration that has no meaning. */
export function checkMixpeFloatConfig(c: MixpeFloatConfig): void {
  checkMixpeConfig(c);
  if (c.accumulator === 'fixed' && c.activation !== 'fp16')
    throw new RangeError('a fixed accumulator is for FP16 activations: BF16 would need over 270 bits');
  if (c.product === 'exponent' && !c.flushSubnormals)
    throw new RangeError("product 'exponent' has no subnormals: it needs flushSubnormals");
}

/** x * q of one pair: an exact value in the variant `mantissa`, a value of the activation's format in `exponent`. */
export function mixpeFloatProduct(x: number, q: number, c: MixpeFloatConfig): ExactValue {
  const f = activationFormat(c);
  const value = decodeFloat(f, x, { flushSubnormals: c.flushSubnormals });
  if (c.product === 'mantissa') return multiplyExact(value, exactFromNumber(q));
  const rounding = { flushSubnormals: true, saturate: true };
  let terms = Array.from({ length: c.weightBits }, (_, i) => {
    const there = (Math.abs(q) >> i) & 1;
    return there ? encodeFloatRne(f, multiplyExact(value, exactFromNumber(2 ** i)), rounding) : 0;
  });
  while (terms.length > 1)
    terms = terms.flatMap((a, i) =>
      i % 2 ? [] : [terms[i + 1] === undefined ? a : addFloatRne(f, a, terms[i + 1]!, rounding)],
    );
  return multiplyExact(decodeFloat(f, terms[0]!), exactFromNumber(q < 0 ? -1 : 1));
}

/** SUM of one group in a float accumulator, from +0, in the order of the terms: the code. */
const sumFloat = (f: FloatFormat, terms: Iterable<ExactValue>): number => {
  let sum = 0;
  for (const term of terms) sum = encodeFloatRne(f, addExact(decodeFloat(f, sum), term));
  return sum;
};
const sumExact = (terms: Iterable<ExactValue>): ExactValue => {
  let sum = exactDyadic(0n, 0);
  for (const term of terms) sum = addExact(sum, term);
  return sum;
};

/** T of one group, as an exact value: a value of the accumulator's format unless that is `fixed`. */
export function mixpeFloatGroup(
  x: readonly number[],
  q: readonly number[],
  zeroPoint: number,
  c: MixpeFloatConfig,
): ExactValue {
  const products = x.map((code, k) => mixpeFloatProduct(code, q[k]!, c));
  const values = x.map((code) =>
    decodeFloat(activationFormat(c), code, { flushSubnormals: c.flushSubnormals }),
  );
  const zero = exactFromNumber(-zeroPoint);
  if (c.accumulator === 'fixed') {
    const P = sumExact(products);
    return c.zeroPoint === 'none' ? P : addExact(P, multiplyExact(zero, sumExact(values)));
  }
  const f = FORMATS[c.accumulator];
  const P = sumFloat(f, products);
  if (c.zeroPoint === 'none') return decodeFloat(f, P);
  const X = decodeFloat(f, sumFloat(f, values));
  const correction = encodeFloatRne(f, multiplyExact(exactFromNumber(zeroPoint), X));
  return decodeFloat(f, subtractFloatRne(f, P, correction));
}

/**
 * The dot product of one token and one output before the token scale: the FP32 code of y.
 * @param x K activation codes, finite.
 * @param q K weight codes of the weight format.
 * @param scales FP16 codes, one per group, finite.
 * @param zeroPoints one code per group; with 'none' left out.
 * @throws RangeError naming array, index and value for a code out of range, or the two lengths that differ.
 */
export function mixpeFloatDot(
  x: readonly number[],
  q: readonly number[],
  scales: readonly number[],
  zeroPoints: readonly number[] | undefined,
  c: MixpeFloatConfig,
): number {
  checkMixpeFloatConfig(c);
  checkLength('q', q.length, x.length, 'K activations');
  checkIntegers(weightFormat(c), q, 'q');
  const infinite = x.findIndex((code) => !isFiniteFloat(activationFormat(c), code));
  if (infinite >= 0) throw new RangeError(`x[${infinite}] is 0x${x[infinite]!.toString(16)}: need finite`);
  const groups = groupCount(x.length, c.groupSize);
  checkLength('scales', scales.length, groups, 'groups');
  checkScales(scales, 'scales');
  checkZeroPoints(zeroPoints, groups, c);
  let y = 0;
  for (let g = 0; g < groups; g++) {
    const range = [g * c.groupSize, Math.min((g + 1) * c.groupSize, x.length)] as const;
    const T = mixpeFloatGroup(x.slice(...range), q.slice(...range), zeroPoints?.[g] ?? 0, c);
    const term = encodeFloatRne(FP32, multiplyExact(T, decodeFloat(FP16, scales[g]!)));
    y = addFloatRne(FP32, y, term);
  }
  return y;
}

/** Two's complement bits of the fixed accumulator, whose lowest bit weighs 2^-24: 52 at unsigned 4-bit weights and G = 128 [D], 51 at signed ones */
export function fixedSumBits(c: MixpeConfig): number {
  const largest = decodeFloat(FP16, signBit(FP16) - 1 - (1 << FP16.mantissaBits));
  if (largest.kind !== 'finite') throw new RangeError('the largest FP16 number is finite');
  const units = largest.significand << BigInt(largest.exponent - subnormalExponent(FP16));
  const q = c.weightSigned ? 1n << BigInt(c.weightBits - 1) : (1n << BigInt(c.weightBits)) - 1n;
  return (units * q * BigInt(c.groupSize)).toString(2).length + 1;
}
