// State in the printed Verilog against the evaluator of the IR: Verilator runs what is printed for memories, several clocks,
// asynchronous resets, initial values and crossings, under random inputs, clock edges and resets.

import {
  bool,
  type Circuit,
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
import { test } from 'vitest';
import { z } from 'zod';
import { verilator } from '../src/backend/verilator/verilator.ts';
import { compareWithEvaluator } from './with-evaluator.ts';

const none = z.object({});
const compare = (circuit: Circuit, seed: number, steps: number): Promise<void> =>
  compareWithEvaluator(circuit, verilator, seed, steps);

const Store = defineModule({
  name: 'Store',
  params: z.object({ collision: z.enum(['old', 'new']), depth: z.int() }),
  ports: () => ({
    we: input(bool),
    mask: input(uint(4)),
    wa: input(uint(3)),
    d: input(vec(4, uint(5))),
    re: input(bool),
    ra: input(uint(3)),
    held: output(vec(4, uint(5))),
    now: output(vec(4, uint(5))),
    squared: output(uint(8)),
    one: output(uint(7)),
  }),
  build(io, { collision, depth }) {
    const store = mem('store', { depth, type: vec(4, uint(5)), lanes: 4, collision, outOfRange: 'zero' });
    when(io.we, () => store.write(io.wa, io.d, { mask: io.mask }));
    io.held.set(store.readSync(io.ra, { en: io.re }));
    io.now.set(store.readAsync(io.ra, { name: 'now_data' }));
    const squares = mem('squares', { depth: 5, type: uint(8), init: (a) => a * a + 1, outOfRange: 'zero' });
    io.squared.set(squares.readSync(io.ra));
    const single = mem('single', { depth: 8, type: uint(7), collision: 'undefined' });
    io.one.set(single.port(io.wa, { en: io.re, write: io.we, data: io.mask.extend(7) }));
  },
});

test.each([
  ['old', 8],
  ['new', 8],
  ['new', 6],
] as const)('memories whose collisions give %s, of %i words', async (collision, depth) => {
  await compare(Store.elaborate({ collision, depth }), 31 + depth, 600);
});

test('an asynchronous reset, initial values, a level that crosses', async () => {
  const other = domain('other', { clock: 'other_clk', reset: { name: 'other_rst' } });
  const Clocks = defineModule({
    name: 'Clocks',
    params: none,
    domain: domain('main', { clock: 'main_clk', reset: { name: 'main_rst_n', kind: 'async' } }),
    ports: () => ({ a: input(uint(4)), x: output(uint(4)), y: output(uint(4)), seen: output(bool) }),
    build(io) {
      const start = { init: { plain: 9, kept: 5 } };
      const { plain, kept } = regs({ plain: uint(4), kept: uint(4) }, { kept: 5 }, start);
      const { low } = regs({ low: bool }, { low: false });
      plain.next(io.a);
      when(io.a.bit(0), () => kept.next(kept.addWrap(3)));
      low.next(io.a.bit(1));
      io.x.set(plain);
      io.y.set(kept);
      io.seen.set(inDomain(other, () => cdc.sync('low', low)));
    },
  });
  await compare(Clocks.elaborate(), 77, 1500);
});

test('a queue between two clocks', async () => {
  const writer = domain('writer', { clock: 'writer_clk', reset: { name: 'writer_rst' } });
  const Queue = defineModule({
    name: 'Queue',
    params: none,
    ports: () => ({ in: input(stream(uint(8))), out: output(stream(uint(8))) }),
    build: (io) => connect(io.out, cdc.fifo('queue', io.in, { from: writer, depth: 4 })),
  });
  await compare(Queue.elaborate(), 5, 1500);
});
