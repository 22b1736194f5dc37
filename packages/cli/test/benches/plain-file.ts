// A file that simulates by itself when it is loaded.

import { bool, defineModule, input, output } from '@gatewright/hdl-core';
import { simulate } from '@gatewright/sim';
import { z } from 'zod';

const Inverter = defineModule({
  name: 'Inverter',
  params: z.object({}),
  ports: () => ({ a: input(bool), y: output(bool) }),
  build: (io) => io.y.set(io.a.not()),
});

for (const a of [false, true])
  await simulate(Inverter, {}, async (dut, t) => {
    dut.a.poke(a);
    await t.step();
    if (dut.y.peek() === a) throw new Error('not inverted');
  });
