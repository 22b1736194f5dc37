// Small designs that the tests of this package share.
// Invariant: each shows one thing. Not published.

import {
  bool,
  bundle,
  defineModule,
  enumOf,
  input,
  match,
  output,
  regs,
  sint,
  stream,
  sumTree,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

/** Counts while enabled; `following` is what the next edge will bring. */
export const Counter = defineModule({
  name: 'Counter',
  params: z.object({ width: z.int().min(1).max(32).default(8) }),
  ports: (p) => ({ en: input(bool), count: output(uint(p.width)), following: output(uint(p.width)) }),
  build(io, p) {
    const { value } = regs({ value: uint(p.width) }, { value: 0 });
    const following = value.addWrap(io.en.asUInt());
    value.next(following);
    io.count.set(value);
    io.following.set(following);
  },
});

/** Adds, subtracts or passes, without a clock. */
export const Alu = defineModule({
  name: 'Alu',
  params: z.object({}),
  ports: () => ({
    mode: input(enumOf('Add', 'Sub', 'Pass')),
    a: input(sint(8)),
    b: input(sint(8)),
    y: output(sint(9)),
    was: output(enumOf('Add', 'Sub', 'Pass')),
  }),
  build(io) {
    match(io.mode, {
      Add: () => io.y.set(io.a.add(io.b)),
      Sub: () => io.y.set(io.a.sub(io.b)),
      Pass: () => io.y.set(io.a.extend(9)),
    });
    io.was.set(io.mode);
  },
});

/** Dot products, one vector of lanes per cycle, summed until `last`. */
export const Dot = defineModule({
  name: 'Dot',
  doc: 'Dot products, one vector of lanes per cycle, summed until `last`.',
  params: z.object({ lanes: z.int().min(1).max(32).default(2) }),
  ports: (p) => ({
    in: input(stream(bundle({ a: vec(p.lanes, sint(8)), b: vec(p.lanes, sint(8)), last: bool }))),
    out: output(stream(sint(32))),
  }),
  build(io) {
    const { acc, full } = regs({ acc: sint(32), full: bool }, { acc: 0, full: false });
    const { a, b, last } = io.in.data;
    const sum = sumTree(a.map((x, i) => x.mul(b.at(i))));
    io.in.ready.set(full.not().or(io.out.ready));
    io.out.valid.set(full);
    io.out.data.set(acc);
    when(io.out.fire, () => {
      full.next(false);
      acc.next(0);
    });
    when(io.in.fire, () => {
      full.next(last);
      acc.next(acc.add(sum).trunc(32));
      when(full, () => acc.next(sum));
    });
  },
});

/** One payload of every kind and size, passed through a register. */
export const payload = bundle({
  flag: bool,
  mode: enumOf('Idle', 'Run', 'Halt'),
  u1: uint(1),
  u8: uint(8),
  s7: sint(7),
  u16: uint(16),
  s13: sint(13),
  u32: uint(32),
  s31: sint(31),
  s33: sint(33),
  u64: uint(64),
  s64: sint(64),
  u65: uint(65),
  s96: sint(96),
  s130: sint(130),
  grid: vec(2, vec(3, bundle({ re: sint(5), im: uint(5) }))),
});

export const Slice = defineModule({
  name: 'Slice',
  params: z.object({}),
  ports: () => ({
    in: input(stream(payload)),
    out: output(stream(payload)),
    plain: input(payload),
    seen: output(payload),
  }),
  build(io) {
    const { held, full } = regs({ held: payload, full: bool }, { full: false });
    io.in.ready.set(full.not().or(io.out.ready));
    io.out.valid.set(full);
    io.out.data.set(held);
    when(io.out.fire, () => full.next(false));
    when(io.in.fire, () => {
      held.next(io.in.data);
      full.next(true);
    });
    io.seen.set(io.plain);
  },
});
