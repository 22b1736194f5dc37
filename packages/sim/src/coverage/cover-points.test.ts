// Cover points in every back end: at which edges they count, and over which instances.

import {
  bool,
  cover,
  defineModule,
  domain,
  inDomain,
  input,
  literal,
  match,
  output,
  regs,
  uint,
  when,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Backend } from '../backend/backend.ts';
import { bothOf } from '../backend/both.ts';
import type { Counts } from '../backend/counts.ts';
import { native } from '../backend/native/native.ts';
import { simulate } from '../testbench/simulate.ts';
import { Coverage } from './coverage.ts';

const backends = ['native', 'verilator', 'both'] as const;
const none = z.object({});

const countsIn = (coverage: Coverage): Record<string, number> =>
  Object.fromEntries(coverage.covers.map(({ module, name, count }) => [`${module}.${name}`, count]));

const Leaf = defineModule({
  name: 'CoverLeaf',
  params: none,
  ports: () => ({ go: input(bool), x: input(uint(4)), y: output(uint(4)) }),
  build(io) {
    const { held } = regs({ held: uint(4) }, { held: 0 });
    when(io.go, () => {
      held.next(io.x);
      cover('on_three', io.x.eq(3));
    })
      .elseWhen(io.x.gt(8), () => cover('off_high', literal(true, bool)))
      .otherwise(() => cover('off_low', io.x.ne(0)));
    match(io.x, { 3: () => cover('is_three', io.go), 5: () => cover('is_five', io.go.not()), _: () => {} });
    cover('edge', literal(true, bool));
    cover('held_three', held.eq(3));
    io.y.set(held);
  },
});

const Pair = defineModule({
  name: 'CoverPair',
  params: none,
  ports: () => ({ go: input(bool), x: input(uint(4)), y: output(uint(4)) }),
  build(io) {
    const [first, second] = [Leaf.inst('first', {}), Leaf.inst('second', {})];
    first.go.set(io.go);
    first.x.set(io.x);
    second.go.set(io.go.not());
    second.x.set(first.y);
    io.y.set(second.y);
    cover('sum', first.y.eq(second.y));
  },
});

/** What the cover points of a leaf shall count, by their declaration. */
class LeafModel {
  held = 0;
  edge(on: boolean, x: number, add: (name: string) => void): void {
    add('edge');
    if (on && x === 3) add('on_three');
    if (!on && x > 8) add('off_high');
    if (!on && x <= 8 && x !== 0) add('off_low');
    if (x === 3 && on) add('is_three');
    if (x === 5 && !on) add('is_five');
    if (this.held === 3) add('held_three');
    if (on) this.held = x;
  }
}

test.each(backends)('at edges outside reset, over all instances: %s', async (backend) => {
  const coverage = new Coverage();
  const expected: Record<string, number> = {};
  const add = (name: string): void => {
    expected[name] = (expected[name] ?? 0) + 1;
  };
  await simulate(Pair, {}, { backend, coverage }, async (dut, t) => {
    const [first, second] = [new LeafModel(), new LeafModel()];
    const edge = (on: boolean, x: number): void => {
      if (first.held === second.held) add('CoverPair.sum');
      const before = first.held;
      first.edge(on, x, (name) => add(`CoverLeaf.${name}`));
      second.edge(!on, before, (name) => add(`CoverLeaf.${name}`));
    };
    for (const [on, x, cycles] of [
      [true, 3, 1],
      [false, 3, 2],
      [false, 12, 3],
      [true, 5, 1],
      [false, 5, 40],
      [true, 3, 1],
    ] as const) {
      dut.go.poke(on);
      dut.x.poke(x);
      // An evaluation without an edge counts nothing.
      dut.y.peek();
      await t.step(cycles);
      for (let cycle = 0; cycle < cycles; cycle++) edge(on, x);
    }
    await t.reset({ cycles: 3 });
  });
  expect(Object.keys(expected)).toHaveLength(8);
  expect(countsIn(coverage)).toEqual(expected);
});

const slow = domain('slow', { clock: 'slow_clk', reset: { name: 'slow_rst_n', kind: 'async' } });
const free = domain('free', { clock: 'free_clk' });

const Clocks = defineModule({
  name: 'CoverClocks',
  params: none,
  ports: () => ({ y: output(uint(4)), z: output(uint(4)), w: output(uint(4)) }),
  build(io) {
    const { here } = regs({ here: uint(4) }, { here: 0 });
    here.next(here.addWrap(1));
    cover('here', literal(true, bool));
    io.y.set(here);
    inDomain(slow, () => {
      const { there } = regs({ there: uint(4) }, { there: 0 });
      there.next(there.addWrap(1));
      cover('there', literal(true, bool));
      io.z.set(there);
    });
    inDomain(free, () => {
      const { ever } = regs({ ever: uint(4) }, {}, { reset: 'none' });
      ever.next(ever.addWrap(1));
      cover('always', literal(true, bool));
      io.w.set(ever);
    });
  },
});

test.each(backends)('each by the clock and the reset of its domain: %s', async (backend) => {
  const coverage = new Coverage();
  const clocks = {
    clk: { period: '10ns' },
    slow_clk: { period: '30ns' },
    free_clk: { period: '20ns' },
  } as const;
  await simulate(Clocks, {}, { backend, coverage, clocks, reset: false }, async (_, t) => {
    // 240 ns, and 30 ns under reset, which the third domain does not have.
    await t.clockCycles(24);
    await t.reset({ cycles: 3 });
  });
  expect(countsIn(coverage)).toEqual({
    'CoverClocks.here': 24,
    'CoverClocks.there': 8,
    'CoverClocks.always': 13,
  });
});

/** The native back end with one edge too many at the first cover point. */
const miscounting: Backend = {
  name: 'miscounting',
  async build(design, options) {
    const model = await native.build(design, options);
    return {
      start(start) {
        const instance = model.start(start);
        const { counts } = instance;
        const value = (): Counts => {
          const told = counts!();
          const [first, ...others] = told.covers;
          return { ...told, covers: [{ ...first!, count: first!.count + 1 }, ...others] };
        };
        return Object.defineProperty(instance, 'counts', { value });
      },
    };
  },
};

test('two back ends that count a cover point differently differ', async () => {
  const run = simulate(Leaf, {}, { backend: bothOf(native, miscounting), coverage: new Coverage() }, (_, t) =>
    t.step(3),
  );
  await expect(run).rejects.toThrow(
    'the back ends differ: CoverLeaf.on_three is covered 0 times in native and 1 times in miscounting',
  );
});

test('a design that is not asked to count does not', async () => {
  const build = { optimise: 'O1' } as const;
  const design = { top: Leaf.elaborate({}).top, files: [], rewritten: false };
  expect((await native.build(design, build)).start().counts).toBeUndefined();
  expect((await native.build(design, { ...build, coverage: true })).start().counts).toBeDefined();
});
