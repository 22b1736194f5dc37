// Parameters of the matrix processing engine, and what follows from them.
// Invariant: its chains are INT8 with 16 taps, the width of a block; everything else of a chain is fixed here.

import { z } from 'zod';
import { type ChainParams, chainParams, groupsOf } from './params.ts';

/** Rows and columns of a block of weights. */
export const BLOCK = 16;
/** Bytes of the block map that are looked at together. */
export const MAP_BLOCKS = 16;
export const SUM_TOTAL_BITS = 32;
/** Bits of a column's scale. */
const SCALE_BITS = 16;

/** Widths that packed weights may have, row by row. */
export const CODE_WIDTHS = [2, 3, 4, 5, 6, 8] as const;

export const mpeParams = z.object({
  pairs: z.int().min(1).max(64).default(2).meta({ description: 'pairs of activation rows at a time' }),
  chains: z
    .literal([1, 2])
    .default(2)
    .meta({ description: 'chains per pair, each with its share of the 16 columns of a block' }),
  depth: z
    .int()
    .min(16)
    .max(1024)
    .default(32)
    .meta({ description: 'blocks along K that each half of the activation buffer holds' }),
  bufferRows: z
    .int()
    .min(4)
    .max(4096)
    .default(16)
    .meta({ description: 'rows of weights, and of indices, that wait in front of the chains' }),
  banks: z
    .literal([2, 4, 8])
    .default(4)
    .meta({ description: 'tiles of 16 columns whose sums are kept while the chains go on' }),
  output: z
    .enum(['int8', 'int32'])
    .default('int8')
    .meta({ description: 'rescaled results, or sums with the bias added' }),
  shift: z.int().min(0).max(31).default(16).meta({ description: 'right shift of the rescaling' }),
  weights: z
    .enum(['int8', 'packed'])
    .default('int8')
    .meta({
      description: `values of a row: INT8, or codes of ${CODE_WIDTHS.join(', ')} bits that are expanded`,
    }),
  overflow: chainParams.shape.overflow,
  implementation: chainParams.shape.implementation,
});
export type MpeParams = z.output<typeof mpeParams>;

/** Its chains; they share the skew of their weights, which is outside of them. */
export const chainOf = (p: Pick<MpeParams, 'implementation' | 'overflow'>): ChainParams =>
  chainParams.parse({
    taps: BLOCK,
    implementation: p.implementation,
    overflow: p.overflow,
    weightSkew: 'outside',
  });

/** Columns of a block that one chain computes. */
export const columnsOf = (p: Pick<MpeParams, 'chains'>): number => BLOCK / p.chains;
/** Places of a sum: tile bank and column. */
export const placesOf = (p: Pick<MpeParams, 'chains' | 'banks'>): number => p.banks * columnsOf(p);
export const placeBits = (p: Pick<MpeParams, 'chains' | 'banks'>): number => Math.log2(placesOf(p));
export const bankBits = (p: Pick<MpeParams, 'banks'>): number => Math.log2(p.banks);
export const MPE_GROUPS = groupsOf({ taps: BLOCK, groupTaps: 2 });
export const resultBits = (p: Pick<MpeParams, 'output'>): number =>
  p.output === 'int8' ? 8 : SUM_TOTAL_BITS + 1;

/** Bits that count blocks of K. */
export const blockBits = (p: Pick<MpeParams, 'depth'>): number => Math.ceil(Math.log2(p.depth + 1));
export const TILE_BITS = 12;

/** Sums that are not rescaled have no scale. */
export const scaleBits = (p: Pick<MpeParams, 'output'>): number => (p.output === 'int8' ? SCALE_BITS : 0);
