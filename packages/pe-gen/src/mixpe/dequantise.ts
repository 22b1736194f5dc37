// Dequantisation of one group: an exact integer times an FP16 scale, rounded once to FP32.
// Two register stages, one value per cycle, valid/ready on both sides.

import {
  bool,
  bundle,
  defineModule,
  input,
  named,
  output,
  regs,
  sint,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import {
  FP16,
  FP32,
  floatBias,
  floatWidth,
  packFloat,
  roomForSubnormals,
  unpackFloat,
} from '@gatewright/parts';
import { z } from 'zod';

/**
 * `term` = RNE32(value * scale): one rounding of the exact product (specification 1.2 and 1.6 [D]).
 * `scale` is a finite FP16 code, subnormals included. No product is subnormal in FP32 or overflows it: |value * scale| is a
 * multiple of 2^-24 below 2^(valueBits + 16). A zero product takes the sign of the factors.
 */
export const Dequantise = defineModule({
  name: 'Dequantise',
  doc: 'integer times FP16 scale, rounded once to FP32.',
  params: z.object({
    valueBits: z.int().min(2).max(48).default(19).meta({ description: 'bits of the integer' }),
  }),
  ports: (p) => ({
    in: input(stream(bundle({ value: sint(p.valueBits), scale: uint(floatWidth(FP16)), last: bool }))),
    out: output(stream(bundle({ term: uint(floatWidth(FP32)), last: bool }))),
  }),
  build(io, p) {
    const { value, scale, value_last } = regs({
      value: sint(p.valueBits),
      scale: uint(floatWidth(FP16)),
      value_last: bool,
    });
    const { term, term_last } = regs({ term: uint(floatWidth(FP32)), term_last: bool });
    const { value_valid, term_valid } = regs(
      { value_valid: bool, term_valid: bool },
      { value_valid: false, term_valid: false },
    );

    const termReady = named('term_ready', term_valid.not().or(io.out.ready));
    io.in.ready.set(value_valid.not().or(termReady));
    when(io.in.ready, () => value_valid.next(io.in.valid));
    when(io.in.fire, () => {
      value.next(io.in.data.value);
      scale.next(io.in.data.scale);
      value_last.next(io.in.data.last);
    });

    const factor = unpackFloat('scale', scale, FP16);
    const magnitude = named('magnitude', value.abs());
    const product = named('product', magnitude.mul(factor.significand));
    // The product counts in units of 2^(exponent - bias - mantissaBits) of FP16; its top bit has this biased FP32 exponent.
    const offset = product.type.width - 1 - floatBias(FP16) - FP16.mantissaBits + floatBias(FP32);
    const topExponent = named('top_exponent', factor.exponent.toSInt().add(offset));
    const rounded = packFloat(
      'term',
      {
        sign: named('term_sign', value.isNegative().xor(factor.sign)),
        ...roomForSubnormals('term', product, topExponent, FP32),
      },
      FP32,
    );
    when(termReady, () => term_valid.next(value_valid));
    when(value_valid.and(termReady), () => {
      term.next(rounded);
      term_last.next(value_last);
    });
    io.out.valid.set(term_valid);
    io.out.data.set({ term, last: term_last });
  },
});
