// Designs that break the rules of a stream, and what a testbench says of them. Each is broken on purpose.

import { bool, defineModule, input, output, regs, stream, uint, when } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../testbench/simulate.ts';
import { ProtocolError } from './stream-protocol.ts';

/** Offers a count; `drop` withdraws it for a cycle, `change` lets it run on while nobody takes it. */
const Rude = defineModule({
  name: 'Rude',
  params: z.object({}),
  ports: () => ({ drop: input(bool), change: input(bool), early: input(bool), out: output(stream(uint(4))) }),
  build(io) {
    const { count, started } = regs({ count: uint(4), started: bool }, { count: 0, started: false });
    started.next(true);
    io.out.valid.set(started.and(io.drop.not()));
    io.out.data.set(count);
    when(io.out.fire.or(io.change), () => count.next(count.addWrap(1)));
    when(io.early, () => count.next(0));
  },
});

/** Always offers, also in reset. */
const Eager = defineModule({
  name: 'Eager',
  params: z.object({}),
  ports: () => ({ out: output(stream(bool)) }),
  build(io) {
    io.out.valid.set(true);
    io.out.data.set(true);
  },
});

test('a payload that changes while it waits', async () => {
  const run = simulate(Rude, {}, async (dut, t) => {
    await t.step(2);
    dut.change.poke(true);
    await t.step();
    await t.step();
    await t.step();
  });
  await expect(run).rejects.toThrow(ProtocolError);
  await expect(run).rejects.toThrow(
    "out: the payload changed before it was accepted: it was 0, is 1 (an offered value stays until ready accepts it; protocol: 'off' lets this pass)\n\nat cycle 3, seed 1",
  );
});

test('valid that falls while it waits, in a forked task or not', async () => {
  const run = simulate(Rude, {}, async (dut, t) => {
    t.fork(async () => {
      for (;;) await t.step();
    });
    await t.step(4);
    dut.drop.poke(true);
    await t.step();
  });
  await expect(run).rejects.toThrow('out: valid fell before the value was accepted');
});

test('nothing is wrong with a value that is accepted at once, or with changing between two', () =>
  simulate(Rude, {}, { protocol: 'axi' }, async (dut, t) => {
    dut.change.poke(true);
    expect(await dut.out.take(3)).toEqual([1n, 2n, 3n]);
    dut.change.poke(false);
    await t.step(10);
    expect(await dut.out.recv()).toBe(4n);
  }));

test('a value offered in reset is wrong for AXI only', async () => {
  const look = (protocol: 'axi' | 'stable') => simulate(Eager, {}, { protocol }, (dut) => dut.out.recv());
  expect(await look('stable')).toBe(true);
  await expect(look('axi')).rejects.toThrow('out: valid is high in reset');
});

test('rules are chosen per port, and one that does not exist is an error', async () => {
  const break_ = (protocol: object | string) =>
    simulate(Rude, {}, { protocol: protocol as 'off' }, async (dut, t) => {
      dut.change.poke(true);
      for (let i = 0; i < 5; i++) await t.step();
    });
  await break_('off');
  await break_({ out: 'off' });
  await expect(break_({ other: 'off' })).rejects.toThrow(ProtocolError);
  await expect(break_('strict')).rejects.toThrow('protocol: choose off, stable or axi, not strict');
});
