// The accumulation loop of the BitMoD paper, from its description: align, add, normalise, all within a cycle.
// A baseline for the timing of the bit-serial PE, whose loop has no normalisation. `drawn` is the loop as the paper draws it,
// right only while no sum has a larger exponent than the set that is added to it; `aligned` is what a right result needs.
// Invariant: value = mantissa * 2^exponent, |mantissa| at most 2^14; bits that leave at the right are dropped (floor).

import {
  bool,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  replicate,
  sint,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** A sum of 23 bits keeps 15: it is shifted right by 0 to 8. */
const SUM_BITS = 23;
const MANTISSA_BITS = 15;

export const NormalisingAccumulator = defineModule({
  name: 'NormalisingAccumulator',
  doc: 'accumulates dot products of a common exponent, normalising in every cycle.',
  params: z.object({
    alignment: z
      .enum(['drawn', 'aligned'])
      .default('aligned')
      .meta({ description: 'shift the old sum only, or whichever has the smaller exponent' }),
  }),
  ports: () => ({
    enable: input(bool),
    clear: input(bool, 'the dot product begins a group'),
    dot: input(sint(17), 'dot product of a set'),
    exponent: input(uint(6), 'its exponent'),
    term: input(uint(3), 'left shift of its terms, 0 to 6'),
    mantissa: output(sint(MANTISSA_BITS)),
    sum_exponent: output(uint(6)),
  }),
  build(io, p) {
    const { held, held_exponent } = regs({ held: sint(MANTISSA_BITS), held_exponent: uint(6) });
    const old = named('old_exponent', mux(io.clear, io.exponent, held_exponent));
    const before = mux(io.clear, literal(0, sint(1)), held);
    const larger =
      p.alignment === 'drawn' ? io.exponent : named('larger', mux(old.gt(io.exponent), old, io.exponent));
    const placed = named('placed', io.dot.shl(io.term).trunc(SUM_BITS));
    const added =
      p.alignment === 'drawn'
        ? placed
        : named('added', placed.shr(larger.subWrap(io.exponent)).trunc(SUM_BITS));
    const kept = named('kept', before.shr(larger.subWrap(old)));
    const sum = named('sum', added.add(kept).trunc(SUM_BITS));

    const sign = replicate(sum.isNegative(), SUM_BITS - MANTISSA_BITS);
    const excess = named(
      'excess',
      sum
        .asUInt()
        .bits(SUM_BITS - 2, MANTISSA_BITS - 1)
        .xor(sign),
    );
    const shift = named('normalise', topBit(excess));
    when(io.enable, () => {
      held.next(sum.shr(shift).trunc(MANTISSA_BITS));
      held_exponent.next(larger.addWrap(shift));
    });
    io.mantissa.set(held);
    io.sum_exponent.set(held_exponent);
  },
});

/** One more than the index of the highest one; 0 without any. */
function topBit(bits: UIntSig): UIntSig {
  let index: UIntSig = literal(0, uint(4));
  for (let i = 0; i < bits.type.width; i++) index = mux(bits.bit(i), literal(i + 1, uint(4)), index);
  return index;
}
