// What a user reads when an operator, a match, a format or a stream is used wrongly. Places are left out for stability.

import {
  arbiter,
  assertAlways,
  bool,
  bundle,
  connect,
  DesignError,
  defineModule,
  fsm,
  type Io,
  input,
  match,
  oneHotMux,
  output,
  type Ports,
  sfix,
  sint,
  stream,
  uint,
  vec,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';

function faults<P extends Ports>(ports: P, build: (io: Io<P>) => void): string {
  const M = defineModule({ name: 'M', params: z.object({}), ports: () => ports, build });
  try {
    M.elaborate();
    return 'no fault';
  } catch (e) {
    if (!(e instanceof DesignError)) throw e;
    return e.message
      .replace(/ ?\(?[\w./-]*\.test\.ts:\d+:\d+\)?/g, '')
      .replaceAll(/^ {2}\(in module M\)\n/gm, '');
  }
}

test('E11 a match on an integer covers what it can be, and no more', () => {
  expect(
    faults({ a: input(uint(2)), y: output(bool), z: output(bool), w: output(bool) }, (io) => {
      match(io.a, { 0: () => io.y.set(true), 1: () => io.y.set(false), 3: () => io.y.set(false) });
      match(io.a, { 4: () => io.z.set(true), _: () => io.z.set(false) });
      match(io.a.bits(1, 1), { 0: () => io.w.set(true), 1: () => io.w.set(false) });
    }),
  ).toMatchInlineSnapshot(`
    "error[E11]: match on a uint(2), range 0..3: no arm for 2
      help: add the arm, or \`_\` for the rest
    error[E11]: match on a uint(2), range 0..3: the arm 4 can never be reached
      help: remove it, or widen the subject"
  `);
});

test('E11 a state machine starts in one of its states', () => {
  expect(
    faults({ y: output(bool) }, (io) => {
      const control = fsm(
        'control',
        { Idle: () => {}, Run: () => {} },
        {
          // @ts-expect-error - tsc sees it too
          init: 'Idel',
        },
      );
      io.y.set(control.is('Run'));
    }),
  ).toMatchInlineSnapshot(`
    "error[E11]: the fsm \`control\` starts in Idel, which is no state of it
      help: use Idle, Run
    error[E03]: the register \`control\` is never driven
      help: give it a .next(…), or remove it"
  `);
});

test('E12 an index has the width that its places need', () => {
  expect(
    faults(
      {
        v: input(vec(5, uint(8))),
        n: input(uint(4)),
        a: input(uint(8)),
        y: output(uint(8)),
        z: output(bool),
      },
      (io) => {
        io.y.set(io.v.at(io.n));
        io.z.set(io.a.bit(io.n));
        io.a.rotl(io.n);
        oneHotMux(io.n, [io.a, io.a]);
      },
    ),
  ).toMatchInlineSnapshot(`
    "error[E12]: a vec<5, uint<8>> indexed by a uint(4), range 0..15
      help: an index is a uint of at most 3 bits: write .trunc(3); past the end it reads the last element
    error[E12]: .bit() of 8 bits at a uint(4), range 0..15
      help: a place is a uint of at most 3 bits: write .trunc(3); bits past the end are 0
    error[E12]: .rotl() of 8 bits by a uint(4), range 0..15
      help: rotate by less than 8: truncate or saturate the amount
    error[E12]: oneHotMux() of 2 values by a uint(4), range 0..15
      help: give the choice one bit per value"
  `);
});

test('E02 a fixed-point value loses bits only where the text says how', () => {
  expect(
    faults({ x: input(sfix(4, 4)), y: output(sfix(4, 2)), z: output(sfix(3, 4)) }, (io) => {
      io.y.set(io.x);
      io.z.set(io.x.to(sfix(3, 4)));
      io.x.add(0.1);
    }),
  ).toMatchInlineSnapshot(`
    "error[E02]: \`y\` has fewer fraction bits than the sfix<4, 4> assigned to it
      \`y\` is sfix<4, 2>, declared here
      help: write .to(type, { round: 'half-even', overflow: 'saturate' }), or widen the target
    error[E02]: .to() from sfix(4, 4) to sfix(3, 4) would lose high bits
      help: say how: .to(type, { overflow: 'saturate' })
    error[E02]: .add() of sfix(4, 4) with 0.1
      help: it is no multiple of 2^-4; write a value that is, or a literal() of a finer type"
  `);
});

test('E01 a check takes a bool', () => {
  expect(
    faults({ a: input(uint(2)) }, (io) => {
      // @ts-expect-error - tsc sees it too
      assertAlways('some', io.a);
    }),
  ).toMatchInlineSnapshot(`
    "error[E01]: the condition of \`some\` must be a bool, not uint<2>
      help: compare it: .ne(0), .eq(…), .any()"
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
      help: give it a .set(…)
    error[E03]: the output \`out_last\` is never driven
      help: give it a .set(…)
    error[E14]: the stream \`in\` cannot be connected to \`out\`: .data is sint<8>, not sint<6>
      \`in\` is stream<{data: sint<8>, last: bool}>
      \`out\` is stream<{data: sint<6>, last: bool}>
      help: convert the payload on the way: .map(type, (data) => …)
    error[E14]: the streams \`more\` and \`in\` cannot share \`bus\`
      \`more\` is stream<uint<8>>
      \`in\` is stream<{data: sint<8>, last: bool}>
      help: convert the payload on the way: .map(type, (data) => …)
    error[E06]: this assignment to \`in_ready\` always overrides an earlier one
      the earlier assignment
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
      help: set its ready, pass it on with .to(…), or drop what arrives with .discard()
    error[E14]: nothing takes the stream \`more_fork_1\`: its ready is never driven
      help: set its ready, pass it on with .to(…), or drop what arrives with .discard()
    error[E14]: nothing takes the stream \`u_child.made\`: its ready is never driven
      help: set its ready, pass it on with .to(…), or drop what arrives with .discard()"
  `);
});
