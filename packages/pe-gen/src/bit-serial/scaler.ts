// The scale of a group, applied bit by bit to the finished group sums of a column, one row after the other.
// A PE only hands over its sum: eight cycles a row fit under the next group (64 cycles for 8 rows of 4-bit groups of 128).
// Invariant: the product is exact: mantissaBits + 8 bits.

import {
  bool,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  sint,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { columnParams, mantissaBits, SCALE_BITS } from './params.ts';

/** Least significant bit first: product bits shift in where the bits of the scale shift out. Row 0 leaves first. */
export const SerialScaler = defineModule({
  name: 'SerialScaler',
  doc: 'holds the group sums of a column and multiplies them by their scale, a bit per cycle.',
  params: columnParams,
  ports: (p) => ({
    capture: input(bool, 'the sums of a group are taken at this edge'),
    sums: input(vec(p.rows, sint(mantissaBits(p)))),
    scale: input(uint(SCALE_BITS), 'scale of the row that leaves, read when it starts'),
    shift: input(bool, 'a bit of the scale is applied'),
    start: input(bool, 'it is the first one'),
    finish: input(bool, 'it is the last one'),
    product: output(sint(mantissaBits(p) + SCALE_BITS)),
  }),
  build(io, p) {
    const { held } = regs({ held: vec(p.rows, sint(mantissaBits(p))) });
    const { upper, lower } = regs({ upper: sint(mantissaBits(p)), lower: uint(SCALE_BITS) });

    when(io.finish, () => {
      for (let row = 0; row + 1 < p.rows; row++) held.at(row).next(held.at(row + 1));
    });
    when(io.capture, () => held.next(io.sums));

    const rest = named('scale_rest', mux(io.start, io.scale, lower));
    const partial = mux(io.start, literal(0, sint(1)), upper);
    const sum = named('partial_sum', partial.add(mux(rest.bit(0), held.at(0), literal(0, sint(1)))));
    when(io.shift, () => {
      upper.next(sum.shr(1).trunc(mantissaBits(p)));
      lower.next(cat(sum.bit(0), rest.bits(SCALE_BITS - 1, 1)));
    });
    io.product.set(cat(upper, lower).asSInt());
  },
});
