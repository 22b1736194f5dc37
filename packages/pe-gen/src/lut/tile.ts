// A LUT Tensor Core tile: tables of signed sums of activations, looked up by weight bits, one bit plane per cycle.
// Source: arXiv 2408.06003 (ISCA'25), 2.1 and 2.2; INT8 activations. The adders that make the tables are inside and counted.
// Invariant: a stalled result stops the planes, nothing is lost; one-bit weights are a plane per transfer like any other.

import {
  bool,
  bundle,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  replicate,
  type SIntSig,
  sint,
  stream,
  sumTree,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const lutTileParams = z.object({
  tokens: z.int().min(1).max(16).default(2).meta({ description: 'M: rows of activations, a table each' }),
  outputs: z.int().min(1).max(128).default(8).meta({ description: 'N: columns, which look up every table' }),
  groupSize: z.int().min(2).max(6).default(4).meta({ description: 'K: activations per table' }),
  weightBits: z.int().min(1).max(8).default(4).meta({ description: 'bit planes, a cycle each' }),
  maxDepth: z.int().min(1).max(65536).default(4096).meta({ description: 'longest dot product' }),
});
export type LutTileParams = z.output<typeof lutTileParams>;

/** Bits of a table entry: 11 for INT8 and K = 4, since +512 occurs. */
export const entryBits = (p: LutTileParams): number => Math.floor(Math.log2(128 * p.groupSize)) + 2;
/** Bits of a sum of `maxDepth` products a * (2q - (2^b - 1)). */
export const lutAccumulatorBits = (p: LutTileParams): number =>
  Math.floor(Math.log2(128 * (2 ** p.weightBits - 1) * p.maxDepth)) + 2;

/** Cycles from the transfer of the last operands to that of the result, without stalls, beside the planes. */
export const LUT_LATENCY = 1;

/**
 * O[m][n] = SUM over the transfers up to `last` of SUM_k a[m][k] * (2 q[n][k] - (2^b - 1)), exact. `code[n]` holds, per bit plane
 * from the lowest, the K weight bits as they are encoded offline: the top bit negates, the others choose an entry.
 */
export const LutTile = defineModule({
  name: 'LutTile',
  doc: 'matrix product by table look-up, bit-serial in the weights.',
  params: lutTileParams,
  ports: (p) => ({
    in: input(
      stream(
        bundle({
          a: vec(p.tokens, vec(p.groupSize, sint(8))),
          code: vec(p.outputs, vec(p.weightBits, uint(p.groupSize))),
          last: bool,
        }),
      ),
      'a group of activations of each token, and of encoded weights of each output; last ends the dot products',
    ),
    out: output(stream(vec(p.tokens, vec(p.outputs, sint(lutAccumulatorBits(p))))), 'dot products'),
  }),
  build(io, p) {
    const entries = 2 ** (p.groupSize - 1);
    const width = lutAccumulatorBits(p);
    const planeBits = Math.max(1, Math.ceil(Math.log2(p.weightBits)));
    const { table, code, last } = regs({
      table: vec(p.tokens, vec(entries, sint(entryBits(p)))),
      code: vec(p.outputs, vec(p.weightBits, uint(p.groupSize))),
      last: bool,
    });
    const { accumulator } = regs({ accumulator: vec(p.tokens, vec(p.outputs, sint(width))) });
    const { plane, busy, done, fresh } = regs(
      { plane: uint(planeBits), busy: bool, done: bool, fresh: bool },
      { plane: 0, busy: false, done: false, fresh: true },
    );
    const step = named('step', busy.and(done.not().or(io.out.ready)));
    const final = named('last_plane', plane.eq(p.weightBits - 1));
    io.in.ready.set(busy.not().or(step.and(final)));

    when(io.out.fire, () => done.next(false));
    when(step, () => {
      plane.next(mux(final, literal(0, uint(planeBits)), plane.addWrap(1)));
      fresh.next(final.and(last));
      when(final, () => {
        busy.next(false);
        done.next(last);
      });
    });
    when(io.in.fire, () => {
      busy.next(true);
      last.next(io.in.data.last);
      code.next(io.in.data.code);
      for (let m = 0; m < p.tokens; m++)
        for (let i = 0; i < entries; i++)
          table
            .at(m)
            .at(i)
            .next(entry([...io.in.data.a.at(m)], i).extend(entryBits(p)));
    });

    for (let n = 0; n < p.outputs; n++) {
      const now = named(`code_${n}_now`, code.at(n).at(p.weightBits > 1 ? plane : literal(0, uint(0))));
      const negate = named(`negate_${n}`, now.bit(p.groupSize - 1));
      const index = named(`index_${n}`, now.trunc(p.groupSize - 1));
      for (let m = 0; m < p.tokens; m++) {
        const found = named(`found_${m}_${n}`, table.at(m).at(index));
        const sum = accumulator.at(m).at(n);
        const shifted = named(`shifted_${m}_${n}`, shiftedBy(found, plane, p.weightBits, width));
        const operand = shifted.asUInt().xor(replicate(negate, width));
        const previous = sum.asUInt().and(replicate(fresh.not(), width));
        when(step, () => sum.next(previous.addWrap(operand).addWrap(negate.asUInt()).asSInt()));
      }
    }
    io.out.valid.set(done);
    io.out.data.set(accumulator);
  },
});

/** T[i] = SUM_k (bit k of i ? +1 : -1) * a[k], i below 2^(K-1): the top activation is always subtracted. */
function entry(a: readonly SIntSig[], i: number): SIntSig {
  return sumTree(a.map((x, k) => ((i >> k) & 1 ? x : x.neg())));
}

/** x * 2^plane in `width` bits. */
function shiftedBy(x: SIntSig, plane: UIntSig, planes: number, width: number): SIntSig {
  let value: SIntSig = x.extend(width);
  for (let k = 0; 2 ** k < planes; k++) value = mux(plane.bit(k), value.shl(2 ** k).trunc(width), value);
  return value.extend(width);
}
