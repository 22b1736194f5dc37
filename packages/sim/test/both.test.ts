// State in both back ends at once, as a testbench drives it: memories, several clocks, a queue between clocks. Expected
// values come from models written here; the back ends are compared with each other after every step as well.

import {
  bool,
  cdc,
  connect,
  defineModule,
  domain,
  inDomain,
  input,
  mem,
  output,
  regs,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../src/index.ts';
import { Random } from '../src/testbench/random.ts';

const seed = Number(process.env.GATEWRIGHT_SEED ?? 1);
/** Integers from 0 to below a bound. */
const randomOf = (name: string) => {
  const random = new Random(seed, name);
  return (below: number): number => random.next() % below;
};

/** Four lanes of 6 bits written under a mask; one synchronous read and one at once. */
const Store = defineModule({
  name: 'BothStore',
  params: z.object({ collision: z.enum(['old', 'new']) }),
  ports: () => ({
    we: input(bool),
    mask: input(uint(4)),
    wa: input(uint(3)),
    wd: input(vec(4, uint(6))),
    re: input(bool),
    ra: input(uint(3)),
    held: output(vec(4, uint(6))),
    now: output(vec(4, uint(6))),
  }),
  build(io, { collision }) {
    const init = (a: number) => [a, a + 1, a + 2, a + 3];
    const store = mem('store', { depth: 8, type: vec(4, uint(6)), lanes: 4, collision, init });
    when(io.we, () => store.write(io.wa, io.wd, { mask: io.mask }));
    io.held.set(store.readSync(io.ra, { en: io.re }));
    io.now.set(store.readAsync(io.ra, { name: 'now_data' }));
  },
});

test.each(['old', 'new'] as const)('a memory whose collisions give %s', async (collision) => {
  await simulate(Store, { collision }, { backend: 'both' }, async (dut, t) => {
    const random = randomOf('store');
    const words = Array.from({ length: 8 }, (_, a) => [a, a + 1, a + 2, a + 3]);
    let held: number[] | undefined;
    for (let cycle = 0; cycle < 400; cycle++) {
      const [we, mask, wa, re, ra] = [random(2), random(16), random(8), random(2), random(8)];
      const wd = Array.from({ length: 4 }, () => random(64));
      dut.we.poke(we === 1);
      dut.mask.poke(mask);
      dut.wa.poke(wa);
      dut.wd.poke(wd);
      dut.re.poke(re === 1);
      dut.ra.poke(ra);
      expect(dut.now.peek().map(Number), `seed ${seed}, cycle ${cycle}`).toEqual(words[ra]);
      const before = words[ra]!;
      if (we) words[wa] = words[wa]!.map((old, i) => ((mask >> i) & 1 ? wd[i]! : old));
      if (re) held = collision === 'old' ? before : words[ra]!;
      t.tick();
      if (held) expect(dut.held.peek().map(Number), `seed ${seed}, cycle ${cycle}`).toEqual(held);
    }
  });
});

const writer = domain('writer', { clock: 'writer_clk', reset: { name: 'writer_rst', kind: 'async' } });

/** Words from one clock to another, and a level back. */
const Crossing = defineModule({
  name: 'Crossing',
  params: z.object({}),
  ports: () => ({ in: input(stream(uint(12))), out: output(stream(uint(12))), busy: output(bool) }),
  build(io) {
    connect(io.out, cdc.fifo('queue', io.in, { from: writer, depth: 4 }));
    io.busy.set(io.out.valid);
  },
});

test.each([
  ['4ns', '10ns'],
  ['7ns', '3ns'],
  ['5ns', '5ns'],
] as const)('a queue from a clock of %s to one of %s', async (write, read) => {
  const values = Array.from({ length: 120 }, (_, i) => (i * 41 + seed) % 4096);
  await simulate(
    Crossing,
    {},
    {
      backend: 'both',
      clocks: { writer_clk: { period: write, phase: '1ns' }, clk: { period: read } },
      streamClocks: { in: 'writer_clk', out: 'clk' },
      stalls: { in: 0.3, out: 0.4, seed },
    },
    async (dut) => {
      const [, taken] = await Promise.all([dut.in.sendAll(values), dut.out.take(values.length)]);
      expect(taken.map(Number), `seed ${seed}`).toEqual(values);
    },
  );
});

/** Events of one clock, counted by another. */
const Events = defineModule({
  name: 'Events',
  params: z.object({}),
  ports: () => ({ sent: input(bool), seen: output(uint(8)) }),
  build(io) {
    const arrived = cdc.pulse('arrived', io.sent, { from: writer });
    const { count } = regs({ count: uint(8) }, { count: 0 });
    when(arrived, () => count.next(count.addWrap(1)));
    io.seen.set(count);
  },
});

test.each([
  ['4ns', '10ns', 9],
  ['10ns', '3ns', 1],
] as const)(
  'every event of a clock of %s is one event of one of %s, %i cycles apart at least',
  async (from, to, gap) => {
    const clocks = { writer_clk: { period: from, phase: '1ns' }, clk: { period: to } } as const;
    await simulate(Events, {}, { backend: 'both', clocks }, async (dut, t) => {
      const random = randomOf('events');
      const source = t.clock('writer_clk');
      for (let events = 0; events < 40; events++) {
        dut.sent.poke(true);
        await t.clockCycles(1, source);
        dut.sent.poke(false);
        await t.clockCycles(gap + random(4), source);
      }
      await t.clockCycles(4);
      expect(Number(dut.seen.peek()), `seed ${seed}`).toBe(40);
    });
  },
);

/** Counts the edges of its clock since its reset was released by the clock. */
const Released = defineModule({
  name: 'Released',
  params: z.object({ stages: z.int() }),
  domain: domain('board', { clock: 'osc', reset: { name: 'button_n', kind: 'async' } }),
  ports: () => ({ edges: output(uint(8)) }),
  build(io, { stages }) {
    inDomain(cdc.syncReset('core', { stages }), () => {
      const { passed } = regs({ passed: uint(8) }, { passed: 0 });
      passed.next(passed.addWrap(1));
      io.edges.set(passed);
    });
  },
});

test.each([2, 3])('a reset that ends %i edges after its button, and begins at once', async (stages) => {
  await simulate(Released, { stages }, { backend: 'both' }, async (dut, t) => {
    for (let round = 0; round < 3; round++) {
      const button = t.fork((task) => task.reset({ cycles: 1 }));
      // Between two edges: no clock was needed.
      await t.timer('6ns');
      expect(dut.edges.peek()).toBe(0n);
      await button.join();
      for (let cycle = 1; cycle <= 6; cycle++) {
        await t.step();
        expect(Number(dut.edges.peek()), `round ${round}, cycle ${cycle}`).toBe(Math.max(0, cycle - stages));
      }
    }
  });
});
