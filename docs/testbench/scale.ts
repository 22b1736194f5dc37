// What idioms.test.ts tests: a stream whose values are multiplied by a constant.

import { bool, defineModule, input, output, regs, sint, stream, when } from '@gatewright/hdl-core';
import { z } from 'zod';

export const Scale = defineModule({
  name: 'Scale',
  params: z.object({ factor: z.int().min(-8).max(7) }),
  ports: () => ({ in: input(stream(sint(8))), out: output(stream(sint(12))) }),
  build(io, { factor }) {
    const { held, full } = regs({ held: sint(12), full: bool }, { held: 0, full: false });
    io.in.ready.set(full.not().or(io.out.ready));
    io.out.valid.set(full);
    io.out.data.set(held);
    when(io.out.fire, () => full.next(false));
    when(io.in.fire, () => {
      held.next(io.in.data.mul(factor).extend(12));
      full.next(true);
    });
  },
});
