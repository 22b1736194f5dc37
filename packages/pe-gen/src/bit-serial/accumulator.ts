// The FP32 accumulator of a column: scaled group sums of its rows in turn, each rounded once, each sum once.
// Invariant: the running sums of the rows stand in a ring, the row to be added first at its head.

import {
  bool,
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
import { FloatAdd, FP32, floatBias, floatWidth, packFloat, roomForSubnormals } from '@gatewright/parts';
import {
  activationFormat,
  type ColumnParams,
  columnParams,
  fieldBits,
  guardBits,
  mantissaBits,
  SCALE_BITS,
} from './params.ts';

export const ColumnAccumulator = defineModule({
  name: 'ColumnAccumulator',
  doc: 'accumulates the scaled group sums of a column in FP32.',
  params: columnParams,
  ports: (p) => ({
    convert: input(bool, 'the product is rounded to FP32 at this edge'),
    product: input(sint(mantissaBits(p) + SCALE_BITS)),
    field: input(uint(fieldBits(p)), 'its exponent field'),
    half: input(bool, 'its unit is one half'),
    add: input(bool, 'the rounded product is added at this edge'),
    fresh: input(bool, 'it is the first of its dot product'),
    result: output(uint(floatWidth(FP32)), 'the sum that was made last'),
  }),
  build(io, p) {
    const { term, totals } = regs({
      term: uint(floatWidth(FP32)),
      totals: vec(p.rows, uint(floatWidth(FP32))),
    });
    const rounded = toFloat(io.product, io.field, io.half.asUInt(), p);
    when(io.convert, () => term.next(rounded));

    // FP16 and INT8 terms are multiples of 2^-31 below 2^64: no sum is subnormal or overflows.
    const adder = FloatAdd.inst('u_add', { ...FP32, fullRange: p.activation === 'bf16' });
    adder.a.set(mux(io.fresh, literal(0, uint(floatWidth(FP32))), totals.at(0)));
    adder.b.set(term);
    when(io.add, () => {
      for (let row = 0; row + 1 < p.rows; row++) totals.at(row).next(totals.at(row + 1));
      totals.at(p.rows - 1).next(adder.sum);
    });
    io.result.set(totals.at(p.rows - 1));
  },
});

/** product * 2^(field - bias - mantissa bits - guard bits - half), rounded to FP32. */
function toFloat(product: SIntSig, field: UIntSig, half: UIntSig, p: ColumnParams): UIntSig {
  const format = activationFormat(p);
  const magnitude = named('magnitude', product.abs());
  const fraction = format ? floatBias(format) + format.mantissaBits + guardBits(p) : 0;
  const offset = magnitude.type.width - 1 - fraction + floatBias(FP32);
  const topExponent = named('top_exponent', field.toSInt().add(offset).sub(half.toSInt()));
  const place = roomForSubnormals('term', magnitude, topExponent, FP32);
  return packFloat('term', { sign: product.isNegative(), ...place }, FP32);
}
