// A bench that never gives the thread back.

import { defineModule, output, uint } from '@gatewright/hdl-core';
import { bench } from '@gatewright/sim';
import { z } from 'zod';

const One = defineModule({
  name: 'One',
  params: z.object({}),
  ports: () => ({ y: output(uint(1)) }),
  build: (io) => io.y.set(1),
});

export const endless = bench('endless', One, {}, () => {
  for (;;);
});
