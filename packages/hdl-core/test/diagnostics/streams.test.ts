// What a user reads when a stream is connected wrongly or not at all.
// The texts are whole; a place stands as the line that it names (rendered.ts).

import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  arbiter,
  bool,
  bundle,
  connect,
  defineModule,
  input,
  output,
  sint,
  stream,
  uint,
  unused,
} from '../../src/index.ts';
import { faults } from './rendered.ts';

test('E14 valid does not wait for ready', () => {
  expect(
    faults({ in: input(stream(uint(4))), out: output(stream(uint(4))) }, (io) => {
      io.in.ready.set(io.out.ready);
      io.out.valid.set(io.in.valid.and(io.out.ready));
      io.out.data.set(io.in.data);
    }),
  ).toMatchInlineSnapshot(`
    "error[E14]: \`out_valid\` depends on \`out_ready\` of the same stream
      ‹const M = defineModule({› (in module M)
      the way: \`out_valid\` <- \`out_ready\`
      help: valid and payload must not wait for ready: derive them from state only"
  `);
});

test('E14 valid does not wait for the ready of an instance', () => {
  const Sink = defineModule({
    name: 'Sink',
    params: z.object({}),
    ports: () => ({ in: input(stream(uint(4))), busy: input(bool) }),
    build(io) {
      io.in.ready.set(io.busy.not());
      unused(io.in.valid, io.in.data);
    },
  });
  expect(
    faults({ in: input(stream(uint(4))), busy: input(bool) }, (io) => {
      const sink = Sink.inst('u_sink');
      sink.busy.set(io.busy);
      sink.in.valid.set(io.in.valid.and(sink.in.ready));
      sink.in.data.set(io.in.data);
      io.in.ready.set(sink.in.ready);
    }),
  ).toMatchInlineSnapshot(`
    "error[E14]: \`sink_in_valid\` depends on \`sink_in_ready\` of the stream \`u_sink.in\`
      ‹sink.in.valid.set(io.in.valid.and(sink.in.ready));› (in module M)
      \`u_sink\` is here (‹const sink = Sink.inst('u_sink');›)
      the way: \`sink_in_valid\` <- \`sink_in_ready\`
      help: valid and payload must not wait for ready: derive them from state only"
  `);
});

test('E14 streams are connected when their payloads go together', () => {
  expect(
    faults(
      {
        in: input(stream(bundle({ data: sint(8), last: bool }))),
        out: output(stream(bundle({ data: sint(6), last: bool }))),
        more: input(stream(uint(8))),
      },
      (io) => {
        connect(io.out, io.in as never);
        arbiter('bus', [io.more, io.in as never]).out.discard();
      },
    ),
  ).toMatchInlineSnapshot(`
    "error[E03]: the output \`out_data\` is never driven
      ‹const M = defineModule({› (in module M)
      help: give it a .set(…)
    error[E03]: the output \`out_last\` is never driven
      ‹const M = defineModule({› (in module M)
      help: give it a .set(…)
    error[E14]: the stream \`in\` cannot be connected to \`out\`: .data is sint<8>, not sint<6>
      ‹connect(io.out, io.in as never);› (in module M)
      \`in\` is stream<{data: sint<8>, last: bool}>
      \`out\` is stream<{data: sint<6>, last: bool}>
      help: convert the payload on the way: .map(type, (data) => …)
    error[E14]: the streams \`more\` and \`in\` cannot share \`bus\`
      ‹arbiter('bus', [io.more, io.in as never]).out.discard();› (in module M)
      \`more\` is stream<uint<8>>
      \`in\` is stream<{data: sint<8>, last: bool}>
      help: convert the payload on the way: .map(type, (data) => …)
    error[E06]: this assignment to \`in_ready\` always overrides an earlier one
      ‹arbiter('bus', [io.more, io.in as never]).out.discard();› (in module M)
      the earlier assignment (‹connect(io.out, io.in as never);›)
      help: remove one, put one under a condition, or make the first the default value of the wire"
  `);
});

test('E14 somebody takes every stream', () => {
  const Child = defineModule({
    name: 'Child',
    params: z.object({}),
    ports: () => ({ made: output(stream(bool)) }),
    build: (io) => {
      io.made.valid.set(true);
      io.made.data.set(true);
    },
  });
  expect(
    faults({ in: input(stream(uint(8))), more: input(stream(uint(8))) }, (io) => {
      io.more.fork(2)[0]!.discard();
      Child.inst('u_child');
    }),
  ).toMatchInlineSnapshot(`
    "error[E14]: nothing takes the stream \`in\`: its ready is never driven
      ‹const M = defineModule({› (in module M)
      help: set its ready, pass it on with .to(…), or drop what arrives with .discard()
    error[E14]: nothing takes the stream \`more_fork_1\`: its ready is never driven
      ‹io.more.fork(2)[0]!.discard();› (in module M)
      help: set its ready, pass it on with .to(…), or drop what arrives with .discard()
    error[E14]: nothing takes the stream \`u_child.made\`: its ready is never driven
      ‹Child.inst('u_child');› (in module M)
      help: set its ready, pass it on with .to(…), or drop what arrives with .discard()"
  `);
});
