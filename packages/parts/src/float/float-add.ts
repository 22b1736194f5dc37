// Floating-point addition, correctly rounded (nearest, ties to even).
// Sum of the larger operand and the aligned smaller one, kept exact by guard, round and sticky bits; one rounding.

import { defineModule, input, mux, named, output, type UIntSig, uint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { shiftRightSticky } from '../integer/shift.ts';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import {
  type FloatFormat,
  type FloatRounding,
  floatWidth,
  formatParams,
  roundingParams,
} from './float-format.ts';
import { packFloat, selectSpecial } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';

/** Relative delays of the segments of the datapath, in the order of the places for registers. */
const DELAYS = { swap: 3, align: 3, sum: 3, normalise: 5, round: 3 };

/**
 * `sum = a + b` in one format (1 + exponentBits + mantissaBits bits each), `stages` enabled clock edges later.
 *
 * With `fullRange` (the default) subnormals, infinities and NaN (canonical quiet NaN out) follow IEEE 754, or the options.
 * Without it the operands and the result must be zero or normal and finite: use it only where that is proved.
 */
export const FloatAdd = defineModule({
  name: 'FloatAdd',
  doc: 'IEEE 754 addition, round to nearest even.',
  params: z.object({
    ...formatParams,
    ...roundingParams,
    fullRange: z.boolean().default(true).meta({ description: 'handle subnormals, infinities and NaN' }),
    stages: stagesParam(5),
  }),
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    sum: output(uint(floatWidth(p))),
  }),
  build(io, p) {
    const pipeline = new Pipeline(p.stages, DELAYS, io.enable);
    io.sum.set(addFloats(io.a, io.b, p, p, pipeline, !p.fullRange));
  },
});

/** The datapath of `FloatAdd`; wires have the names that they have there. */
function addFloats(
  a: UIntSig,
  b: UIntSig,
  format: FloatFormat,
  rounding: FloatRounding,
  pipeline: Pipeline,
  alwaysNormal: boolean,
): UIntSig {
  const { mantissaBits } = format;
  const width = floatWidth(format);
  const swap = named('swap', b.bits(width - 2, 0).gt(a.bits(width - 2, 0)));
  const ordered = pipeline.cut('swap', {
    greater: named('greater', mux(swap, b, a)),
    lesser: named('lesser', mux(swap, a, b)),
  });
  const greater = unpackFloat('greater', ordered.greater, format, rounding);
  const lesser = unpackFloat('lesser', ordered.lesser, format, rounding);
  const subtract = named('subtract', greater.sign.xor(lesser.sign));
  // A NaN is greater than every number, and infinity minus infinity is one.
  const special = alwaysNormal
    ? undefined
    : pipeline.carry({
        nan: named('nan', greater.nan.or(lesser.infinite.and(subtract))),
        infinite: named('infinite', greater.infinite),
      });

  const distance = named('distance', greater.exponent.subWrap(lesser.exponent));
  // Two exact bits and a sticky bit below the last place are enough for a correct rounding.
  const addend = named('addend', lesser.significand.shl(2));
  const operands = pipeline.cut('align', {
    reference: named('reference', greater.significand.shl(3)),
    aligned: named('aligned', shiftRightSticky('addend', addend, distance)),
    subtract,
    sign: greater.sign,
    // An exact zero is positive unless both operands are negative.
    zero_sign: named('zero_sign', greater.sign.and(lesser.sign)),
    limit: greater.exponent,
  });
  const { reference, aligned } = operands;
  const magnitude = named(
    'magnitude',
    mux(operands.subtract, reference.subWrap(aligned).extend(mantissaBits + 5), reference.add(aligned)),
  );
  const exact = pipeline.cut('sum', {
    sign: named('sum_sign', mux(magnitude.any(), operands.sign, operands.zero_sign)),
    magnitude,
    limit: operands.limit,
  });
  const packed = packFloat('sum', exact, format, {
    ...rounding,
    alwaysNormal,
    cut: (x) => pipeline.cut('normalise', x),
  });
  const sum = special
    ? selectSpecial(packed, { ...special(), sign: packed.bit(width - 1) }, format, rounding)
    : packed;
  return pipeline.cut('round', { sum }).sum;
}
