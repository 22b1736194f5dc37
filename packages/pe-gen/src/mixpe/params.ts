// Parameters of the MixPE units and the integer widths that follow from them.
// Invariant: widths are computed from the extreme values of each sum; no accumulator can overflow.

import { type SInt, sint, type UInt, uint } from '@gatewright/hdl-core';
import { MULTIPLIER_STYLES } from '@gatewright/parts';
import { z } from 'zod';
import { lanesDivideGroups } from '../group-lanes.ts';

/** INT8 activations, -128 included. */
export const ACTIVATION_BITS = 8;
const ACTIVATION = { min: -128, max: 127 };

export const peParams = z
  .object({
    weightBits: z.int().min(2).max(8).default(4).meta({ description: 'bits of a weight code' }),
    weightSigned: z.boolean().default(false).meta({ description: "two's complement weight codes" }),
    groupSize: z
      .int()
      .min(1)
      .max(4096)
      .default(128)
      .meta({ description: 'weights along K that share a scale' }),
    lanes: z.int().min(1).max(256).default(8).meta({ description: 'products per cycle' }),
    multiplier: z
      .enum(MULTIPLIER_STYLES)
      .default('and_shift')
      .meta({ description: 'structure of the weight multiplier' }),
  })
  .check(multiplierFitsWeights, lanesDivideGroups);

/** How zero points are given, for every unit that corrects sums by them. */
export const zeroPointParams = {
  zeroPoint: z
    .enum(['none', 'constant', 'group'])
    .default('group')
    .meta({ description: 'no zero point, one for all weights, or one per group' }),
  zeroPointValue: z
    .int()
    .min(-128)
    .max(255)
    .default(8)
    .meta({ description: 'the zero point, when it is constant' }),
};

export const laneParams = z
  .object({ ...peParams.shape, ...zeroPointParams })
  .check(multiplierFitsWeights, lanesDivideGroups, zeroPointIsCode);

export type PeParams = z.output<typeof peParams>;
export type LaneParams = z.output<typeof laneParams>;

type Check<T> = z.core.ParsePayload<T>;
export function multiplierFitsWeights({
  value: p,
  issues,
}: Check<{ multiplier: string; weightSigned: boolean }>): void {
  if (p.multiplier !== 'sign_mag' || p.weightSigned) return;
  issues.push({
    code: 'custom',
    continue: true,
    input: p,
    path: ['multiplier'],
    message: 'sign_mag needs signed weights: set weightSigned, or use and_shift',
  });
}
export function zeroPointIsCode({
  value: p,
  issues,
}: Check<{ zeroPoint: string; zeroPointValue: number; weightBits: number; weightSigned: boolean }>): void {
  const { min, max } = weightRange(p);
  if (p.zeroPoint !== 'constant' || (p.zeroPointValue >= min && p.zeroPointValue <= max)) return;
  issues.push({
    code: 'custom',
    continue: true,
    input: p,
    path: ['zeroPointValue'],
    message: `the zero point is a weight code, so it lies in ${min}..${max}`,
  });
}

type Weights = Pick<PeParams, 'weightBits' | 'weightSigned'>;
export function weightRange({ weightBits, weightSigned }: Weights): { min: number; max: number } {
  return weightSigned
    ? { min: -(2 ** (weightBits - 1)), max: 2 ** (weightBits - 1) - 1 }
    : { min: 0, max: 2 ** weightBits - 1 };
}
/** The type of a weight code, and of a zero point. */
export const weightType = ({ weightBits, weightSigned }: Weights): UInt | SInt =>
  weightSigned ? sint(weightBits) : uint(weightBits);

/** Two's complement bits for every value in [min, max]. */
function signedBits(min: number, max: number): number {
  let bits = 1;
  while (min < -(2 ** (bits - 1)) || max > 2 ** (bits - 1) - 1) bits++;
  return bits;
}
function timesActivation(min: number, max: number, count: number): number {
  const corners = [ACTIVATION.min * min, ACTIVATION.min * max, ACTIVATION.max * min, ACTIVATION.max * max];
  return signedBits(Math.min(...corners) * count, Math.max(...corners) * count);
}
/** Bits of P, the sum of `groupSize` products x * q: 19 for 4-bit weights and groups of 128. */
export function groupSumBits(p: Weights & { groupSize: number }): number {
  const { min, max } = weightRange(p);
  return timesActivation(min, max, p.groupSize);
}
/** Bits of X, the sum of `groupSize` activations: 15 for groups of 128. */
export const activationSumBits = (p: { groupSize: number }): number => timesActivation(1, 1, p.groupSize);
/** Bits of T = P - z * X = sum of x * (q - z) over a group: 19 for 4-bit weights and groups of 128. */
export function correctedSumBits(p: Omit<LaneParams, 'lanes'>): number {
  if (p.zeroPoint === 'none') return groupSumBits(p);
  const { min, max } = weightRange(p);
  return p.zeroPoint === 'constant'
    ? timesActivation(min - p.zeroPointValue, max - p.zeroPointValue, p.groupSize)
    : timesActivation(min - max, max - min, p.groupSize);
}
