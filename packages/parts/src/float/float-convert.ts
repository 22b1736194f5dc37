// Conversion between float formats, correctly rounded (nearest, ties to even).
// To a format that holds every value of the first one this is wiring and a normaliser for its subnormals.

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

const convertParams = z.object({
  ...formatParams,
  ...secondFormatParams('to'),
  ...roundingParams,
  stages: stagesParam(2),
});

/**
 * `y = x` in the format of toExponentBits, toMantissaBits and toNonFinite, rounded once, `stages` enabled clock edges
 * later. NaN becomes the canonical NaN, or the largest value of a format without one.
 */
export const FloatConvert = defineModule({
  name: 'FloatConvert',
  doc: 'conversion between float formats, round to nearest even.',
  params: convertParams,
  ports: (p) => ({
    x: input(uint(floatWidth(p))),
    enable: enablePort(p.stages),
    y: output(uint(floatWidth(secondFormat(p, 'to')))),
  }),
  build(io, p) {
    const format = secondFormat(p, 'to');
    const pipeline = new Pipeline(p.stages, { normalise: 5, round: 3 }, io.enable);
    const x = unpackFloat('x', io.x, p, p);
    const special = pipeline.carry({ nan: named('nan', x.nan), infinite: named('infinite', x.infinite) });
    const topExponent = named('top_exponent', x.exponent.toSInt().add(floatBias(format) - floatBias(p)));
    const exact = { sign: x.sign, ...roomForSubnormals('y', x.significand, topExponent, format, p) };
    const packed = packFloat('y', exact, format, { ...p, cut: (n) => pipeline.cut('normalise', n) });
    const sign = packed.bit(floatWidth(format) - 1);
    const rounded = selectSpecial(packed, { ...special(), sign }, format, p);
    io.y.set(pipeline.cut('round', { rounded }).rounded);
  },
});
