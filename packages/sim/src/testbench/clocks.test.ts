// Designs of several clocks: which edges come when, and who sees them.

import { bool, defineModule, domain, inDomain, input, output, regs, uint } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from './simulate.ts';

const fast = domain('fast', { clock: 'clk_fast', reset: { name: 'rst_fast' } });
const slow = domain('slow', { clock: 'clk_slow', reset: { name: 'rst_slow_n', active: 'low' } });

/** A counter in each of two domains. */
const Two = defineModule({
  name: 'Two',
  params: z.object({}),
  ports: () => ({ en: input(bool), quick: output(uint(8)), lazy: output(uint(8)) }),
  build(io) {
    inDomain(fast, () => {
      const { a } = regs({ a: uint(8) }, { a: 0 });
      a.next(a.addWrap(io.en.asUInt()));
      io.quick.set(a);
    });
    inDomain(slow, () => {
      const { b } = regs({ b: uint(8) }, { b: 0 });
      b.next(b.addWrap(1));
      io.lazy.set(b);
    });
  },
});

const timing = { clk_fast: { period: '4ns' }, clk_slow: { period: '10ns', phase: '3ns' } } as const;

test('two clocks, each at its own times', () =>
  simulate(Two, {}, { clocks: timing }, async (dut, t) => {
    const [quick, lazy] = [t.clock('clk_fast'), t.clock('clk_slow')];
    dut.en.poke(true);
    const seen: unknown[] = [];
    const note = (clock: string) =>
      seen.push([clock, t.time, Number(dut.quick.peek()), Number(dut.lazy.peek())]);
    const watch = t.fork(async () => {
      for (let i = 0; i < 3; i++) {
        await t.risingEdge(lazy);
        note('slow');
      }
    });
    for (let i = 0; i < 5; i++) {
      await t.risingEdge(quick);
      note('fast');
    }
    await watch.join();
    expect(seen).toEqual([
      ['slow', 3000, 0, 1],
      ['fast', 4000, 1, 1],
      ['fast', 8000, 2, 1],
      ['fast', 12_000, 3, 1],
      ['slow', 13_000, 3, 2],
      ['fast', 16_000, 4, 2],
      ['fast', 20_000, 5, 2],
      ['slow', 23_000, 5, 3],
    ]);
    await t.timer('5ns');
    expect([t.time, t.cycle, quick.cycle, lazy.cycle, dut.quick.peek()]).toEqual([28_000, 7, 7, 3, 7n]);
    await t.fallingEdge(lazy);
    expect(t.time).toBe(28_000 + 10_000);
    await t.clockCycles(2, lazy);
    expect([t.time, lazy.cycle]).toEqual([53_000, 6]);
  }));

test('edges at the same time are one instant', () =>
  simulate(Two, {}, async (dut, t) => {
    dut.en.poke(true);
    const watch = t.fork(async () => {
      await t.risingEdge(t.clock('clk_slow'));
      return [dut.quick.peek(), dut.lazy.peek()];
    });
    await t.step();
    expect([dut.quick.peek(), dut.lazy.peek()]).toEqual([1n, 1n]);
    expect(await watch.join()).toEqual([1n, 1n]);
    t.tick(9);
    expect([t.cycle, dut.lazy.peek()]).toEqual([10, 10n]);
  }));

test('a reset of one domain leaves the other alone', () =>
  simulate(Two, {}, async (dut, t) => {
    dut.en.poke(true);
    await t.step(5);
    await t.reset({ name: 'rst_slow_n' });
    expect([dut.quick.peek(), dut.lazy.peek()]).toEqual([7n, 0n]);
    await t.step();
    expect([dut.quick.peek(), dut.lazy.peek()]).toEqual([8n, 1n]);
    await t.reset({ cycles: 1 });
    expect([dut.quick.peek(), dut.lazy.peek()]).toEqual([0n, 0n]);
    await expect(t.reset({ name: 'rst' })).rejects.toThrow(
      'there is no reset rst; there is rst_fast, rst_slow_n',
    );
  }));

test('a clock that is not there is named', async () => {
  await expect(simulate(Two, {}, { clocks: { clk: {} } }, () => {})).rejects.toThrow(
    'clocks: there is no clock clk; there is clk_fast, clk_slow',
  );
});
