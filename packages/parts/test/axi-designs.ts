// A module with every kind of port that an AXI shell knows, for its tests.

import {
  bool,
  bundle,
  defineModule,
  enumOf,
  input,
  mux,
  output,
  regs,
  sint,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const Direction = enumOf('Add', 'Subtract');

/** Per command it takes `count` beats and passes on each with `offset` and `bias` added to its elements, or subtracted. */
export const Shifter = defineModule({
  name: 'Shifter',
  doc: 'adds a constant to the elements of a frame.',
  params: z.object({ lanes: z.int().min(1).max(8).default(3) }),
  ports: (p) => ({
    bias: input(sint(6), 'added to all elements'),
    command: input(stream(bundle({ count: uint(5), offset: sint(40), direction: Direction, gap: uint(0) }))),
    in: input(stream(bundle({ x: vec(p.lanes, sint(7)), last: bool, tag: uint(3) }))),
    out: output(stream(bundle({ y: vec(p.lanes, sint(42)), tag: uint(3), last: bool }))),
    plain: output(stream(sint(5))),
    passed: output(uint(40), 'beats so far'),
  }),
  build(io, p) {
    const { left, offset, direction, beats } = regs(
      { left: uint(5), offset: sint(40), direction: Direction, beats: uint(40) },
      { left: 0, beats: 0 },
    );
    const busy = left.ne(0);
    io.command.ready.set(busy.not());
    when(io.command.fire, () => {
      left.next(io.command.data.count);
      offset.next(io.command.data.offset);
      direction.next(io.command.data.direction);
    });
    const both = io.out.ready.and(io.plain.ready);
    io.in.ready.set(busy.and(both));
    io.out.valid.set(busy.and(io.in.valid).and(io.plain.ready));
    io.plain.valid.set(busy.and(io.in.valid).and(io.out.ready));
    const shift = offset.add(io.bias);
    io.out.data.set({
      y: io.in.data.x.map((x) =>
        mux(direction.is('Subtract'), x.sub(shift), x.add(shift)).trunc(42),
      ) as never,
      tag: io.in.data.tag,
      last: io.in.data.last,
    });
    io.plain.data.set(io.in.data.x.at(p.lanes - 1).trunc(5));
    when(io.in.fire, () => {
      left.next(left.subWrap(1));
      beats.next(beats.addWrap(1));
    });
    io.passed.set(beats);
  },
});
