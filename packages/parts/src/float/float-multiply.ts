// Floating-point multiplication, correctly rounded (nearest, ties to even).
// Exact product of the significands, one normalising shift that stops at the subnormals, one rounding.

import { defineModule, input, named, output, uint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import {
  floatBias,
  floatWidth,
  formatParams,
  roundingParams,
  secondFormat,
  secondFormatParams,
} from './float-format.ts';
import { packFloat, roomForSubnormals, selectSpecial } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';

const DELAYS = { multiply: 6, normalise: 5, round: 3 };

const multiplyParams = z.object({
  ...formatParams,
  ...secondFormatParams('product'),
  ...roundingParams,
  stages: stagesParam(3),
});

/**
 * `product = a * b`, `stages` enabled clock edges later: a and b in the format of exponentBits, mantissaBits and nonFinite;
 * the product in the same one, or in that of productExponentBits, productMantissaBits and productNonFinite.
 */
export const FloatMultiply = defineModule({
  name: 'FloatMultiply',
  doc: 'IEEE 754 multiplication, round to nearest even.',
  params: multiplyParams,
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    product: output(uint(floatWidth(secondFormat(p, 'product')))),
  }),
  build(io, p) {
    const format = secondFormat(p, 'product');
    const pipeline = new Pipeline(p.stages, DELAYS, io.enable);
    const a = unpackFloat('a', io.a, p, p);
    const b = unpackFloat('b', io.b, p, p);
    const sign = named('sign', a.sign.xor(b.sign));
    const infinite = named('infinite', a.infinite.or(b.infinite));
    // A zero is the only operand with an infinite partner that leaves no number.
    const zero = named('zero', a.significand.any().and(b.significand.any()).not());
    const special = pipeline.carry({
      nan: named('nan', a.nan.or(b.nan).or(infinite.and(zero))),
      infinite,
    });

    // The top bit of the product of two significands below 2 weighs 2.
    const offset = 2 * floatBias(p) - floatBias(format) - 1;
    const sum = a.exponent.add(b.exponent);
    const topExponent = named('top_exponent', offset < 0 ? sum.add(-offset).toSInt() : sum.sub(offset));
    const magnitude = named('magnitude', a.significand.mul(b.significand));
    const exact = pipeline.cut('multiply', {
      sign,
      ...roomForSubnormals('product', magnitude, topExponent, format, p),
    });
    const packed = packFloat('product', exact, format, { ...p, cut: (x) => pipeline.cut('normalise', x) });
    const rounded = selectSpecial(
      packed,
      { ...special(), sign: packed.bit(floatWidth(format) - 1) },
      format,
      p,
    );
    io.product.set(pipeline.cut('round', { rounded }).rounded);
  },
});
