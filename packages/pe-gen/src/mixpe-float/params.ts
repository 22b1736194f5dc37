// Parameters of the MixPE units with float activations, and the formats and widths that follow from them.
// Invariant: the fixed accumulator is as wide as the largest sum of a group of finite activations; it cannot overflow.

import { BF16, type FloatFormat, FP16, FP32, floatWidth } from '@gatewright/parts';
import { z } from 'zod';
import { laneParams, weightRange, zeroPointIsCode } from '../mixpe/params.ts';

const { weightBits, weightSigned, groupSize, zeroPoint, zeroPointValue } = laneParams.shape;

const floatPeShape = {
  weightBits,
  weightSigned,
  groupSize,
  activation: z.enum(['fp16', 'bf16']).default('fp16').meta({ description: 'format of the activations' }),
  accumulator: z
    .enum(['fp32', 'fp16', 'fixed'])
    .default('fp32')
    .meta({ description: 'rounded after every product, or exact fixed point' }),
  product: z
    .enum(['mantissa', 'exponent'])
    .default('mantissa')
    .meta({ description: 'exact, by shifts of the significand; or by float additions of shifted copies' }),
  multiplier: z
    .enum(['and_shift', 'operator'])
    .default('and_shift')
    .meta({ description: 'structure of the significand multiplier' }),
  flushSubnormals: z.boolean().default(false).meta({ description: 'read subnormal activations as zero' }),
};

type Check<T> = z.core.ParsePayload<T>;
type Choice = { activation: string; accumulator: string; product: string; flushSubnormals: boolean };
/** Reports choices that do not go together. */
export function possibleFloat({ value: p, issues }: Check<Choice>): void {
  const fault = (path: string, message: string): void =>
    void issues.push({ code: 'custom', continue: true, input: p, path: [path], message });
  if (p.accumulator === 'fixed' && p.activation === 'bf16')
    fault('accumulator', 'fixed is for fp16 activations: bf16 would need over 270 bits; use fp32');
  if (p.accumulator === 'fp16' && p.activation === 'bf16')
    fault('accumulator', 'fp16 is for fp16 activations: it cannot hold most bf16 numbers; use fp32');
  if (p.product === 'exponent' && p.accumulator === 'fixed')
    fault('product', 'exponent rounds, so it goes with a float accumulator: use fp32 or fp16');
  if (p.product === 'exponent' && !p.flushSubnormals)
    fault('product', 'exponent has no subnormals: set flushSubnormals');
}

export const floatPeParams = z.object(floatPeShape).check(possibleFloat);
export const floatLaneParams = z
  .object({ ...floatPeShape, zeroPoint, zeroPointValue })
  .check(possibleFloat, zeroPointIsCode);

export type FloatPeParams = z.output<typeof floatPeParams>;
export type FloatLaneParams = z.output<typeof floatLaneParams>;

export const activationFormat = (p: Pick<FloatPeParams, 'activation'>): FloatFormat =>
  p.activation === 'fp16' ? FP16 : BF16;

/** The format of a float accumulator; undefined for the fixed one. */
export const accumulatorFormat = (p: Pick<FloatPeParams, 'accumulator'>): FloatFormat | undefined =>
  p.accumulator === 'fixed' ? undefined : p.accumulator === 'fp32' ? FP32 : FP16;

/** The largest FP16 number in units of 2^-24: 2047 * 2^29. */
const LARGEST = 2047n << 29n;
const signedBits = (magnitude: bigint): number => magnitude.toString(2).length + 1;
type Weights = Pick<FloatPeParams, 'weightBits' | 'weightSigned' | 'groupSize'>;
const largestWeight = (p: Weights): bigint => {
  const { min, max } = weightRange(p);
  return BigInt(Math.max(-min, max));
};

/** Bits of P in fixed point with the lowest bit 2^-24: 52 for unsigned and 51 for signed 4-bit weights in groups of 128. */
export const fixedSumBits = (p: Weights): number =>
  signedBits(LARGEST * largestWeight(p) * BigInt(p.groupSize));
/** Bits of X in the same units: 48 for groups of 128. */
export const fixedActivationSumBits = (p: Pick<Weights, 'groupSize'>): number =>
  signedBits(LARGEST * BigInt(p.groupSize));
/** Bits of T = P - z * X in the same units. */
export function fixedCorrectedBits(p: FloatLaneParams): number {
  if (p.zeroPoint === 'none') return fixedSumBits(p);
  const { min, max } = weightRange(p);
  return signedBits(LARGEST * BigInt(max - min) * BigInt(p.groupSize));
}

/** Bits of the port that carries P. */
export function sumBits(p: FloatPeParams): number {
  const format = accumulatorFormat(p);
  return format ? floatWidth(format) : fixedSumBits(p);
}
/** Bits of the port that carries X. */
export function activationSumBits(p: FloatPeParams): number {
  const format = accumulatorFormat(p);
  return format ? floatWidth(format) : fixedActivationSumBits(p);
}
