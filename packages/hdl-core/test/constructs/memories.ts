// Memories in the forms that synthesis tools have RAM for, for the golden Verilog, the tools and the evaluator.

import {
  bool,
  bundle,
  type Collision,
  defineModule,
  domain,
  inDomain,
  input,
  type MemoryStyle,
  mem,
  output,
  sint,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const collision = z.enum(['old', 'new', 'undefined']).default('undefined');

/** One write port and one synchronous read port. */
export const SimpleDual = defineModule({
  name: 'SimpleDual',
  doc: 'a memory with a write port and a read port of one clock.',
  params: z.object({ collision, depth: z.int().default(1024), width: z.int().default(32) }),
  ports: (p) => ({
    we: input(bool),
    wa: input(uint(Math.ceil(Math.log2(p.depth)))),
    d: input(uint(p.width)),
    re: input(bool),
    ra: input(uint(Math.ceil(Math.log2(p.depth)))),
    q: output(uint(p.width)),
  }),
  build(io, p) {
    const store = mem('store', {
      depth: p.depth,
      type: uint(p.width),
      collision: p.collision as Collision,
      style: 'block',
    });
    when(io.we, () => store.write(io.wa, io.d));
    io.q.set(store.readSync(io.ra, { en: io.re }));
  },
});

/** Four lanes of a byte each, of an element that is a vec. */
export const ByteLanes = defineModule({
  name: 'ByteLanes',
  doc: 'a memory whose writes select bytes.',
  params: z.object({ collision: collision.default('new') }),
  ports: () => ({
    we: input(bool),
    mask: input(uint(4)),
    wa: input(uint(10)),
    d: input(vec(4, uint(8))),
    ra: input(uint(10)),
    q: output(vec(4, uint(8))),
  }),
  build(io, p) {
    const store = mem('store', {
      depth: 1024,
      type: vec(4, uint(8)),
      lanes: 4,
      collision: p.collision as Collision,
    });
    store.write(io.wa, io.d, { en: io.we, mask: io.mask });
    io.q.set(store.readSync(io.ra));
  },
});

/** A register file: read without a clock. */
export const RegisterFile = defineModule({
  name: 'RegisterFile',
  doc: 'a small memory that is read without a clock, with words of several fields.',
  params: z.object({ style: z.enum(['distributed', 'registers']).default('distributed') }),
  ports: () => ({
    we: input(bool),
    wa: input(uint(5)),
    d: input(bundle({ value: sint(12), flag: bool })),
    ra: input(uint(5)),
    value: output(sint(12)),
    flag: output(bool),
  }),
  build(io, p) {
    const words = mem('words', {
      depth: 32,
      type: bundle({ value: sint(12), flag: bool }),
      style: p.style as MemoryStyle,
    });
    words.write(io.wa, io.d, { en: io.we });
    const word = words.readAsync(io.ra);
    io.value.set(word.value);
    io.flag.set(word.flag);
  },
});

/** A table. */
export const Rom = defineModule({
  name: 'Rom',
  doc: 'a table of squares, read at the clock edge.',
  params: z.object({ depth: z.int().default(16) }),
  ports: () => ({ a: input(uint(4)), q: output(uint(8)) }),
  build(io, p) {
    const squares = mem('squares', {
      depth: p.depth,
      type: uint(8),
      style: 'block',
      init: (a) => a * a,
      outOfRange: 'zero',
    });
    io.q.set(squares.readSync(io.a));
  },
});

/** Two ports that read or write, of one clock or two. */
export const TrueDual = defineModule({
  name: 'TrueDual',
  doc: 'true dual port: each port reads or writes, by its own clock.',
  params: z.object({ clocks: z.int().min(1).max(2).default(2) }),
  ports: () => ({
    a_en: input(bool),
    a_we: input(bool),
    a_addr: input(uint(10)),
    a_d: input(uint(32)),
    a_q: output(uint(32)),
    b_en: input(bool),
    b_we: input(bool),
    b_addr: input(uint(10)),
    b_d: input(uint(32)),
    b_q: output(uint(32)),
  }),
  build(io, p) {
    const other = domain('other', { clock: 'other_clk' });
    const store = mem('store', { depth: 1024, type: uint(32), collision: 'undefined', style: 'block' });
    const a = store.port(io.a_addr, { en: io.a_en, write: io.a_we, data: io.a_d, name: 'a_data' });
    const second = () => store.port(io.b_addr, { en: io.b_en, write: io.b_we, data: io.b_d, name: 'b_data' });
    io.a_q.set(a);
    io.b_q.set(p.clocks === 2 ? inDomain(other, second) : second());
  },
});

/** One port that reads or writes. */
export const SinglePort = defineModule({
  name: 'SinglePort',
  doc: 'one port that writes or reads.',
  params: z.object({}),
  ports: () => ({ we: input(bool), a: input(uint(10)), d: input(uint(32)), q: output(uint(32)) }),
  build(io) {
    const store = mem('store', { depth: 1024, type: uint(32), collision: 'undefined' });
    io.q.set(store.port(io.a, { write: io.we, data: io.d }));
  },
});
