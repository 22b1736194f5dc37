// One design per stream combinator, all with payloads of 8 bits or a few fields, for the tests of their behaviour.

import {
  type ArbiterPolicy,
  arbiter,
  bundle,
  defineModule,
  input,
  join,
  output,
  type StageKind,
  type StreamSink,
  stream,
  streamMux,
  type UInt,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';

type Bytes = StreamSink<UInt<8>>;
const byte = uint(8);

/** `in` goes through something to `out`. */
const through = (name: string, path: (from: Bytes) => Bytes) =>
  defineModule({
    name,
    params: z.object({}),
    ports: () => ({ in: input(stream(byte)), out: output(stream(byte)) }),
    build: (io) => path(io.in).to(io.out),
  });

export const queueOf = (depth: number) => through(`Queue${depth}`, (s) => s.queue(depth));
export const stageOf = (kind: StageKind) => through(`Stage_${kind}`, (s) => s.stage(kind));
export const Evens = through('Evens', (s) => s.filter((d) => d.bit(0).not()).map(byte, (d) => d.addWrap(1)));
export const Chain = through('Chain', (s) =>
  s
    .stage('backward')
    .queue(3)
    .filter((d) => d.ne(7))
    .stage('forward')
    .queue(1)
    .stage(),
);

export const Fork = defineModule({
  name: 'ForkBytes',
  params: z.object({}),
  ports: () => ({
    in: input(stream(byte)),
    a: output(stream(byte)),
    b: output(stream(byte)),
    c: output(stream(byte)),
  }),
  build(io) {
    const [a, b, c] = io.in.fork(3) as [Bytes, Bytes, Bytes];
    a.to(io.a);
    b.to(io.b);
    c.to(io.c);
  },
});

export const Join = defineModule({
  name: 'JoinBytes',
  params: z.object({}),
  ports: () => ({
    a: input(stream(byte)),
    b: input(stream(uint(4))),
    out: output(stream(bundle({ a: byte, b: uint(4) }))),
  }),
  build: (io) => join('pair', { a: io.a, b: io.b }).to(io.out),
});

/** A fork whose branches meet again: the usual way to a combinational loop or a deadlock. */
export const Diamond = defineModule({
  name: 'Diamond',
  params: z.object({}),
  ports: () => ({ in: input(stream(byte)), out: output(stream(bundle({ old: byte, new: byte }))) }),
  build(io) {
    const [plain, changed] = io.in.fork(2) as [Bytes, Bytes];
    join('both', { old: plain, new: changed.map(byte, (d) => d.addWrap(3)).stage() }).to(io.out);
  },
});

export const Demux = defineModule({
  name: 'Demux',
  params: z.object({}),
  ports: () => ({
    in: input(stream(byte)),
    a: output(stream(byte)),
    b: output(stream(byte)),
    c: output(stream(byte)),
  }),
  build(io) {
    const [a, b, c] = io.in.demux(3, (d) => d.bits(1, 0)) as [Bytes, Bytes, Bytes];
    a.to(io.a);
    b.to(io.b);
    c.to(io.c);
  },
});

export const arbiterOf = (policy: ArbiterPolicy) =>
  defineModule({
    name: `Arbiter_${policy.replace('-', '_')}`,
    params: z.object({}),
    ports: () => ({
      a: input(stream(byte)),
      b: input(stream(byte)),
      c: input(stream(byte)),
      out: output(stream(byte)),
      grant: output(uint(3)),
    }),
    build(io) {
      const { out, grant } = arbiter('bus', [io.a, io.b, io.c], { policy });
      out.to(io.out);
      io.grant.set(grant);
    },
  });

export const Mux = defineModule({
  name: 'Mux',
  params: z.object({}),
  ports: () => ({
    choice: input(uint(1)),
    a: input(stream(byte)),
    b: input(stream(byte)),
    out: output(stream(byte)),
  }),
  build: (io) => streamMux('chosen', io.choice, [io.a, io.b]).to(io.out),
});
