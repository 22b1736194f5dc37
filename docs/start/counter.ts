import { bool, defineModule, input, output, regs, uint, when } from '@gatewright/hdl-core';
import { z } from 'zod';

export const Counter = defineModule({
  name: 'Counter',
  doc: 'counts the cycles in which it is enabled.',
  params: z.object({ width: z.int().min(1).max(64).default(8) }),
  ports: (p) => ({ enable: input(bool), count: output(uint(p.width)) }),
  build(io, p) {
    const { value } = regs({ value: uint(p.width) }, { value: 0 });
    when(io.enable, () => value.next(value.addWrap(1)));
    io.count.set(value);
  },
});
