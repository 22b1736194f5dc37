// An asynchronous reset as a test sees it: it acts by its level, without an edge, whatever the registers powered up with.

import { defineModule, domain, input, output, regs, uint } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from './simulate.ts';

/** Two registers; one powers up with 9, and one has no reset. */
const held = (active: 'high' | 'low') =>
  defineModule({
    name: 'Held',
    params: z.object({}),
    domain: domain('main', { clock: 'clk', reset: { name: 'clear', kind: 'async', active } }),
    ports: () => ({
      x: input(uint(8)),
      plain: output(uint(8)),
      begun: output(uint(8)),
      free: output(uint(8)),
    }),
    build(io) {
      const { held, other, kept } = regs(
        { held: uint(8), other: uint(8), kept: uint(8) },
        { held: 7, other: 5 },
        { init: { other: 9 } },
      );
      held.next(io.x);
      other.next(io.x);
      kept.next(io.x);
      io.plain.set(held);
      io.begun.set(other);
      io.free.set(kept);
    },
  });

test.each([
  ['high', 'zero'],
  ['low', 'zero'],
  ['high', 1],
  ['low', 2],
] as const)('active %s, power-up %s', (active, powerUp) =>
  simulate(held(active), {}, { powerUp, reset: false }, async (dut, t) => {
    // Active before anything has been evaluated.
    const first = t.reset({ cycles: 1 });
    expect([dut.plain.peek(), dut.begun.peek()]).toEqual([7n, 5n]);
    await first;
    expect([dut.plain.peek(), dut.begun.peek()]).toEqual([7n, 5n]);
    dut.x.poke(33);
    await t.step();
    expect([dut.plain.peek(), dut.begun.peek(), dut.free.peek()]).toEqual([33n, 33n, 33n]);
    const second = t.reset({ cycles: 2 });
    expect([dut.plain.peek(), dut.begun.peek(), dut.free.peek()]).toEqual([7n, 5n, 33n]);
    await second;
    expect(dut.plain.peek()).toBe(7n);
  }),
);
