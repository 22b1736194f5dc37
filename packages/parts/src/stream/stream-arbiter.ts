// An arbiter of streams as a module of its own; inside a module call `arbiter()`.

import {
  arbiter,
  bundle,
  defineModule,
  type In,
  input,
  output,
  type Stream,
  type StreamSink,
  stream,
  type UInt,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/**
 * Merges `inputs` streams `in_0`, `in_1`, … into one, a transfer at a time; `grant` (one-hot) says where each came from.
 * `round-robin` serves every waiting stream once before any of them again; `priority` serves the lowest index.
 */
export const StreamArbiter = defineModule({
  name: 'StreamArbiter',
  doc: 'merges streams, one transfer at a time.',
  params: z.object({
    inputs: z.int().min(2).max(64).default(4).meta({ description: 'streams' }),
    width: z.int().min(1).max(4096).default(32).meta({ description: 'payload bits' }),
    policy: z
      .enum(['priority', 'round-robin'])
      .default('round-robin')
      .meta({ description: 'who comes first' }),
  }),
  ports: (p) => ({
    ...inputPorts(p.inputs, p.width),
    out: output(stream(bundle({ payload: uint(p.width), grant: uint(p.inputs) }))),
  }),
  build(io, p) {
    const sinks = io as unknown as Record<string, StreamSink<UInt>>;
    const streams = Array.from({ length: p.inputs }, (_, i) => sinks[`in_${i}`]!);
    const { out, grant } = arbiter('merged', streams, { policy: p.policy });
    out
      .map(bundle({ payload: uint(p.width), grant: uint(p.inputs) }), (payload) => ({ payload, grant }))
      .to(io.out);
  },
});

function inputPorts(inputs: number, width: number): Record<`in_${number}`, In<Stream<UInt>>> {
  return Object.fromEntries(
    Array.from({ length: inputs }, (_, i) => [`in_${i}`, input(stream(uint(width)))]),
  );
}
