// One module per construct of the language, for the golden Verilog in this folder.

import {
  bool,
  bundle,
  cat,
  defineModule,
  enumOf,
  input,
  match,
  mux,
  named,
  output,
  regs,
  replicate,
  sint,
  stream,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { Dot } from './dot.ts';

const none = z.object({});

export const Arithmetic = defineModule({
  name: 'Arithmetic',
  doc: 'lossless and explicit arithmetic, signed and unsigned.',
  params: none,
  ports: () => ({
    a: input(uint(8)),
    b: input(uint(8)),
    x: input(sint(8)),
    y: input(sint(4)),
    sum: output(uint(9)),
    wrapped: output(uint(8)),
    difference: output(sint(9)),
    product: output(sint(12)),
    scaled: output(sint(13)),
    negated: output(sint(9)),
    magnitude: output(uint(8)),
    clamped: output(sint(4)),
    nested: output(sint(14)),
    offset: output(sint(10)),
    below: output(bool),
    widened: output(sint(16)),
  }),
  build(io) {
    io.sum.set(io.a.add(io.b));
    io.wrapped.set(io.a.addWrap(io.b));
    io.difference.set(io.a.sub(io.b));
    io.product.set(io.x.mul(io.y));
    io.scaled.set(io.x.mul(-13).add(0));
    io.negated.set(io.x.neg());
    io.magnitude.set(io.x.abs());
    io.clamped.set(io.x.saturate(4));
    io.nested.set(io.x.mul(io.y).add(io.x).sub(io.y));
    io.offset.set(io.x.add(-100));
    io.below.set(io.x.lt(io.y));
    io.widened.set(io.a.toSInt().sub(io.x));
  },
});

export const Bits = defineModule({
  name: 'Bits',
  doc: 'slices, concatenation, shifts, reductions and dynamic selection.',
  params: none,
  ports: () => ({
    a: input(uint(8)),
    s: input(sint(8)),
    n: input(uint(3)),
    v: input(vec(5, uint(4))),
    high: output(uint(4)),
    swapped: output(uint(8)),
    logical: output(uint(8)),
    arithmetic: output(sint(8)),
    left: output(uint(15)),
    third: output(sint(5)),
    some: output(bool),
    every: output(bool),
    odd: output(bool),
    picked: output(uint(4)),
    spread: output(uint(4)),
    mixed: output(uint(8)),
  }),
  build(io) {
    io.high.set(io.a.bits(7, 4));
    io.swapped.set(cat(io.a.bits(3, 0), io.a.bits(7, 4)));
    io.logical.set(io.a.shr(io.n));
    io.arithmetic.set(io.s.shr(io.n));
    io.left.set(io.a.shl(io.n));
    io.third.set(io.s.shr(3));
    io.some.set(io.a.any());
    io.every.set(io.a.allOnes());
    io.odd.set(io.a.parity());
    io.picked.set(io.v.at(io.n));
    io.spread.set(replicate(io.a.bit(7), 4));
    io.mixed.set(io.a.and(0x0f).or(io.a.not().xor(0x55)));
  },
});

export const Control = defineModule({
  name: 'Control',
  doc: 'when chains, match, defaults, and registers with and without reset.',
  params: none,
  ports: () => ({
    mode: input(enumOf('Add', 'Sub', 'Pass')),
    enable: input(bool),
    clear: input(bool),
    a: input(uint(8)),
    y: output(uint(9)),
    count: output(uint(8)),
    held: output(uint(8)),
    flags: output(bundle({ busy: bool, kind: enumOf('Add', 'Sub', 'Pass') })),
  }),
  build(io) {
    const { counter, last } = regs(
      { counter: uint(8), last: enumOf('Add', 'Sub', 'Pass') },
      { counter: 3, last: 'Pass' },
    );
    const { sample } = regs({ sample: uint(8) });
    const { busy } = wires({ busy: bool }, { busy: false });
    match(io.mode, {
      Add: () => io.y.set(io.a.add(1)),
      Sub: () => {
        when(io.enable, () => io.y.set(0)).otherwise(() => io.y.set(io.a.extend(9)));
      },
      Pass: () => io.y.set(io.a.extend(9)),
    });
    when(io.clear, () => counter.next(0))
      .elseWhen(io.enable.and(counter.lt(200)), () => {
        counter.next(counter.add(1).trunc(8));
        sample.next(io.a);
        busy.set(true);
      })
      .otherwise(() => last.next(io.mode));
    io.count.set(counter);
    io.held.set(sample);
    io.flags.set({ busy, kind: last });
  },
});

export const Hierarchy = defineModule({
  name: 'Hierarchy',
  doc: 'instances: direct connections, expressions on ports, a shared definition and a variant of it.',
  params: none,
  ports: () => ({
    in: input(stream(bundle({ a: vec(2, sint(8)), b: vec(2, sint(8)), last: bool }))),
    out: output(stream(sint(25))),
    busy: output(bool),
  }),
  build(io) {
    const left = Dot.inst('u_left');
    const right = Dot.inst('u_right', { lanes: 1 });
    left.in.data.set(io.in.data);
    right.in.data.set({ a: [io.in.data.a.at(0)], b: [io.in.data.b.at(1)], last: io.in.data.last });
    const both = named('both', left.in.ready.and(right.in.ready));
    io.in.ready.set(both);
    left.in.valid.set(io.in.valid.and(right.in.ready));
    right.in.valid.set(io.in.valid.and(left.in.ready));
    io.out.valid.set(left.out.valid.and(right.out.valid));
    io.out.data.set(mux(left.busy, left.out.data.add(right.out.data), left.out.data));
    left.out.ready.set(io.out.ready.and(right.out.valid));
    right.out.ready.set(io.out.ready.and(left.out.valid));
    io.busy.set(left.busy.or(right.busy));
  },
});
