// Parameters of the bit-serial units and the widths that follow from them.
// Invariant: widths come from the extreme value of each sum, so that no register overflows whatever the operands.

import { BF16, type FloatFormat, FP16, floatWidth } from '@gatewright/parts';
import { z } from 'zod';
import { lanesDivideGroups } from '../group-lanes.ts';

/** Bits of a second-level scale; it is applied in as many cycles. */
export const SCALE_BITS = 8;

const ACTIVATIONS: Readonly<Record<'fp16' | 'bf16' | 'int8', FloatFormat | undefined>> = {
  fp16: FP16,
  bf16: BF16,
  int8: undefined,
};

export const peParams = z.object({
  activation: z
    .enum(['fp16', 'bf16', 'int8'])
    .default('fp16')
    .meta({ description: 'format of the activations' }),
  lanes: z.int().min(1).max(32).default(4).meta({ description: 'products that share one alignment' }),
  weightBits: z
    .int()
    .min(4)
    .max(8)
    .default(8)
    .meta({ description: 'bits of the widest weights; FP3 and FP4 always fit' }),
  groupSize: z
    .int()
    .min(1)
    .max(1024)
    .default(128)
    .meta({ description: 'weights along K that share a scale' }),
  guardBits: z
    .int()
    .min(0)
    .max(6)
    .default(2)
    .meta({ description: 'fraction bits kept below the largest activation (none for int8)' }),
  rounding: z
    .enum(['truncate', 'nearest_even'])
    .default('truncate')
    .meta({ description: 'what the aligning shifts do with the bits they lose' }),
});

const broadcastStages = z
  .int()
  .min(0)
  .max(3)
  .default(0)
  .meta({ description: 'register stages from encoders and aligners to each tile' });
const columnShape = {
  ...peParams.shape,
  rows: z.int().min(1).max(32).default(8).meta({ description: 'tokens at a time, per tile' }),
  columns: z.int().min(1).max(32).default(8).meta({ description: 'output channels at a time, per tile' }),
};
const arrayShape = {
  ...columnShape,
  tileRows: z.int().min(1).max(8).default(1).meta({ description: 'tiles one above the other' }),
  tileColumns: z.int().min(1).max(8).default(1).meta({ description: 'tiles side by side: banks of weights' }),
  broadcastStages,
};

export const columnParams = z.object(columnShape);
export const tileParams = z.object({ ...columnShape, broadcastStages });
export const arrayParams = z.object(arrayShape).check(lanesDivideGroups);

export type PeParams = z.output<typeof peParams>;
export type ColumnParams = z.output<typeof columnParams>;
export type ArrayParams = z.output<typeof arrayParams>;

/** The parameters of a PE of an array, and of its aligner. */
export const peOf = ({
  activation,
  lanes,
  weightBits,
  groupSize,
  guardBits,
  rounding,
}: PeParams): PeParams => ({
  ...{ activation, lanes, weightBits, groupSize, guardBits, rounding },
});
/** The parameters of a column of a tile. */
export const columnOf = (p: ColumnParams): ColumnParams => ({ ...peOf(p), rows: p.rows, columns: p.columns });

/** The float format of the activations; undefined for INT8. */
export const activationFormat = (p: Pick<PeParams, 'activation'>): FloatFormat | undefined =>
  ACTIVATIONS[p.activation];
/** Bits of an activation code. */
export const activationBits = (p: PeParams): number => {
  const format = activationFormat(p);
  return format ? floatWidth(format) : 8;
};
/** Bits of an exponent field; 0 for INT8, which has none. */
export const fieldBits = (p: PeParams): number => activationFormat(p)?.exponentBits ?? 0;
/** Fraction bits kept below the significand of the largest activation. */
export const guardBits = (p: PeParams): number => (activationFormat(p) ? p.guardBits : 0);
/** Bits of an aligned significand: the hidden one (or INT8's 128) included. */
export const alignedBits = (p: PeParams): number =>
  (activationFormat(p)?.mantissaBits ?? 7) + 1 + guardBits(p);

const largestAligned = (p: PeParams): bigint =>
  activationFormat(p) ? (1n << BigInt(alignedBits(p))) - (1n << BigInt(guardBits(p))) : 128n;
/** Largest weight in units: 2^(weightBits-1), or 4 * 4 + 4 half units of a special value. */
const largestWeight = (p: PeParams): bigint => {
  const integer = 1n << BigInt(p.weightBits - 1);
  return integer > 20n ? integer : 20n;
};
const signedBits = (largest: bigint): number => largest.toString(2).length + 1;

/** Bits of the sum of one set of lanes. */
export const setBits = (p: PeParams): number =>
  signedBits(largestAligned(p) * largestWeight(p) * BigInt(p.lanes));
/** Bits of a group sum. */
export const mantissaBits = (p: PeParams): number =>
  signedBits(largestAligned(p) * largestWeight(p) * BigInt(p.groupSize));
