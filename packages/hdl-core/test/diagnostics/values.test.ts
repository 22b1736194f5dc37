// What a user reads when values do not fit: kinds, signs, ranges, labels, indices.
// The texts are whole; a place stands as the line that it names (rendered.ts).

import { expect, test } from 'vitest';
import {
  assertAlways,
  bool,
  enumOf,
  fsm,
  input,
  match,
  oneHotMux,
  output,
  sfix,
  sint,
  uint,
  unpack,
  vec,
} from '../../src/index.ts';
import { faults } from './rendered.ts';

test('E01 kinds and signs do not mix', () => {
  expect(
    faults({ a: input(uint(8)), b: input(sint(8)), y: output(sint(9)) }, (io) => {
      // @ts-expect-error - tsc sees it too
      io.y.set(io.b.add(io.a));
      // @ts-expect-error - tsc sees it too
      io.y.set(io.a);
    }),
  ).toMatchInlineSnapshot(`
    "error[E01]: .add() of a sint<8> with uint<8>
      ‹io.y.set(io.b.add(io.a));› (in module M)
      help: make both signed: .toSInt() keeps the value (one more bit), .asSInt() keeps the bits
    error[E01]: \`y\` is a sint<9> and cannot take uint<8>
      ‹io.y.set(io.a);› (in module M)
      \`y\` is sint<9>, declared here (‹const M = defineModule({›)
      help: convert explicitly: .toSInt() keeps the value, .asSInt() keeps the bits
    error[E06]: this assignment to \`y\` always overrides an earlier one
      ‹io.y.set(io.a);› (in module M)
      the earlier assignment (‹io.y.set(io.b.add(io.a));›)
      help: remove one, put one under a condition, or make the first the default value of the wire"
  `);
});

test('E01 operators of JavaScript know nothing of signals', () => {
  expect(
    faults({ a: input(uint(4)), b: input(uint(4)), y: output(uint(5)), less: output(bool) }, (io) => {
      const table = [3, 1, 2];
      // @ts-expect-error - an operand of + is a number
      io.y.set(io.a + io.b);
      // @ts-expect-error - a signal is no place in an array
      io.less.set(table[io.a] === 1);
    }),
  ).toMatchInlineSnapshot(`
    "error[E01]: a signal is used as a number or text of JavaScript
      ‹io.y.set(io.a + io.b);› (in module M)
      help: operators of hardware are methods: .add(…), .lt(…), .eq(…), and .at(…) of a vec; msg\`…\` shows values in a check
    error[E01]: a signal is used as a number or text of JavaScript
      ‹io.y.set(io.a + io.b);› (in module M)
      help: operators of hardware are methods: .add(…), .lt(…), .eq(…), and .at(…) of a vec; msg\`…\` shows values in a check
    error[E01]: a signal is used as a number or text of JavaScript
      ‹io.less.set(table[io.a] === 1);› (in module M)
      help: operators of hardware are methods: .add(…), .lt(…), .eq(…), and .at(…) of a vec; msg\`…\` shows values in a check"
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
      ‹assertAlways('some', io.a);› (in module M)
      help: compare it: .ne(0), .eq(…), .any()"
  `);
});

test('E02 nothing is cut silently', () => {
  expect(
    faults({ a: input(uint(8)), b: input(uint(8)), y: output(uint(8)), z: output(uint(4)) }, (io) => {
      io.y.set(io.a.add(io.b));
      io.z.set(16);
    }),
  ).toMatchInlineSnapshot(`
    "error[E02]: assignment to \`y\` would lose bits
      ‹io.y.set(io.a.add(io.b));› (in module M)
      \`y\` is uint<8>, declared here (‹const M = defineModule({›)
      the value is uint(9), range 0..510
      help: write .trunc(8) or .saturate(8), or widen \`y\` to 9 bits
    error[E02]: the literal 16 does not fit \`z\`
      ‹io.z.set(16);› (in module M)
      \`z\` is uint<4>, declared here (‹const M = defineModule({›)
      it holds 0..15
      help: use a value in that range, or widen the signal"
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
      ‹io.y.set(io.x);› (in module M)
      \`y\` is sfix<4, 2>, declared here (‹const M = defineModule({›)
      help: write .to(type, { round: 'half-even', overflow: 'saturate' }), or widen the target
    error[E02]: .to() from sfix(4, 4) to sfix(3, 4) would lose high bits
      ‹io.z.set(io.x.to(sfix(3, 4)));› (in module M)
      help: say how: .to(type, { overflow: 'saturate' })
    error[E02]: .add() of sfix(4, 4) with 0.1
      ‹io.x.add(0.1);› (in module M)
      help: it is no multiple of 2^-4; write a value that is, or a literal() of a finer type"
  `);
});

test('E02 a number is unpacked into a type of as many bits', () => {
  expect(
    faults({ bits: input(uint(7)), y: output(vec(2, sint(4))) }, (io) => {
      io.y.set(unpack(vec(2, sint(4)), io.bits));
    }),
  ).toMatchInlineSnapshot(`
    "error[E02]: 7 bits are unpacked into a vec<2, sint<4>>, which has 8
      ‹io.y.set(unpack(vec(2, sint(4)), io.bits));› (in module M)
      help: cut or extend them first: .trunc(n), .bits(high, low), .extend(n)"
  `);
});

