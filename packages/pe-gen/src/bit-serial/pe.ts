// The bit-serial PE: terms of `lanes` weights times aligned activations, summed over the terms, then over the group.
// The sum over terms is Horner's rule in radix 4; the group sum is exact but for its aligning shift, and is never
// normalised. Control comes from the tile: a PE has no state but its two sums.

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
} from '@gatewright/hdl-core';
import { alignedType } from './aligner.ts';
import { fieldBits, mantissaBits, peParams, setBits } from './params.ts';
import { alignSum } from './shift.ts';
import { digitType } from './terms.ts';

/**
 * Each cycle adds one term of every lane to the sum of the set; a finished set is added to the group one cycle after its
 * last term. `group_sum` is the group sum that the coming edge will make.
 */
export const BitSerialPe = defineModule({
  name: 'BitSerialPe',
  doc: 'bit-serial dot product: terms of weights times aligned activations, summed over a group.',
  params: peParams,
  ports: (p) => ({
    aligned: input(vec(p.lanes, alignedType(p))),
    digits: input(vec(p.lanes, digitType)),
    first: input(bool, 'the digits are the first of their set'),
    accumulate: input(bool, 'the sum of a set is complete'),
    restart: input(bool, 'and it is the first of its group'),
    distance: input(uint(fieldBits(p)), 'right shift that aligns the group sum to it; else 0'),
    group_sum: output(sint(mantissaBits(p))),
  }),
  build(io, p) {
    const lanes = io.aligned.map((a, lane) => product(lane, a, io.digits.at(lane)));
    const { set_sum, total } = regs({ set_sum: sint(setBits(p)), total: sint(mantissaBits(p)) });
    const earlier = named('set_before', gate(io.first.not(), set_sum)).shl(2);
    // Every partial sum of digits is at most the weight it approaches, so the sum of a set never overflows.
    const products = lanes.map((l) => l.inverted);
    set_sum.next(sumTree([...products, earlier, carries(lanes.map((l) => l.negative))]).trunc(setBits(p)));

    const before = named('total_before', alignSum('total', total, io.distance, p.rounding));
    const kept = gate(io.restart.not(), before);
    const next = named('next_total', kept.add(gate(io.accumulate, set_sum)).trunc(mantissaBits(p)));
    total.next(next);
    io.group_sum.set(next);
  },
});

type Aligned = SigOf<ReturnType<typeof alignedType>>;

const gate = (enable: BoolSig, x: SIntSig): SIntSig => mux(enable, x, literal(0, sint(1)));

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
