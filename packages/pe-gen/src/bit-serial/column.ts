// The output end of a column: one scaling unit and one FP32 accumulator serve all the PEs of the column in turn.
// A PE only holds its finished group sum; eight cycles a row fit under the next group (64 cycles for 8 rows of 4-bit groups
// of 128). Products with the scale are exact; each is rounded once to FP32, and each sum once.

import {
  type BoolSig,
  bool,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  type SIntSig,
  sint,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FP32, floatBias, floatWidth, packFloat } from '@gatewright/parts';
import {
  activationFormat,
  fieldBits,
  guardBits,
  mantissaBits,
  type PeParams,
  SCALE_BITS,
  tileParams,
} from './params.ts';

/** Ports are steered by the tile: row 0 leaves first; `advance` holds everything but the capture of new sums. */
export const OutputColumn = defineModule({
  name: 'OutputColumn',
  doc: 'scales the group sums of a column bit by bit and accumulates them in FP32.',
  params: tileParams,
  ports: (p) => ({
    take_scale: input(bool, 'the scale of the group that ends is taken at this edge'),
    scale: input(uint(SCALE_BITS)),
    capture: input(bool, 'its sums are'),
    sums: input(vec(p.rows, sint(mantissaBits(p)))),
    advance: input(bool),
    scaling: input(bool, 'a bit of the scale is applied in this cycle'),
    start: input(bool, 'it is the first one, the least significant'),
    finish: input(bool, 'it is the last one'),
    convert: input(bool, 'the product is complete'),
    field: input(uint(fieldBits(p)), 'exponent field of the product'),
    half: input(bool, 'its unit is one half'),
    add: input(bool, 'the rounded product is added'),
    fresh: input(bool, 'it is the first of its dot product'),
    result: output(uint(floatWidth(FP32)), 'the sum that was made last'),
  }),
  build(io, p) {
    const { held, held_scale } = regs({
      held: vec(p.rows, sint(mantissaBits(p))),
      held_scale: uint(SCALE_BITS),
    });
    when(io.advance.and(io.finish), () => {
      for (let row = 0; row + 1 < p.rows; row++) held.at(row).next(held.at(row + 1));
    });
    when(io.capture, () => {
      held.next(io.sums);
    });
    // By then the last row of the group before has begun, with a copy of its own.
    when(io.take_scale, () => held_scale.next(io.scale));

    const product = multiply(io, held.at(0), held_scale, p);
    const { term } = regs({ term: uint(floatWidth(FP32)) });
    const rounded = toFloat(product, io.field, io.half, p);
    when(io.advance.and(io.convert), () => term.next(rounded));

    const { totals } = regs({ totals: vec(p.rows, uint(floatWidth(FP32))) });
    // FP16 and INT8 terms are multiples of 2^-28 below 2^64: no sum is subnormal or overflows.
    const adder = FloatAdd.inst('u_add', { ...FP32, fullRange: p.activation === 'bf16' });
    adder.a.set(mux(io.fresh, literal(0, uint(floatWidth(FP32))), totals.at(0)));
    adder.b.set(term);
    when(io.advance.and(io.add), () => {
      for (let row = 0; row + 1 < p.rows; row++) totals.at(row).next(totals.at(row + 1));
      totals.at(p.rows - 1).next(adder.sum);
    });
    io.result.set(totals.at(p.rows - 1));
  },
});

/** value * scale in as many cycles as the scale has bits: product bits shift in where scale bits shift out. */
function multiply(
  io: { advance: BoolSig; scaling: BoolSig; start: BoolSig },
  value: SIntSig,
  scale: UIntSig,
  p: PeParams,
): SIntSig {
  const width = mantissaBits(p);
  const { upper, lower } = regs({ upper: sint(width), lower: uint(SCALE_BITS) });
  const rest = named('scale_rest', mux(io.start, scale, lower));
  const partial = named('partial', mux(io.start, literal(0, sint(1)), upper));
  const sum = named('partial_sum', partial.add(mux(rest.bit(0), value, literal(0, sint(1)))));
  when(io.advance.and(io.scaling), () => {
    upper.next(sum.shr(1).trunc(width));
    lower.next(cat(sum.bit(0), rest.bits(SCALE_BITS - 1, 1)));
  });
  return named('product', cat(upper, lower).asSInt());
}

/** product * 2^(field - bias - mantissa bits - guard bits) in the unit of its weights, rounded to FP32. */
function toFloat(product: SIntSig, field: UIntSig, half: BoolSig, p: PeParams): UIntSig {
  const format = activationFormat(p);
  const magnitude = named('magnitude', product.abs());
  const scale = format ? floatBias(format) + format.mantissaBits + guardBits(p) : 0;
  const offset = magnitude.type.width - 1 - scale + floatBias(FP32);
  const topExponent = named('top_exponent', field.toSInt().add(offset).sub(half.asUInt().toSInt()));
  return packFloat('term', { sign: product.isNegative(), magnitude, topExponent }, FP32);
}
