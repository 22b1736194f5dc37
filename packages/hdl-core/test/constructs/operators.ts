// Operators beyond plain arithmetic, a module per group, for the golden Verilog and for the simulators.

import {
  bool,
  bundle,
  defineModule,
  dot,
  enumOf,
  input,
  literal,
  mux,
  oneHot,
  oneHotMux,
  output,
  priorityEncode,
  priorityMux,
  regs,
  requant,
  sint,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const none = z.object({});

export const Saturation = defineModule({
  name: 'Saturation',
  doc: 'saturating arithmetic, distance, least and greatest.',
  params: none,
  ports: () => ({
    a: input(uint(8)),
    b: input(uint(8)),
    x: input(sint(8)),
    y: input(sint(8)),
    sum: output(uint(8)),
    difference: output(uint(8)),
    signed_sum: output(sint(8)),
    signed_difference: output(sint(8)),
    distance: output(uint(8)),
    signed_distance: output(uint(8)),
    least: output(uint(8)),
    greatest: output(sint(8)),
    relu: output(uint(7)),
    clipped: output(uint(4)),
  }),
  build(io) {
    io.sum.set(io.a.addSat(io.b));
    io.difference.set(io.a.subSat(io.b));
    io.signed_sum.set(io.x.addSat(io.y));
    io.signed_difference.set(io.x.subSat(io.y));
    io.distance.set(io.a.absDiff(io.b));
    io.signed_distance.set(io.x.absDiff(io.y));
    io.least.set(io.a.min(io.b));
    io.greatest.set(io.x.max(io.y));
    io.relu.set(io.x.max(0).toUInt());
    io.clipped.set(io.x.saturate(uint(4)));
  },
});

export const BitOps = defineModule({
  name: 'BitOps',
  doc: 'counting, finding, turning and choosing bits.',
  params: none,
  ports: () => ({
    a: input(uint(8)),
    w: input(uint(40)),
    n: input(uint(3)),
    k: input(uint(6)),
    ones: output(uint(4)),
    wide_ones: output(uint(6)),
    leading: output(uint(4)),
    trailing: output(uint(4)),
    lowest: output(uint(8)),
    backwards: output(uint(8)),
    left_3: output(uint(8)),
    right_n: output(uint(8)),
    chosen: output(bool),
    chosen_wide: output(bool),
    nibble: output(uint(4)),
    byte_k: output(uint(8)),
  }),
  build(io) {
    io.ones.set(io.a.popCount());
    io.wide_ones.set(io.w.popCount());
    io.leading.set(io.a.leadingZeros());
    io.trailing.set(io.a.trailingZeros());
    io.lowest.set(io.a.lowestOne());
    io.backwards.set(io.a.reverse());
    io.left_3.set(io.a.rotl(3));
    io.right_n.set(io.a.rotr(io.n));
    io.chosen.set(io.a.bit(io.n));
    io.chosen_wide.set(io.w.bit(io.k));
    io.nibble.set(io.w.bitsAt(io.n.shl(2), 4));
    io.byte_k.set(io.w.bitsAt(io.k, 8));
  },
});

const Op = enumOf('Nop', 'Load', 'Store');

export const Choice = defineModule({
  name: 'Choice',
  doc: 'selection by index, one-hot and by priority.',
  params: none,
  ports: () => ({
    n: input(uint(3)),
    grant: input(uint(3)),
    v: input(vec(5, sint(4))),
    p: input(vec(2, bundle({ op: Op, last: bool }))),
    decoded: output(uint(8)),
    picked: output(sint(4)),
    first_three: output(sint(4)),
    squared: output(uint(6)),
    granted: output(sint(4)),
    granted_op: output(bundle({ op: Op, last: bool })),
    place: output(uint(2)),
    found: output(bool),
    urgent: output(sint(4)),
    either: output(sint(6)),
  }),
  build(io) {
    io.decoded.set(oneHot(io.n));
    io.picked.set(io.v.at(io.n));
    io.first_three.set(io.v.at(io.n.min(2).trunc(2)));
    const squares = literal([0, 1, 4, 9, 16, 25, 36, 49], vec(8, uint(6)));
    io.squared.set(squares.at(io.n));
    io.granted.set(oneHotMux(io.grant, [io.v.at(0), io.v.at(1), io.v.at(2)]));
    io.granted_op.set(io.p.at(io.n.bits(1, 1)));
    const { index, valid } = priorityEncode(io.grant);
    io.place.set(index);
    io.found.set(valid);
    io.urgent.set(
      priorityMux(
        [
          [io.grant.bit(0), io.v.at(0)],
          [io.grant.bit(1), io.v.at(1)],
        ],
        io.v.at(2),
      ),
    );
    io.either.set(mux(io.n.eq(7), io.v.at(io.n), io.v.at(0)).shl(2));
  },
});

export const Rounding = defineModule({
  name: 'Rounding',
  doc: 'rounding shifts, requantisation, a dot product.',
  params: none,
  ports: () => ({
    x: input(sint(8)),
    u: input(uint(8)),
    n: input(uint(2)),
    scale: input(sint(6)),
    a: input(vec(4, sint(4))),
    b: input(vec(4, sint(4))),
    down: output(sint(5)),
    to_zero: output(sint(5)),
    half_up: output(sint(5)),
    half_away: output(sint(5)),
    half_even: output(sint(5)),
    unsigned_even: output(uint(5)),
    dynamic: output(sint(8)),
    scaled: output(sint(4)),
    activation: output(uint(4)),
    product: output(sint(10)),
  }),
  build(io) {
    io.down.set(io.x.round(3, 'floor'));
    io.to_zero.set(io.x.round(3, 'zero'));
    io.half_up.set(io.x.round(4, 'half-up').extend(5));
    io.half_away.set(io.x.round(4, 'half-away').extend(5));
    io.half_even.set(io.x.round(4).extend(5));
    io.unsigned_even.set(io.u.round(4).extend(5));
    io.dynamic.set(io.x.round(io.n));
    io.scaled.set(requant(io.x, { scale: io.scale, shift: 6, to: sint(4) }));
    io.activation.set(requant(io.x, { scale: 11, shift: 5, round: 'half-up', to: uint(4) }));
    io.product.set(dot(io.a, io.b));
  },
});

/** Constants that reach comparisons through wires: a linter finds `limit < x` constant where `limit` is. */
export const Constants = defineModule({
  name: 'Constants',
  doc: 'a comparison that constant wires decide is its value; the wires keep their names.',
  params: z.object({ limit: z.int().min(0).max(15).default(15), offset: z.int().min(0).max(15).default(0) }),
  ports: () => ({
    x: input(uint(2)),
    y: input(uint(4)),
    over: output(bool),
    clipped: output(uint(4)),
    kept: output(uint(4)),
    moved: output(uint(5)),
  }),
  build(io, p) {
    const { limit, mirror, offset } = wires({ limit: uint(4), mirror: uint(4), offset: uint(4) });
    limit.set(p.limit);
    mirror.set(limit);
    offset.set(p.offset);
    const { held } = regs({ held: uint(4) }, { held: 0 });
    io.over.set(mirror.lt(io.x).or(io.y.eq(3)));
    io.clipped.set(mux(io.y.gt(limit), limit, io.y));
    when(io.y.ge(offset).and(io.x.ne(0)), () => held.next(io.y));
    io.kept.set(held);
    io.moved.set(io.y.add(offset));
  },
});
