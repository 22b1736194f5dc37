// Fixed-point arithmetic, for the golden Verilog and for the simulators.

import { bool, defineModule, input, mux, named, output, regs, sfix, sint, ufix } from '@gatewright/hdl-core';
import { z } from 'zod';

export const FixedPoint = defineModule({
  name: 'FixedPoint',
  doc: 'numbers with a binary point: alignment, growth, and rounding to a format.',
  params: z.object({}),
  ports: () => ({
    x: input(sfix(4, 4), 'a sample'),
    gain: input(ufix(2, 6)),
    offset: input(sfix(3, 2)),
    n: input(sint(6)),
    sum: output(sfix(5, 4)),
    difference: output(sfix(6, 6)),
    product: output(sfix(6, 10)),
    clamped: output(sfix(4, 4)),
    wrapped: output(sfix(2, 3)),
    rounded: output(sint(4)),
    above: output(bool),
    larger: output(sfix(5, 4)),
    halved: output(sfix(3, 5)),
    filtered: output(sfix(4, 4)),
    scaled: output(sfix(4, 2)),
  }),
  build(io) {
    io.sum.set(io.x.add(io.offset));
    io.difference.set(io.x.sub(io.gain));
    const product = named('exact', io.x.mul(io.gain));
    io.product.set(product);
    io.clamped.set(product.to(sfix(4, 4), { round: 'half-even', overflow: 'saturate' }));
    io.wrapped.set(io.x.to(sfix(2, 3), { round: 'floor', overflow: 'wrap' }));
    io.rounded.set(io.x.toSInt('half-up').saturate(sint(4)));
    io.above.set(io.x.gt(1.5));
    io.larger.set(mux(io.x.gt(io.offset), io.x, io.offset));
    io.halved.set(io.x.scale(-1));
    const { state } = regs({ state: sfix(4, 4) }, { state: -0.25 });
    state.next(state.add(io.x).scale(-1).to(sfix(4, 4), { round: 'half-even' }));
    io.filtered.set(state);
    io.scaled.set(io.n.asFixed(2).add(0).min(7.75).max(-8));
  },
});
