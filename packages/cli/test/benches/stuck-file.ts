// Benches that never end by themselves, and one behind them.

import { defineModule, input, output, regs, uint } from '@gatewright/hdl-core';
import { bench } from '@gatewright/sim';
import { z } from 'zod';

const Delay = defineModule({
  name: 'Delay',
  params: z.object({}),
  ports: () => ({ x: input(uint(1)), y: output(uint(1)) }),
  build(io) {
    const { held } = regs({ held: uint(1) }, { held: 0 });
    held.next(io.x);
    io.y.set(held);
  },
});

export const steps = bench('steps for ever', Delay, {}, async (_, t) => {
  for (;;) await t.step();
});
export const nothing = bench('awaits nothing', Delay, {}, () => new Promise(() => {}));
export const fine = bench('fine', Delay, {}, () => {});
