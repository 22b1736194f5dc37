// Power-up values: one definition for both back ends, by seed and name.

import {
  bool,
  bundle,
  type Circuit,
  defineModule,
  enumOf,
  input,
  mem,
  output,
  type Ports,
  regs,
  sint,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../testbench/simulate.ts';
import type { Backend } from './backend.ts';
import { type HeldState, stateOf, valueAt } from './design-state.ts';
import { native } from './native/native.ts';
import { powerUpBits } from './power-up.ts';
import { verilator } from './verilator/verilator.ts';

const word = bundle({ low: uint(7), high: sint(70) });

/** State of every kind and size, some of it with a reset or an initial value. */
const Kinds = defineModule({
  name: 'Kinds',
  params: z.object({}),
  ports: () => ({
    at: input(uint(3)),
    we: input(bool),
    narrow: output(sint(5)),
    wide: output(uint(130)),
    mode: output(enumOf('Idle', 'Run', 'Halt')),
    begun: output(uint(9)),
    reset: output(uint(33)),
    now: output(word),
    held: output(word),
    passed: output(vec(2, uint(16))),
    half: output(uint(40)),
  }),
  build(io) {
    const { n, w, m, b, r } = regs(
      { n: sint(5), w: uint(130), m: enumOf('Idle', 'Run', 'Halt'), b: uint(9), r: uint(33) },
      { r: 3 },
      { init: { b: 300 } },
    );
    n.next(n);
    when(io.we, () => w.next(w.addWrap(1)));
    m.next(m);
    b.next(b.addWrap(1));
    r.next(r.addWrap(1));
    io.narrow.set(n);
    io.wide.set(w);
    io.mode.set(m);
    io.begun.set(b);
    io.reset.set(r);
    const words = mem('words', { depth: 5, type: word, collision: 'old', outOfRange: 'zero' });
    io.now.set(words.readAsync(io.at, { name: 'now_word' }));
    io.held.set(words.readSync(io.at, { en: io.we }));
    const through = mem('through', { depth: 8, type: vec(2, uint(16)), lanes: 2, collision: 'new' });
    when(io.we, () => through.write(io.at, [1, 2], { mask: [false, true] }));
    io.passed.set(through.readSync(io.at, { name: 'passed_word' }));
    // The first two words begin with values.
    const begun = mem('begun_words', { depth: 8, type: uint(40), init: [1, 2] });
    io.half.set(begun.readAsync(io.at, { name: 'half_word' }));
  },
});

/** Two of them, one below another module. */
const Pair = defineModule({
  name: 'Pair',
  params: z.object({}),
  ports: () => ({ at: input(uint(3)), we: input(bool), a: output(uint(130)), b: output(uint(130)) }),
  build(io) {
    const [first, second] = [Kinds.inst('u_first'), Kinds.inst('u_second')];
    for (const one of [first, second]) {
      one.at.set(io.at);
      one.we.set(io.we);
    }
    io.a.set(first.wide);
    io.b.set(second.wide);
  },
});

const start = async (
  { top, verilog }: Circuit<Ports>,
  backend: Backend,
  powerUp?: number,
  inverted = false,
) => {
  const files = verilog({ locations: false });
  const model = await backend.build({ top, files, rewritten: false }, { optimise: 'O1', powerUp: true });
  return model.start({ powerUp, inverted });
};

test('the bits of a value are those of its seed, path and address', () => {
  const one = stateOf(Kinds.elaborate({}).top);
  const two = stateOf(Pair.elaborate({}).top);
  expect(one.held.map(({ path, width, count, at, words }) => [path, width, count, at, words])).toEqual([
    ['n', 5, 1, 0, 1],
    ['w', 130, 1, 1, 5],
    ['m', 2, 1, 6, 1],
    ['b', 9, 1, 7, 1],
    ['r', 33, 1, 8, 2],
    ['words_data', 77, 1, 10, 3],
    ['words', 77, 5, 13, 3],
    ['passed_word', 32, 1, 28, 1],
    ['through', 32, 8, 29, 1],
    ['begun_words', 40, 8, 37, 2],
  ]);
  // Pinned: a seed that was printed once finds its run again.
  expect(Array.from(powerUpBits(one, 1).subarray(0, 9), (w) => w.toString(16))).toMatchInlineSnapshot(`
    [
      "17",
      "1acf1da",
      "e1cf9bff",
      "cc41714a",
      "81bd3c86",
      "3",
      "2",
      "12c",
      "f67cafb7",
    ]
  `);
  const [a, b] = ['u_first.w', 'u_second.w'].map((path) => {
    const { at, words } = two.held.find((each) => each.path === path)!;
    return Array.from(powerUpBits(two, 1).subarray(at, at + words));
  });
  expect(a).not.toEqual(b);
});

/** What the design says of its own. */
const said: Readonly<Record<string, readonly bigint[]>> = { b: [300n], begun_words: [1n, 2n] };
const saidOf = ({ path }: HeldState): readonly bigint[] => said[path.split('.').at(-1)!] ?? [];

test('inverted bits are the complements within the width, but for initial values', () => {
  const state = stateOf(Kinds.elaborate({}).top);
  const [a, b] = [powerUpBits(state, 9), powerUpBits(state, 9, true)];
  for (const held of state.held)
    for (let k = 0; k < held.count; k++) {
      const initial = saidOf(held)[k];
      const all = (1n << BigInt(held.width)) - 1n;
      expect(valueAt(a, held, k) ^ valueAt(b, held, k)).toBe(initial === undefined ? all : 0n);
      if (initial !== undefined) expect(valueAt(a, held, k)).toBe(initial);
    }
});

describe.each([native, verilator])('$name', (backend) => {
  test.each([Kinds, Pair])('begins with these bits, and tells them: $name', async (definition) => {
    const circuit = definition.elaborate({}) as Circuit<Ports>;
    const state = stateOf(circuit.top);
    for (const inverted of [false, true]) {
      const instance = await start(circuit, backend, 5, inverted);
      expect(instance.state!()).toEqual(powerUpBits(state, 5, inverted));
      instance.settle();
      expect(instance.state!()).toEqual(powerUpBits(state, 5, inverted));
      instance.close();
    }
    const zero = await start(circuit, backend);
    const bits = zero.state!();
    for (const held of state.held)
      for (let k = 0; k < held.count; k++) expect(valueAt(bits, held, k)).toBe(saidOf(held)[k] ?? 0n);
    zero.close();
  });
});

/** A ring of five words whose pointer has a reset: a random one may point past the end. */
const Ring = defineModule({
  name: 'Ring',
  params: z.object({}),
  ports: () => ({ in: input(stream(uint(16))), out: output(stream(uint(16))) }),
  build(io) {
    const words = mem('words', { depth: 5, type: uint(16) });
    const { at, full, shown } = regs({ at: uint(3), full: bool, shown: uint(16) }, { at: 0, full: false });
    io.in.ready.set(full.not());
    io.out.valid.set(full);
    io.out.data.set(shown);
    when(full.not(), () => shown.next(words.readAsync(at, { name: 'word' })));
    when(io.in.fire, () => {
      words.write(at, io.in.data);
      shown.next(io.in.data);
      full.next(true);
    });
    when(io.out.fire, () => {
      full.next(false);
      at.next(at.addWrap(1));
      when(at.eq(4), () => at.next(0));
    });
  },
});

test('what a random address reads past the end is no difference of back ends while nothing shows it', async () => {
  for (let powerUp = 1; powerUp <= 8; powerUp++)
    await simulate(Ring, {}, { backend: 'both', powerUp }, async (dut, t) => {
      void dut.in.send(...Array.from({ length: 12 }, (_, i) => i + 1));
      for (let i = 0; i < 4; i++) await t.step();
      await dut.out.take(12);
    });
});

test.each([1, 2, 3])(
  'the seed %s gives the same run in both back ends, before and after a reset',
  (powerUp) =>
    simulate(Kinds, {}, { backend: 'both', powerUp, reset: false }, async (dut, t) => {
      const look = async (cycles: number) => {
        for (let i = 0; i < cycles; i++) {
          dut.at.poke(i % 8);
          dut.we.poke(i % 3 === 1);
          await t.step();
        }
      };
      await look(20);
      await t.reset();
      await look(20);
    }),
);
