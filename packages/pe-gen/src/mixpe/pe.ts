// The MixPE processing element, W(2..8)A8: multiplier-free products into one group accumulator.
// Source: specification 1.4, a reconstruction [X] of what the paper names "shift and add"; the arithmetic contract is exact.

import {
  bool,
  defineModule,
  input,
  named,
  output,
  regs,
  replicate,
  sint,
  sumTree,
  vec,
  when,
} from '@gatewright/hdl-core';
import { multiplyByWeight } from '@gatewright/parts';
import { ACTIVATION_BITS, groupSumBits, peParams, weightType } from './params.ts';

/**
 * Adds `lanes` products x * q to the group sum in each enabled cycle; `first` starts a new group instead.
 * `sum` is P = SUM x * q, one cycle later, in groupSumBits bits: it cannot overflow within a group.
 */
export const MixPe = defineModule({
  name: 'MixPe',
  doc: 'multiplier-free products of INT8 activations and low-bit weights, summed over a group.',
  params: peParams,
  ports: (p) => ({
    enable: input(bool, 'the operands are taken at this edge'),
    first: input(bool, 'they begin a group'),
    x: input(vec(p.lanes, sint(ACTIVATION_BITS)), 'activations'),
    q: input(vec(p.lanes, weightType(p)), 'weight codes'),
    sum: output(sint(groupSumBits(p)), 'group sum P'),
  }),
  build(io, p) {
    const { accumulator } = regs({ accumulator: sint(groupSumBits(p)) }, {});
    const product = named(
      'product',
      io.x.map((x, lane) => multiplyByWeight(`product_${lane}`, x, io.q.at(lane).asUInt(), p, p.multiplier)),
    );
    const total = named('total', sumTree(product));
    // A new group starts from 0: a gate before the adder, so that all rows and the sum so far are one addition.
    const bits = groupSumBits(p);
    const previous = named('previous', accumulator.asUInt().and(replicate(io.first.not(), bits)).asSInt());
    when(io.enable, () => {
      // No sum of groupSize products leaves this width, so the carry out of the top bit is never needed.
      accumulator.next(previous.add(total).trunc(bits));
    });
    io.sum.set(accumulator);
  },
});
