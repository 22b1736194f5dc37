// Streams: every combinator, a module per group, for the golden Verilog and for the simulators.

import {
  arbiter,
  bool,
  bundle,
  connect,
  defineModule,
  input,
  join,
  output,
  sint,
  stream,
  streamMux,
  uint,
  vec,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const Sample = bundle({ value: sint(8), last: bool });

export const Buffers = defineModule({
  name: 'Buffers',
  doc: 'a queue, and a register stage of each kind.',
  params: z.object({ depth: z.int().default(4) }),
  ports: () => ({
    in: input(stream(Sample)),
    out: output(stream(Sample)),
    narrow: input(stream(uint(8))),
    cut: output(stream(uint(8))),
    raw: input(stream(uint(8))),
    kept: output(stream(uint(8))),
  }),
  build(io, p) {
    io.in.queue(p.depth).to(io.out);
    io.narrow.stage().to(io.cut);
    io.raw.queue(1, { name: 'slot' }).stage('forward').to(io.kept);
  },
});

export const Transform = defineModule({
  name: 'Transform',
  doc: 'payloads mapped and filtered, streams forked and joined.',
  params: z.object({}),
  ports: () => ({
    in: input(stream(bundle({ a: sint(8), b: sint(8) }))),
    product: output(stream(sint(16))),
    sum: output(stream(sint(9))),
    left: input(stream(uint(4))),
    right: input(stream(uint(8))),
    pair: output(stream(bundle({ low: uint(4), high: uint(8) }))),
  }),
  build(io) {
    const [first, second] = io.in.fork(2);
    first!.map(sint(16), (d) => d.a.mul(d.b)).to(io.product);
    second!
      .filter((d) => d.a.ne(0))
      .map(sint(9), (d) => d.a.add(d.b))
      .to(io.sum);
    join('both', { low: io.left, high: io.right }).to(io.pair);
  },
});

export const Routing = defineModule({
  name: 'Routing',
  doc: 'streams that share one, and one that goes several ways.',
  params: z.object({
    ways: z.int().min(1).default(3),
    policy: z.enum(['priority', 'round-robin']).default('round-robin'),
  }),
  ports: (p) => ({
    a: input(stream(uint(8))),
    b: input(stream(uint(8))),
    c: input(stream(uint(8))),
    shared: output(stream(uint(8))),
    source: output(uint(3)),
    packet: input(stream(bundle({ to: uint(2), data: uint(8) }))),
    near: output(stream(uint(8))),
    far: output(stream(uint(8))),
    away: output(stream(uint(8))),
    pick: input(uint(1)),
    left: input(stream(vec(p.ways, uint(4)))),
    right: input(stream(vec(p.ways, uint(4)))),
    chosen: output(stream(vec(p.ways, uint(4)))),
  }),
  build(io, p) {
    const { out, grant } = arbiter('bus', [io.a, io.b, io.c], { policy: p.policy });
    connect(io.shared, out);
    io.source.set(grant);
    const targets = [io.near, io.far, io.away];
    io.packet
      .demux(3, (d) => d.to)
      .forEach((branch, i) => branch.map(uint(8), (d) => d.data).to(targets[i]!));
    const { middle } = wires({ middle: stream(vec(p.ways, uint(4))) });
    streamMux('either', io.pick, [io.left, io.right]).to(middle);
    middle.to(io.chosen);
  },
});
