// A LUT Tensor Core tile: tables of signed sums of activations, looked up by weight bits, one bit plane per cycle.
// Source: arXiv 2408.06003 (ISCA'25), 2.1 and 2.2; INT8 activations. The adders that make the tables are inside and counted.
// Invariant: sums are exact.

import { defineModule, named, replicate, type SIntSig, sint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { sumPlanes, tilePorts, tileShape } from './planes.ts';
import { signedSums } from './signed-sums.ts';

export const lutTileParams = z
  .object({
    ...tileShape,
    maxDepth: z.int().min(1).max(65536).default(4096).meta({ description: 'longest dot product' }),
  })
  .refine((p) => p.maxDepth >= p.tableInputs, {
    message: 'a dot product is at least one table: maxDepth must be no less than tableInputs',
    path: ['maxDepth'],
  });
export type LutTileParams = z.output<typeof lutTileParams>;

/** Bits of a table entry: 11 for INT8 and K = 4, since +512 occurs, and one for each plane after the first. */
export const entryBits = (p: LutTileParams): number =>
  Math.floor(Math.log2(128 * p.tableInputs)) + 1 + p.weightBits;
/** Bits of a sum of `maxDepth` products a * (2q - (2^b - 1)). */
export const lutAccumulatorBits = (p: LutTileParams): number =>
  Math.floor(Math.log2(128 * (2 ** p.weightBits - 1) * p.maxDepth)) + 2;

/**
 * O[m][n] = SUM over the transfers up to `last` of SUM_k a[m][k] * (2 q[n][k] - (2^b - 1)), exact. `code[n]` holds, per bit plane
 * from the lowest, the K weight bits as they are encoded offline: the top bit negates, the others choose an entry.
 */
export const LutTile = defineModule({
  name: 'LutTile',
  doc: 'matrix product by table look-up, bit-serial in the weights.',
  params: lutTileParams,
  ports: (p) => tilePorts(p, sint(8), sint(lutAccumulatorBits(p))),
  build(io, p) {
    const bits = lutAccumulatorBits(p);
    const sums = sumPlanes(
      io,
      [...io.in.data.a].map((row) => [...row]),
      p,
      {
        entryBits: entryBits(p),
        sumBits: bits,
        table: (a, m) =>
          signedSums<SIntSig>(a, (x, y, subtract, place) =>
            named(`signed_${m}_${place}`, subtract ? x.sub(y) : x.add(y)),
          ).map((entry) => entry.extend(entryBits(p)).asUInt()),
        doubled: (entry) => entry.shl(1).trunc(entryBits(p)),
        add(sum, entry, negate) {
          // -x is ~x + 1.
          const operand = entry.asSInt().extend(bits).asUInt().xor(replicate(negate, bits));
          return sum.addWrap(operand).addWrap(negate.asUInt());
        },
      },
    );
    io.out.data.set(sums.map((row) => row.map((sum) => sum.asSInt())));
  },
});
