// Waits for edges and for time, and the phases of an instant: the ordering rule, sentence by sentence.

import { bool, defineModule, input, output, regs, uint } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Counter, Dot } from '../../test/designs.ts';
import { simulate } from './simulate.ts';
import { picoseconds, timeText } from './time.ts';

const beat = (a: number, last = true) => ({ a: [a, 0], b: [1, 0], last });

/** One bit that toggles while enabled, and an input passed through without a register. */
const Toggle = defineModule({
  name: 'Toggle',
  params: z.object({}),
  ports: () => ({
    en: input(bool),
    a: input(uint(8)),
    q: output(bool),
    follows: output(uint(8)),
    high: output(bool),
  }),
  build(io) {
    const { state } = regs({ state: bool }, { state: false });
    state.next(state.xor(io.en));
    io.q.set(state);
    io.follows.set(io.a);
    io.high.set(io.a.ge(128));
  },
});

test('edges of ports: rising, falling, any', () =>
  simulate(Toggle, {}, async (dut, t) => {
    dut.en.poke(true);
    const seen: string[] = [];
    const note = (name: string) => seen.push(`${name} at ${t.cycle}`);
    const tasks = [
      t.fork(async () => {
        await t.risingEdge(dut.q);
        note('rose');
        await t.risingEdge(dut.q);
        note('rose');
      }),
      t.fork(async () => {
        await t.fallingEdge(dut.q);
        note('fell');
      }),
      t.fork(async () => {
        for (let i = 0; i < 2; i++) {
          await t.edge(dut.q);
          note('changed');
        }
      }),
    ];
    for (const task of tasks) await task.join();
    expect(seen).toEqual(['rose at 1', 'changed at 1', 'fell at 2', 'changed at 2', 'rose at 3']);
  }));

test('a change that a poke makes is seen in the same instant', () =>
  simulate(Toggle, {}, async (dut, t) => {
    const watcher = t.fork(async () => {
      await t.risingEdge(dut.high);
      return [t.cycle, dut.follows.peek()];
    });
    await t.step(3);
    dut.a.poke(200);
    expect(await watcher.join()).toEqual([3, 200n]);
    expect(t.cycle).toBe(3);
    const chain = t.fork(async () => {
      await t.edge(dut.follows);
      dut.a.poke(7);
    });
    const end = t.fork(async () => {
      await t.fallingEdge(dut.high);
      return dut.follows.peek();
    });
    await t.step();
    dut.a.poke(201);
    await t.step();
    await chain.join();
    expect([await end.join(), t.cycle]).toEqual([7n, 5]);
  }));

test('edges and cycles of the clock, and time', () =>
  simulate(Counter, {}, async (dut, t) => {
    dut.en.poke(true);
    const clk = t.clock();
    expect([clk.name, clk.period, clk.cycle, t.time]).toEqual(['clk', 10_000, 0, 0]);
    await t.risingEdge(clk);
    expect([t.cycle, t.time, dut.count.peek()]).toEqual([1, 10_000, 1n]);
    await t.fallingEdge(clk);
    expect([t.cycle, t.time, dut.count.peek()]).toEqual([1, 15_000, 1n]);
    await t.fallingEdge(clk);
    expect([t.cycle, t.time, dut.count.peek()]).toEqual([2, 25_000, 2n]);
    await t.edge(clk);
    await t.edge(clk);
    expect([t.cycle, t.time]).toEqual([3, 35_000]);
    await t.clockCycles(10, clk);
    expect([clk.cycle, t.time, dut.count.peek()]).toEqual([13, 130_000, 13n]);
    await t.timer('4ns');
    expect([t.cycle, t.time]).toEqual([13, 134_000]);
    await t.timer('1.006us');
    expect([t.cycle, t.time, dut.count.peek()]).toEqual([114, 1_140_000, 114n]);
  }));

test('a poke between two edges is seen by the next one', () =>
  simulate(Counter, {}, async (dut, t) => {
    await t.step();
    await t.timer('9.999ns');
    dut.en.poke(true);
    expect(dut.following.peek()).toBe(1n);
    await t.timer('1ps');
    expect([t.cycle, dut.count.peek()]).toEqual([2, 1n]);
  }));

