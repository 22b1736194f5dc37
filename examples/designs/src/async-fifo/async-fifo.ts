// A queue between two clocks: the writer's, and the module's own, which reads.
// Invariant: what crosses is registered and, where it is more than one bit, in Gray code; the compiler checks it (E08).

import { cdc, connect, defineModule, domain, input, output, stream, uint } from '@gatewright/hdl-core';
import { z } from 'zod';

/** The domain that writes. Its reset must be given together with the reader's. */
export const writer = domain('writer', { clock: 'writer_clk', reset: { name: 'writer_rst' } });

export const AsyncFifo = defineModule({
  name: 'AsyncFifo',
  doc: 'queue whose two ends have a clock each.',
  params: z.object({
    width: z.int().min(1).max(1024).default(16).meta({ description: 'bits of a word' }),
    depth: z.int().min(2).max(4096).default(8).meta({ description: 'words, a power of two' }),
  }),
  ports: (p) => ({
    in: input(stream(uint(p.width)), 'at the clock of the writer'),
    out: output(stream(uint(p.width))),
  }),
  build(io, p) {
    connect(io.out, cdc.fifo('queue', io.in, { from: writer, depth: p.depth }));
  },
});
