// The bit-serial PE: terms of `lanes` weights times aligned activations, summed over the terms, then over the group.
// The sum over terms is Horner's rule in radix 4; the group sum is exact but for its aligning shift, and is never
// normalised. Control comes from the tile: a PE has no state but its sums.

import {
  type BoolSig,
  bool,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  replicate,
  type SIntSig,
  type SigOf,
  sint,
  sumTree,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { alignedType } from './aligner.ts';
import { fieldBits, mantissaBits, peParams, setBits } from './params.ts';
import { alignSum } from './shift.ts';
import { digitType } from './terms.ts';

/**
 * Products of a term are registered, added to the set's sum one cycle later, and a finished set is added to the group two
 * cycles after its last term. `next_sum` is the group sum that the coming edge will make.
 */
export const BitSerialPe = defineModule({
  name: 'BitSerialPe',
  doc: 'bit-serial dot product: terms of weights times aligned activations, summed over a group.',
  params: peParams,
  ports: (p) => ({
    aligned: input(vec(p.lanes, alignedType(p))),
    digits: input(vec(p.lanes, digitType)),
    first: input(bool, 'the registered products are the first of their set'),
    accumulate: input(bool, 'a set is complete'),
    restart: input(bool, 'it is the first of its group'),
    distance: input(uint(fieldBits(p)), 'right shift that aligns the group sum to it'),
    next_sum: output(sint(mantissaBits(p))),
  }),
  build(io, p) {
    const lanes = io.aligned.map((a, lane) => product(lane, a, io.digits.at(lane)));
    const total = named(
      'total',
      sumTree([...lanes.map((l) => l.inverted), carries(lanes.map((l) => l.negative))]),
    );
    const { products, set_sum, group_sum } = regs({
      products: sint(total.type.width),
      set_sum: sint(setBits(p)),
      group_sum: sint(mantissaBits(p)),
    });
    products.next(total);
    // Every partial sum of digits is at most the weight it approaches, so the sum of a set never overflows.
    const earlier = named('earlier', mux(io.first, literal(0, sint(1)), set_sum));
    set_sum.next(earlier.shl(2).add(products).trunc(setBits(p)));

    const aligned = named('aligned_sum', alignSum('group', group_sum, io.distance, p.rounding));
    const next = named(
      'next_group_sum',
      mux(io.restart, set_sum.extend(mantissaBits(p)), aligned.add(set_sum).trunc(mantissaBits(p))),
    );
    when(io.accumulate, () => group_sum.next(next));
    io.next_sum.set(next);
  },
});

type Aligned = SigOf<ReturnType<typeof alignedType>>;

/** A digit times an activation, negated by inverting it; `negative` is the one that is still to be added. */
function product(
  lane: number,
  a: Aligned,
  digit: SigOf<typeof digitType>,
): { inverted: SIntSig; negative: BoolSig } {
  const width = a.magnitude.type.width + 2;
  const copy = (enable: BoolSig, shift: number) =>
    mux(enable, a.magnitude.shl(shift), literal(0, uint(1))).extend(width);
  const size = named(`size_${lane}`, copy(digit.one, 0).or(copy(digit.two, 1)).or(copy(digit.four, 2)));
  const negative = named(`negative_${lane}`, a.negative.xor(digit.negative));
  const inverted = named(`product_${lane}`, cat(negative, size.xor(replicate(negative, width))).asSInt());
  return { inverted, negative };
}

/** How many of the products are negative: the ones that complete their two's complements. */
const carries = (bits: readonly BoolSig[]): SIntSig => sumTree(bits.map((b) => b.asUInt())).toSInt();