test('a clock rises when its period and phase say', () =>
  simulate(Counter, {}, { clocks: { clk: { period: '3ns', phase: '1ns' } } }, async (_, t) => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      await t.risingEdge(t.clock('clk'));
      times.push(t.time);
      await t.fallingEdge(t.clock());
      times.push(t.time);
    }
    expect(times).toEqual([1000, 2500, 4000, 5500, 7000, 8500]);
    expect(() => t.clock('clock')).toThrow('there is no clock clock; there is clk');
  }));

test('readWrite comes after every write, readOnly after everything', () =>
  simulate(Toggle, {}, async (dut, t) => {
    const seen: string[] = [];
    const note = (who: string) => seen.push(`${who} ${dut.follows.peek()}`);
    t.fork(async () => {
      await t.step();
      await t.readOnly();
      note('readOnly');
      expect(() => dut.a.poke(9)).toThrow('poke on a: this instant is in its readOnly phase');
      await expect(t.readWrite()).rejects.toThrow('readWrite: this instant is in its readOnly phase');
      await t.readOnly();
      note('still readOnly');
    });
    t.fork(async () => {
      await t.step();
      await t.readWrite();
      note('readWrite');
      dut.a.poke(3);
    });
    t.fork(async () => {
      await t.step();
      dut.a.poke(2);
      note('write');
    });
    t.fork(async () => {
      await t.edge(dut.follows);
      note('first change');
      await t.edge(dut.follows);
      note('second change');
    });
    await t.step();
    dut.a.poke(1);
    await t.step();
    expect(t.cycle).toBe(2);
    expect(seen).toEqual([
      ...['write 2', 'first change 1', 'readWrite 1', 'second change 3', 'readOnly 3', 'still readOnly 3'],
    ]);
    dut.a.poke(4);
    expect(dut.follows.peek()).toBe(4n);
  }));

test('readOnly sees the streams as the coming edge will', () =>
  simulate(Dot, {}, async (dut, t) => {
    const fires: number[] = [];
    t.fork(async () => {
      for (;;) {
        await t.readOnly();
        if (dut.in.valid.peek() && dut.in.ready.peek()) fires.push(t.cycle);
        await t.step();
      }
    });
    const sum = t.fork(() => dut.out.recv());
    await dut.in.send(beat(5));
    expect(t.cycle).toBe(1);
    await t.step(2);
    await dut.in.send(beat(6));
    expect(await sum.join()).toBe(5n);
    expect(fires).toEqual([0, 3]);
  }));

test('what is no edge or no time is refused', () =>
  simulate(Toggle, {}, async (dut, t) => {
    // @ts-expect-error - an edge to 1 is of one bit or of a clock
    const notPort = async () => t.risingEdge('q');
    await expect(notPort()).rejects.toThrow('an edge is awaited on a port');
    expect(() => t.risingEdge(dut.a)).toThrow('risingEdge: a has 8 bits; use edge for more than one');
    expect(() => t.timer('1.5ps')).toThrow('timer: 1.5ps is finer than 1 ps');
    // @ts-expect-error - a time has a unit
    expect(() => t.timer('10')).toThrow("timer: \"10\" is no time; write '10ns' or '2.5us'");
    expect(picoseconds('0.010us', 'x')).toBe(10_000);
    expect([timeText(2500), timeText(1_000_000), timeText(7)]).toEqual(['2.5ns', '1us', '7ps']);
  }));

test('tick passes cycles at once where nobody else waits', () =>
  simulate(Counter, {}, async (dut, t) => {
    dut.en.poke(true);
    for (let i = 0n; i < 100n; i++) {
      expect(dut.count.peek()).toBe(i);
      t.tick();
    }
    t.tick(50);
    expect([t.cycle, t.time, dut.count.peek()]).toEqual([150, 1_500_000, 150n]);
    void t.step();
    expect(() => t.tick()).toThrow('tick: others wait, use await t.step(): step until cycle 151');
    expect(() => t.tick(0)).toThrow('tick(0): pass a whole number of cycles');
  }));
