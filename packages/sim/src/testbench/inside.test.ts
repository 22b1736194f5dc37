// What is inside a design, as a test sees it: registers and words of memories by name, the same on every back end.

import { bool, defineModule, enumOf, input, mem, output, regs, sint, uint, when } from '@gatewright/hdl-core';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Dot } from '../../test/designs.ts';
import { simulate } from './simulate.ts';

const mode = enumOf('Idle', 'Busy');

const Lane = defineModule({
  name: 'Lane',
  params: z.object({}),
  ports: () => ({ x: input(sint(5)), take: input(bool), odd: output(bool) }),
  build(io) {
    const { acc, wide, seen } = regs(
      { acc: sint(13), wide: sint(70), seen: mode },
      { acc: 0, wide: 0, seen: 'Idle' },
    );
    when(io.take, () => {
      acc.next(acc.addWrap(io.x.extend(13)));
      wide.next(wide.subWrap(io.x.extend(70)));
      seen.next('Busy');
    });
    io.odd.set(acc.bit(0).xor(wide.bit(69)).xor(seen.is('Busy')));
  },
});

const Lanes = defineModule({
  name: 'Lanes',
  params: z.object({}),
  ports: () => ({
    x: input(sint(5)),
    take: input(bool),
    at: input(uint(4)),
    odd: output(bool),
    q: output(uint(9)),
  }),
  build(io) {
    const lanes = [0, 1].map((k) => Lane.inst(`lane_${k}`));
    for (const lane of lanes) lane.x.set(io.x);
    lanes[0]!.take.set(io.take);
    lanes[1]!.take.set(io.take.and(io.x.lt(0)));
    const store = mem('store', { depth: 16, type: uint(9), collision: 'old', init: (i) => 3 * i });
    when(io.take, () => store.write(io.at, io.x.asUInt().extend(9)));
    io.q.set(store.readSync(io.at));
    io.odd.set(lanes[0]!.odd.xor(lanes[1]!.odd));
  },
});

const watch = ['lane_*.acc', 'lane_1.wide', 'lane_0.seen', 'store[*]'];

test('registers and memory words are read by name, with their types', async () => {
  await simulate(Lanes, {}, { watch }, async (dut, t) => {
    const accs = [0, 1].map((k) => t.inside(`lane_${k}.acc`, sint(13)));
    const wide = t.inside('lane_1.wide', sint(70));
    const seen = t.inside('lane_0.seen', mode);
    const words = [6, 7, 8].map((k) => t.inside(`store[${k}]`, uint(9)));
    expect(seen.peek()).toBe('Idle');
    expect(words.map((word) => word.peek())).toEqual([18n, 21n, 24n]);
    dut.at.poke(7);
    dut.take.poke(true);
    dut.x.poke(-3);
    await t.step();
    dut.x.poke(5);
    await t.step(2);
    expect(accs.map((acc) => acc.peek())).toEqual([7n, -3n]);
    expect(wide.peek()).toBe(3n);
    expect(seen.peek()).toBe('Busy');
    expect(words.map((word) => word.peek())).toEqual([18n, 5n, 24n]);
    dut.x.poke(-16);
    await t.step();
    expect(accs.map((acc) => acc.peek())).toEqual([-9n, -19n]);
    expect(words[1]!.peek()).toBe(16n);
  });
});

test('a change inside can be awaited, and is drawn', async () => {
  await simulate(Lanes, {}, { watch }, async (dut, t) => {
    const acc = t.inside('lane_0.acc', sint(13));
    const waiting = t.fork(async (own) => {
      await own.edge(acc);
      return [own.cycle, acc.peek()];
    });
    await t.step(3);
    dut.x.poke(-1);
    dut.take.poke(true);
    await t.step();
    expect(await waiting.join()).toEqual([4, -1n]);
    expect(t.wave('lane_0.*', 'store[0]')).toMatchInlineSnapshot(`
      "cycle         0    1    2    3    4
                   ────────────────────┬────
      lane_0.acc    0                  │-1
                   ────────────────────┬────
      lane_0.seen   Idle               │Busy
                   ────────────────────┬────
      store[0]      0                  │31"
    `);
  });
});

test('a wave shows what is inside beside the ports', async () => {
  const wave = await simulate(Dot, {}, { watch: ['acc', 'f*'] }, async (dut, t) => {
    void dut.in.send({ a: [2, 3], b: [4, 5], last: false }, { a: [1, 1], b: [1, -1], last: true });
    await dut.out.recv();
    return t.wave('acc', 'full', 'out_valid');
  });
  expect(wave).toMatchInlineSnapshot(`
    "cycle       0   1   2   3
               ────┬───────┬───
    acc         0  │23     │0
                       ┌───┐
    full       ────────┘   └───
                       ┌───┐
    out_valid  ────────┘   └───"
  `);
});

test('the given type is the type of the value', () =>
  simulate(Lanes, {}, { watch }, (_, t) => {
    const seen: 'Idle' | 'Busy' = t.inside('lane_0.seen', mode).peek();
    expect(seen).toBe('Idle');
    // @ts-expect-error - there is no such label
    expect(t.inside('lane_0.seen', mode).peek() === 'Resting').toBe(false);
    // @ts-expect-error - what is inside is only looked at
    expect(t.inside('lane_0.acc', sint(13)).poke).toBeUndefined();
  }));

test('what cannot be seen is refused with its name', async () => {
  const look = (given: readonly string[], act: (t: Parameters<Parameters<typeof simulate>[3]>[1]) => void) =>
    simulate(Lanes, {}, { watch: given }, (_, t) => act(t));
  await expect(look(['lane_2.acc'], () => {})).rejects.toThrowErrorMatchingInlineSnapshot(
    `[RangeError: no signal is called lane_2.acc; there are store_data, lane_0.acc, lane_0.wide, lane_0.seen, lane_1.acc, lane_1.wide, lane_1.seen]`,
  );
  await expect(look([], (t) => t.inside('lane_0.acc', sint(13)))).rejects.toThrow(
    "inside: lane_0.acc is not watched, nothing is; simulate with { watch: ['lane_0.acc'] }",
  );
  await expect(look(watch, (t) => t.inside('lane_0.acc', uint(13)))).rejects.toThrow(
    'inside: lane_0.acc is a sint<13>, not a uint<13>',
  );
});

test('a time may have a blank before its unit', () =>
  simulate(Lanes, {}, async (_, t) => {
    await t.timer('12.5 ns');
    expect(t.time).toBe(12_500);
  }));

test('a log line says when', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  await simulate(Lanes, {}, { clocks: { clk: { period: '2.5ns' } } }, async (_, t) => {
    t.log('begins');
    await t.step(3);
    t.log('sum', 5n, { k: 1 });
  });
  expect(printed.mock.calls).toEqual([
    ['cycle 0, 0ps:', 'begins'],
    ['cycle 3, 7.5ns:', 'sum', 5n, { k: 1 }],
  ]);
  printed.mockRestore();
});
