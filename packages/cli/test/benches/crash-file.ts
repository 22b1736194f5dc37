// A bench that takes its process down.

import { defineModule, output, uint } from '@gatewright/hdl-core';
import { bench } from '@gatewright/sim';
import { z } from 'zod';

const One = defineModule({
  name: 'One',
  params: z.object({}),
  ports: () => ({ y: output(uint(1)) }),
  build: (io) => io.y.set(1),
});

export const fine = bench('fine', One, {}, () => {});
export const fatal = bench('fatal', One, {}, () => process.kill(process.pid, 'SIGKILL'));
