// Parameters of the sparse DSP chain, and what follows from them: modes, skews, widths.
// Invariant: whatever parameters are accepted, no field of a packed sum overflows; weights of the most negative value are ruled
// out where the bound needs it, and the chain checks that.

import { SLICE_LATENCY, SLICE_PACKINGS, type SlicePacking } from '@gatewright/parts';
import { z } from 'zod';

/** Activation rows and weight columns that a slice multiplies at once, and their widths. */
interface Operands {
  readonly rows: number;
  readonly columns: number;
  readonly activationBits: number;
  readonly weightBits: number;
}
const OPERANDS = {
  int8: { rows: 2, columns: 1, activationBits: 8, weightBits: 8 },
  w4a8: { rows: 1, columns: 2, activationBits: 8, weightBits: 4 },
  int4: { rows: 2, columns: 2, activationBits: 4, weightBits: 4 },
} as const satisfies Readonly<Record<keyof typeof SLICE_PACKINGS, Operands>>;

const chainShape = {
  taps: z
    .literal([4, 8, 16, 32])
    .default(16)
    .meta({ description: 'slices of the chain, and inputs that each of them chooses from' }),
  groupTaps: z
    .literal([2, 4])
    .default(2)
    .meta({ description: 'slices between two places where the chain can be cut: the smallest n' }),
  packing: z.enum(['int8', 'w4a8', 'int4']).default('int8').meta({
    description:
      'products of a slice: two INT8 rows by a weight, an INT8 row by two 4-bit weights, two INT4 rows by two 4-bit weights',
  }),
  implementation: z
    .enum(['generic', 'dsp48e2'])
    .default('generic')
    .meta({ description: 'plain Verilog, or the primitive of UltraScale+ devices' }),
  overflow: z.enum(['segment', 'split']).default('segment').meta({
    description:
      'how a long sum stays in its field: segments added behind the chain, or high bits that leave it (int8 only)',
  }),
  segment: z
    .int()
    .min(2)
    .max(32)
    .default(8)
    .meta({ description: 'products that one field adds up before it is relieved' }),
  bias: z.boolean().default(true).meta({
    description:
      'a sum starts from half a field, so that reading it is an inverter; without, adders give back borrows',
  }),
  weightSkew: z.enum(['inside', 'outside']).default('inside').meta({
    description: 'weights come to all taps at once, or each to its tap in time: one skew for many chains',
  }),
};

export const chainParams = z.object(chainShape).check(({ value: p, issues }) => {
  const problem = (path: string, message: string): void => {
    issues.push({ code: 'custom', continue: true, input: p, path: [path], message });
  };
  if (p.taps < p.groupTaps) problem('taps', `taps (${p.taps}) must be at least groupTaps (${p.groupTaps})`);
  if (p.segment % p.groupTaps !== 0)
    problem('segment', `segment must be whole groups: ${p.segment} is not a multiple of ${p.groupTaps}`);
  const most = safeProducts(p, true);
  if (Math.min(p.segment, p.taps) > most)
    problem('segment', `a field of ${p.packing} holds ${most} products, fewer than ${p.segment}`);
  if (p.taps > p.segment && !Number.isInteger(Math.log2(p.segment)))
    problem('segment', `segment must be a power of two where the chain is longer, not ${p.segment}`);
  if (p.overflow === 'split' && p.packing !== 'int8')
    problem('overflow', `split relieves one field only, and ${p.packing} has more; use segment`);
});
export type ChainParams = z.output<typeof chainParams>;

export const operandsOf = (p: Pick<ChainParams, 'packing'>): Operands => OPERANDS[p.packing];
export const packingOf = (p: Pick<ChainParams, 'packing'>): SlicePacking => SLICE_PACKINGS[p.packing];

/** Products that a field holds, the most negative weight left out or not. */
export function safeProducts(p: Pick<ChainParams, 'packing'>, symmetric: boolean): number {
  const { activationBits, weightBits } = operandsOf(p);
  const largest = 2 ** (activationBits - 1) * (2 ** (weightBits - 1) - (symmetric ? 1 : 0));
  return Math.floor((2 ** (packingOf(p).fieldBits - 1) - 1) / largest);
}
/** Whether the chain is exact only for weights other than the most negative one. */
export const needsSymmetric = (p: ChainParams): boolean =>
  Math.min(p.segment, p.taps) > safeProducts(p, false);

/** The n that a chain can be set to, beside 0: powers of two from a group to the whole chain. */
export const modesOf = (p: Pick<ChainParams, 'taps' | 'groupTaps'>): number[] =>
  [2, 4, 8, 16, 32].filter((n) => n >= p.groupTaps && n <= p.taps);

export const groupsOf = (p: Pick<ChainParams, 'taps' | 'groupTaps'>): number => p.taps / p.groupTaps;
export const indexBits = (p: Pick<ChainParams, 'taps'>): number => Math.log2(p.taps);
/** Bits of n itself. */
export const countBits = (p: Pick<ChainParams, 'taps'>): number => indexBits(p) + 1;

/** Bits of a complete sum: the largest is taps products of the most negative operands. */
export const sumBits = (p: ChainParams): number => {
  const { activationBits, weightBits } = operandsOf(p);
  return activationBits + weightBits + Math.log2(p.taps);
};

/** Bits of the lower field that stay in the chain where its sum is split: 8 * 16256 + 2^10 - 1 just fills the field. */
export const KEPT_BITS = 10;

/** Cycles by which a tap works later than the first one. Segments that are added behind the chain work side by side. */
export const skewOf = (p: ChainParams, tap: number): number =>
  p.overflow === 'segment' ? tap % p.segment : tap + Math.floor(tap / p.segment);

/** Cycles from the inputs of the chain to the operands of a tap without skew: the choice ends in registers of the slice. */
export const CHOICE_LATENCY = 1;

/** Cycles from the inputs of the chain to the moment at which the weights of a tap are taken. */
export const weightDelay = (p: ChainParams, tap: number): number => CHOICE_LATENCY + skewOf(p, tap);

/** Whether the sums that end in a group have parts beside the chain, which are added to them in one more cycle. */
export const hasNode = (p: ChainParams, group: number): boolean => {
  const end = (group + 1) * p.groupTaps;
  return end % p.segment === 0 && end > p.segment;
};

/** Cycles from the inputs of the chain to the sums of a group. */
export const groupLatency = (p: ChainParams, group: number): number =>
  CHOICE_LATENCY + skewOf(p, (group + 1) * p.groupTaps - 1) + SLICE_LATENCY + (hasNode(p, group) ? 1 : 0);

export const chainLatency = (p: ChainParams): number =>
  Math.max(...Array.from({ length: groupsOf(p) }, (_, group) => groupLatency(p, group)));