test('E11 a match covers its labels', () => {
  expect(
    faults({ mode: input(enumOf('A', 'B')), y: output(bool) }, (io) => {
      // @ts-expect-error - B is missing
      match(io.mode, { A: () => io.y.set(true) });
    }),
  ).toMatchInlineSnapshot(`
    "error[E11]: match on enum<A, B>: no arm for B
      ‹match(io.mode, { A: () => io.y.set(true) });› (in module M)
      help: add the arm, or \`_\` for the rest"
  `);
});

test('E11 a match on an integer covers what it can be, and no more', () => {
  expect(
    faults({ a: input(uint(2)), y: output(bool), z: output(bool), w: output(bool) }, (io) => {
      match(io.a, { 0: () => io.y.set(true), 1: () => io.y.set(false), 3: () => io.y.set(false) });
      match(io.a, { 4: () => io.z.set(true), _: () => io.z.set(false) });
      match(io.a.bits(1, 1), { 0: () => io.w.set(true), 1: () => io.w.set(false) });
    }),
  ).toMatchInlineSnapshot(`
    "error[E11]: match on a uint(2), range 0..3: no arm for 2
      ‹match(io.a, { 0: () => io.y.set(true), 1: () => io.y.set(false), 3: () => io.y.set(false) });› (in module M)
      help: add the arm, or \`_\` for the rest
    error[E11]: match on a uint(2), range 0..3: the arm 4 can never be reached
      ‹match(io.a, { 4: () => io.z.set(true), _: () => io.z.set(false) });› (in module M)
      help: remove it, or widen the subject"
  `);
});

test('E11 `_` covers something', () => {
  expect(
    faults({ mode: input(enumOf('A', 'B')), a: input(uint(1)), y: output(bool), z: output(bool) }, (io) => {
      match(io.mode, { A: () => io.y.set(true), B: () => io.y.set(false), _: () => io.y.set(false) });
      match(io.a, { 0: () => io.z.set(true), 1: () => io.z.set(false), _: () => io.z.set(false) });
    }),
  ).toMatchInlineSnapshot(`
    "error[E11]: match on enum<A, B>: \`_\` can never be reached
      ‹match(io.mode, { A: () => io.y.set(true), B: () => io.y.set(false), _: () => io.y.set(false) });› (in module M)
      its 2 values have an arm each
      help: remove \`_\`, or the arms that do the same
    error[E11]: match on a uint(1), range 0..1: \`_\` can never be reached
      ‹match(io.a, { 0: () => io.z.set(true), 1: () => io.z.set(false), _: () => io.z.set(false) });› (in module M)
      its 2 values have an arm each
      help: remove \`_\`, or the arms that do the same"
  `);
  // Of three labels in two bits, an encoding is left.
  expect(
    faults({ mode: input(enumOf('A', 'B', 'C')), y: output(bool) }, (io) => {
      const no = (): void => io.y.set(false);
      match(io.mode, { A: () => io.y.set(true), B: no, C: no, _: no });
    }),
  ).toBe('no fault');
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
      ‹const control = fsm(› (in module M)
      help: use Idle, Run
    error[E03]: the register \`control\` is never driven
      ‹const control = fsm(› (in module M)
      help: give it a .next(…), or remove it"
  `);
});

test('E12 indices stay inside', () => {
  expect(
    faults({ a: input(uint(8)), v: input(vec(3, uint(8))), y: output(uint(8)) }, (io) => {
      io.y.set(io.a.bits(8, 1).extend(8).or(io.v.at(3)));
    }),
  ).toMatchInlineSnapshot(`
    "error[E12]: bits(8, 1) is outside uint(8), range 0..255
      ‹io.y.set(io.a.bits(8, 1).extend(8).or(io.v.at(3)));› (in module M)
      help: use 0 <= low <= high <= 7
    error[E12]: index 3 is outside a vec<3, uint<8>>
      ‹io.y.set(io.a.bits(8, 1).extend(8).or(io.v.at(3)));› (in module M)
      help: use 0 to 2"
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
      ‹io.y.set(io.v.at(io.n));› (in module M)
      help: an index is a uint of at most 3 bits: write .trunc(3); past the end it reads the last element
    error[E12]: .bit() of 8 bits at a uint(4), range 0..15
      ‹io.z.set(io.a.bit(io.n));› (in module M)
      help: a place is a uint of at most 3 bits: write .trunc(3); bits past the end are 0
    error[E12]: .rotl() of 8 bits by a uint(4), range 0..15
      ‹io.a.rotl(io.n);› (in module M)
      help: rotate by less than 8: truncate or saturate the amount
    error[E12]: oneHotMux() of 2 values by a uint(4), range 0..15
      ‹oneHotMux(io.n, [io.a, io.a]);› (in module M)
      help: give the choice one bit per value"
  `);
});
