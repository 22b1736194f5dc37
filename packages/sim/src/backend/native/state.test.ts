// State in the native back end against the evaluator of the IR: memories with every declaration, several clocks,
// asynchronous resets and resets that the design makes, under random inputs, clock edges and resets.

import {
  bool,
  type Circuit,
  defineModule,
  domain,
  type HwType,
  inDomain,
  input,
  type MemSource,
  mem,
  output,
  regs,
  sint,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { test } from 'vitest';
import { z } from 'zod';
import { compareWithEvaluator } from '../../../test/with-evaluator.ts';
import { native } from './native.ts';

const none = z.object({});
const compare = (circuit: Circuit, seed: number, steps: number): Promise<void> =>
  compareWithEvaluator(circuit, native, seed, steps);

/** Two ports write and two read, one of them at once. */
const memory = <T extends HwType>(source: Omit<MemSource<T>, 'init'> & { readonly init?: never }, mask = 0) =>
  defineModule({
    name: 'Store',
    params: none,
    ports: () => ({
      we: input(bool),
      wa: input(uint(Math.ceil(Math.log2(source.depth)))),
      wd: input(source.type),
      lanes: input(uint(Math.max(1, mask))),
      re: input(bool),
      ra: input(uint(Math.ceil(Math.log2(source.depth)))),
      held: output(source.type),
      negative: output(bool),
      now: output(source.type),
    }),
    build(io) {
      const store = mem('store', { ...source, ...(mask > 0 && { lanes: mask }) } as MemSource<T>);
      const loose = io as unknown as {
        wd: never;
        held: { set(v: unknown): void };
        now: { set(v: unknown): void };
      };
      store.write(io.wa, loose.wd, { en: io.we, ...(mask > 0 && { mask: io.lanes }) });
      const held = store.readSync(io.ra, { en: io.re, name: 'held_data' });
      loose.held.set(held);
      // A comparison sees the sign, which bits on a port do not show.
      const number = held as unknown as { lt?: (v: number) => Parameters<typeof io.negative.set>[0] };
      io.negative.set(source.type.kind === 'sint' ? number.lt!(0) : false);
      loose.now.set(store.readAsync(io.ra, { name: 'now_data' }));
      if (mask === 0) io.lanes;
    },
  });

const types: readonly HwType[] = [
  uint(1),
  uint(8),
  sint(11),
  uint(32),
  sint(40),
  uint(64),
  uint(96),
  vec(4, sint(33)),
];

test.each(['old', 'new', 'undefined'] as const)('a memory whose collisions give %s', async (collision) => {
  for (const [k, type] of types.entries())
    for (const depth of [2, 5, 16])
      for (const outOfRange of ['zero', 'undefined'] as const)
        await compare(memory({ depth, type, collision, outOfRange }).elaborate(), 100 * k + depth, 60);
});

test.each(['old', 'new', 'undefined'] as const)('lanes, where collisions give %s', async (collision) => {
  for (const [k, type] of [uint(16), sint(32), vec(4, uint(8)), uint(64), vec(4, sint(40))].entries())
    await compare(memory({ depth: 4, type, collision }, 4).elaborate(), 7 + k, 150);
});

test('two writes of one word: undefined, but in registers the later port wins', async () => {
  for (const style of ['auto', 'registers'] as const) {
    const Two = defineModule({
      name: 'Two',
      params: none,
      ports: () => ({
        a: input(uint(1)),
        b: input(uint(1)),
        x: input(uint(24)),
        y: input(uint(24)),
        ea: input(bool),
        eb: input(bool),
        q: output(uint(24)),
        r: output(uint(24)),
      }),
      build(io) {
        const store = mem('store', { depth: 2, type: uint(24), style, collision: 'old' });
        store.write(io.a, io.x, { en: io.ea });
        store.write(io.b, io.y, { en: io.eb });
        io.q.set(store.readSync(io.a, { name: 'q_data' }));
        io.r.set(store.readAsync(io.b, { name: 'r_data' }));
      },
    });
    await compare(Two.elaborate(), 5, 200);
  }
});

test('initial words and registers', async () => {
  const Rom = defineModule({
    name: 'Rom',
    params: none,
    ports: () => ({ address: input(uint(3)), word: output(sint(70)), count: output(uint(5)) }),
    build(io) {
      const squares = mem('squares', { depth: 8, type: sint(70), init: (i) => BigInt(i) ** 21n - 5n });
      io.word.set(squares.readAsync(io.address, { name: 'word_data' }));
      const { counter } = regs({ counter: uint(5) }, {}, { init: { counter: 19 } });
      counter.next(counter.addWrap(3));
      io.count.set(counter);
    },
  });
  await compare(Rom.elaborate(), 3, 40);
});

const Stage = defineModule({
  name: 'Stage',
  params: none,
  ports: () => ({ d: input(sint(9)), q: output(sint(9)), sum: output(sint(70)) }),
  build(io) {
    const { held, total, free } = regs(
      { held: sint(9), total: sint(70), free: sint(9) },
      { held: -3, total: 2n ** 66n },
    );
    held.next(io.d);
    free.next(held);
    when(held.isNegative().not(), () => total.next(total.add(free).trunc(70)));
    io.q.set(held);
    io.sum.set(total);
  },
});

test.each([
  ['sync', 'high'],
  ['sync', 'low'],
  ['async', 'high'],
  ['async', 'low'],
] as const)('two clocks, %s resets active %s', async (kind, active) => {
  const [one, two] = ['one', 'two'].map((name) =>
    domain(name, { clock: `${name}_clk`, reset: { name: `${name}_rst`, kind, active } }),
  ) as [ReturnType<typeof domain>, ReturnType<typeof domain>];
  const Pair = defineModule({
    name: 'Pair',
    params: none,
    ports: () => ({
      d: input(sint(9)),
      e: input(sint(9)),
      p: output(sint(9)),
      q: output(sint(9)),
      s: output(sint(70)),
      t: output(sint(70)),
    }),
    build(io) {
      const a = inDomain(one, () => Stage.inst('u_a'));
      const b = inDomain(two, () => Stage.inst('u_b'));
      a.d.set(io.d);
      b.d.set(io.e);
      io.p.set(a.q);
      io.q.set(b.q);
      io.s.set(a.sum);
      io.t.set(b.sum);
    },
  });
  for (const seed of [1, 2, 3]) await compare(Pair.elaborate(), seed, 150);
});

test.each(['sync', 'async'] as const)('a %s reset that the design makes of its own signals', async (kind) => {
  const Made = defineModule({
    name: 'Made',
    params: none,
    ports: () => ({ clear: input(bool), d: input(sint(9)), q: output(sint(9)), s: output(sint(70)) }),
    build(io) {
      const { late } = regs({ late: bool }, { late: true });
      late.next(io.clear);
      const soft = domain('soft', { clock: 'clk', reset: { signal: late, kind } });
      const stage = inDomain(soft, () => Stage.inst('u_stage'));
      stage.d.set(io.d);
      io.q.set(stage.q);
      io.s.set(stage.sum);
    },
  });
  for (const seed of [1, 2, 3]) await compare(Made.elaborate(), seed, 150);
});
