// A processing element of an N:M engine: one INT8 multiply-accumulate per cycle, N cycles per group of M activations.
// Invariant: the window stays while its N pairs arrive; a dense group is M pairs with their places in order.
// Source: USPE of "Efficient N:M Sparse DNN Training" (arXiv 2309.13015), reconstructed; INT8 instead of FP16.

import {
  bool,
  bundle,
  defineModule,
  input,
  mux,
  named,
  output,
  regs,
  sint,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const nmPeParams = z.object({
  group: z.literal([4, 8, 16]).default(8).meta({ description: 'M: activations that a pair chooses from' }),
  sumBits: z.int().min(20).max(48).default(32).meta({ description: 'bits of the sum' }),
});

/** SUM over pairs of window[index] * value, output-stationary; the sum leaves after the pair marked `last`. */
export const NmPe = defineModule({
  name: 'NmPe',
  doc: 'multiply-accumulate of N:M sparse weights, one pair per cycle.',
  params: nmPeParams,
  ports: (p) => ({
    window: input(stream(vec(p.group, sint(8))), 'M activations; taken with the last pair of their group'),
    pairs: input(
      stream(bundle({ value: sint(8), index: uint(Math.log2(p.group)), group_ends: bool, last: bool })),
      'kept weights and their places; group_ends is the last of its window, last the end of the dot product',
    ),
    out: output(stream(sint(p.sumBits))),
  }),
  build(io, p) {
    const { total, fresh, full } = regs(
      { total: sint(p.sumBits), fresh: bool, full: bool },
      { total: 0, fresh: true, full: false },
    );
    const goes = named('goes', io.pairs.valid.and(io.window.valid).and(full.not().or(io.out.ready)));
    const product = named('product', io.window.data.at(io.pairs.data.index).mul(io.pairs.data.value));
    when(goes, () => {
      total.next(mux(fresh, product.extend(p.sumBits), total.addWrap(product)));
      fresh.next(io.pairs.data.last);
    });
    when(goes.and(io.pairs.data.last), () => full.next(true)).elseWhen(io.out.ready, () => full.next(false));
    io.pairs.ready.set(goes);
    io.window.ready.set(goes.and(io.pairs.data.group_ends));
    io.out.valid.set(full);
    io.out.data.set(total);
  },
});
