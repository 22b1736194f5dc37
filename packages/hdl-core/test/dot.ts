// The design that the language's own documents use: a streaming dot product.

import {
  bool,
  bundle,
  defineModule,
  input,
  named,
  output,
  regs,
  sint,
  stream,
  sumTree,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const Dot = defineModule({
  name: 'Dot',
  doc: 'streaming dot product with an explicit-growth accumulator.',
  params: z.object({
    width: z.int().min(2).max(16).default(8).meta({ description: 'operand width' }),
    lanes: z.int().min(1).default(2),
    accWidth: z.int().default(24),
  }),
  ports: (p) => ({
    in: input(stream(bundle({ a: vec(p.lanes, sint(p.width)), b: vec(p.lanes, sint(p.width)), last: bool }))),
    out: output(stream(sint(p.accWidth))),
    busy: output(bool),
  }),
  build(io, p) {
    const { acc, full } = regs({ acc: sint(p.accWidth), full: bool }, { acc: 0n, full: false });
    const product = named(
      'product',
      io.in.data.a.map((a, i) => a.mul(io.in.data.b.at(i))),
    );
    const sum = named('sum', sumTree(product));
    io.in.ready.set(full.not());
    io.out.valid.set(full);
    io.out.data.set(acc);
    io.busy.set(full);
    when(io.in.fire, () => {
      acc.next(acc.add(sum).trunc(p.accWidth));
      full.next(io.in.data.last);
    });
    when(io.out.fire, () => {
      acc.next(0);
      full.next(false);
    });
  },
});
