// A register slice of a stream as a module of its own, for floorplans and for pricing; inside a module write `.stage()`.

import { defineModule, input, output, stream, uint } from '@gatewright/hdl-core';
import { z } from 'zod';

/**
 * Passes a stream on. `full` registers both handshakes (two payload registers) and loses no cycle; `forward` registers valid
 * and payload; `backward`, the classic skid buffer, registers ready.
 */
export const SkidBuffer = defineModule({
  name: 'SkidBuffer',
  doc: 'register slice of a stream.',
  params: z.object({
    width: z.int().min(1).max(4096).default(32).meta({ description: 'payload bits' }),
    kind: z.enum(['forward', 'backward', 'full']).default('full').meta({ description: 'which paths to cut' }),
  }),
  ports: (p) => ({ in: input(stream(uint(p.width))), out: output(stream(uint(p.width))) }),
  build: (io, p) => io.in.stage(p.kind).to(io.out),
});
