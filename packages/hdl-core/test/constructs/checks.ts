// Checks of a design, for the golden Verilog and for the simulators.

import {
  assertAlways,
  assume,
  cover,
  defineModule,
  enumOf,
  input,
  match,
  msg,
  output,
  regs,
  sint,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const Checks = defineModule({
  name: 'Checks',
  doc: 'assertions, assumptions and cover points, alone and under conditions.',
  params: z.object({}),
  ports: () => ({
    mode: input(enumOf('Fill', 'Drain', 'Idle')),
    level: input(uint(4)),
    offset: input(sint(4)),
    total: output(uint(5)),
  }),
  build(io) {
    const { held } = regs({ held: uint(4) }, { held: 0 });
    held.next(io.level);
    io.total.set(io.level.add(held));
    assume('level_bounded', io.level.le(12), msg`level is ${io.level}, 100% is 12`);
    assertAlways('fits', io.level.le(15));
    match(io.mode, {
      Fill: () => {
        assertAlways('rising', io.level.ge(held), msg`from ${held} to ${io.level}`);
        when(io.level.eq(12), () => cover('full', held.ne(12), 'it has just filled up'));
      },
      Drain: () => assertAlways('falling', io.level.le(held)),
      Idle: () =>
        assertAlways('centred', io.offset.add(io.level.toSInt()).le(12), msg`offset ${io.offset.neg()}`),
    });
  },
});
