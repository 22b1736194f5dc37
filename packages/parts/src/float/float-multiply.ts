// Floating-point multiplication, correctly rounded (nearest, ties to even).
// Exact product of the significands, one normalising shift that stops at the subnormals, one rounding.

import { defineModule, input, named, output, uint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { enablePort, Pipeline, stagesParam } from '../pipeline.ts';
import { floatBias, floatWidth, formatParams, roundingParams } from './float-format.ts';
import { packFloat, roomForSubnormals, selectSpecial } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';

const DELAYS = { multiply: 6, normalise: 5, round: 3 };

/** `product = a * b` in one format (1 + exponentBits + mantissaBits bits each), `stages` enabled clock edges later. */
export const FloatMultiply = defineModule({
  name: 'FloatMultiply',
  doc: 'IEEE 754 multiplication, round to nearest even.',
  params: z.object({ ...formatParams, ...roundingParams, stages: stagesParam(3) }),
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    product: output(uint(floatWidth(p))),
  }),
  build(io, p) {
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
    const topExponent = named('top_exponent', a.exponent.add(b.exponent).sub(floatBias(p) - 1));
    const magnitude = named('magnitude', a.significand.mul(b.significand));
    const exact = pipeline.cut('multiply', {
      sign,
      ...roomForSubnormals('product', magnitude, topExponent, p, p),
    });
    const packed = packFloat('product', exact, p, { ...p, cut: (x) => pipeline.cut('normalise', x) });
    const rounded = selectSpecial(packed, { ...special(), sign: packed.bit(floatWidth(p) - 1) }, p, p);
    io.product.set(pipeline.cut('round', { rounded }).rounded);
  },
});
