// What a user reads when a signal has no value, more than one, one that waits for itself, or no reader.
// The texts are whole; a place stands as the line that it names (rendered.ts).

import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  bool,
  cat,
  defineModule,
  enumOf,
  input,
  match,
  output,
  regs,
  uint,
  when,
  wires,
} from '../../src/index.ts';
import { faults } from './rendered.ts';

test('E03 everything is driven', () => {
  const Child = defineModule({
    name: 'Child',
    params: z.object({}),
    ports: () => ({ a: input(bool), y: output(bool) }),
    build: (io) => io.y.set(io.a),
  });
  expect(
    faults({ y: output(bool), z: output(bool) }, (io) => {
      io.y.set(Child.inst('u_child').y);
    }),
  ).toMatchInlineSnapshot(`
    "error[E03]: the instance input \`child_a\` is never driven
      ‹io.y.set(Child.inst('u_child').y);› (in module M)
      help: give it a .set(…)
    error[E03]: the output \`z\` is never driven
      ‹const M = defineModule({› (in module M)
      help: give it a .set(…)"
  `);
});

test('E04 no latches', () => {
  expect(
    faults({ mode: input(enumOf('A', 'B')), c: input(bool), y: output(bool), z: output(bool) }, (io) => {
      when(io.c, () => io.y.set(true));
      match(io.mode, { A: () => io.z.set(io.c), B: () => {} });
    }),
  ).toMatchInlineSnapshot(`
    "error[E04]: \`y\` has no value in some cases (a latch)
      ‹when(io.c, () => io.y.set(true));› (in module M)
      when this condition does not hold, nothing assigns it
      \`y\` is declared here (‹const M = defineModule({›)
      help: assign it in that case too, or give it a default: wires({ … }, { y: 0 }) or a .set(…) before the when
    error[E04]: \`z\` has no value in some cases (a latch)
      ‹match(io.mode, { A: () => io.z.set(io.c), B: () => {} });› (in module M)
      the arm B does not assign it
      \`z\` is declared here (‹const M = defineModule({›)
      help: assign it in that case too, or give it a default: wires({ … }, { z: 0 }) or a .set(…) before the when"
  `);
});

test('E05 one driver', () => {
  expect(
    faults({ a: input(bool), y: output(bool) }, (io) => {
      // @ts-expect-error - an input cannot be set
      io.a.set(true);
      io.y.set(io.a);
    }),
  ).toMatchInlineSnapshot(`
    "error[E05]: \`a\` has a second driver
      ‹io.a.set(true);› (in module M)
      it is an input: the parent module drives it (‹const M = defineModule({›)
      help: assign to a wire of your own instead"
  `);
});

test('E06 no dead assignment', () => {
  expect(
    faults({ a: input(bool), y: output(bool) }, (io) => {
      io.y.set(io.a);
      io.y.set(io.a.not());
    }),
  ).toMatchInlineSnapshot(`
    "error[E06]: this assignment to \`y\` always overrides an earlier one
      ‹io.y.set(io.a.not());› (in module M)
      the earlier assignment (‹io.y.set(io.a);›)
      help: remove one, put one under a condition, or make the first the default value of the wire"
  `);
});

test('E07 no combinational loop, also through an instance', () => {
  const Inverter = defineModule({
    name: 'Inverter',
    params: z.object({}),
    ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
    build: (io) => io.y.set(io.a.not()),
  });
  expect(
    faults({ a: input(uint(4)), y: output(uint(4)) }, (io) => {
      const { t } = wires({ t: uint(4) });
      const w = Inverter.inst('u_inverter');
      w.a.set(t.and(io.a));
      t.set(w.y);
      io.y.set(t);
    }),
  ).toMatchInlineSnapshot(`
    "error[E07]: combinational loop: \`t\` <- \`inverter_y\` <- \`inverter_a\` <- \`t\`
      ‹const { t } = wires({ t: uint(4) });› (in module M)
      \`t\` is assigned here (‹t.set(w.y);›)
      \`inverter_y\` comes out of \`u_inverter\`, inside Inverter: \`y\` <- \`a\` (‹const w = Inverter.inst('u_inverter');›)
      \`inverter_a\` is assigned here (‹w.a.set(t.and(io.a));›)
      help: break the loop with a register, or compute the value without reading it back"
  `);
});

test('E07 says which bits of a signal are on the loop, and when none is', () => {
  expect(
    faults({ a: input(bool), y: output(uint(4)), z: output(uint(2)) }, (io) => {
      const { ring, shift } = wires({ ring: uint(4), shift: uint(2) });
      ring.set(cat(io.a, ring.bit(1), ring.bit(2), io.a));
      shift.set(cat(shift.bit(0), io.a));
      io.y.set(ring);
      io.z.set(shift);
    }),
  ).toMatchInlineSnapshot(`
    "error[E07]: combinational loop: \`ring[2:1]\` <- \`ring[2:1]\`
      ‹const { ring, shift } = wires({ ring: uint(4), shift: uint(2) });› (in module M)
      \`ring\` is assigned here (‹ring.set(cat(io.a, ring.bit(1), ring.bit(2), io.a));›)
      help: break the loop with a register, or compute the value without reading it back
    error[E07]: the signals of a loop depend on each other, though no bit on itself: \`shift\` <- \`shift\`
      ‹const { ring, shift } = wires({ ring: uint(4), shift: uint(2) });› (in module M)
      \`shift\` is assigned here (‹shift.set(cat(shift.bit(0), io.a));›)
      help: give the parts that depend on each other a wire each: simulators compute a signal as a whole"
  `);
});

test('E18 unread signals are a warning', () => {
  expect(
    faults({ a: input(bool), b: input(bool), y: output(bool) }, (io) => {
      const { spare } = regs({ spare: bool });
      spare.next(io.a);
      io.y.set(io.a);
    }),
  ).toMatchInlineSnapshot(`
    "warning[E18]: the register \`spare\` is never read
      ‹const { spare } = regs({ spare: bool });› (in module M)
      help: remove it, use it, or say unused(…) where that is intended
    warning[E18]: the input \`b\` is never read
      ‹const M = defineModule({› (in module M)
      help: remove it, use it, or say unused(…) where that is intended"
  `);
});
