// Twice a float: what a bit plane makes of an entry of a table.
// Invariant: a number is doubled, not an exponent: zeros stay zeros, subnormals become what they are twice, and what passes the end
// of the format is infinite.

import { cat, defineModule, input, literal, mux, named, output, uint } from '@gatewright/hdl-core';
import { z } from 'zod';

/** y = 2 * x; infinities and NaN stay what they are. */
export const FloatDouble = defineModule({
  name: 'FloatDouble',
  doc: 'twice a float, with subnormals and infinities.',
  params: z.object({
    exponentBits: z.int().min(2).max(11).meta({ description: 'bits of the exponent' }),
    mantissaBits: z.int().min(1).max(52).meta({ description: 'bits of the mantissa' }),
  }),
  ports: (p) => ({
    x: input(uint(1 + p.exponentBits + p.mantissaBits)),
    y: output(uint(1 + p.exponentBits + p.mantissaBits)),
  }),
  build(io, p) {
    const fields = p.exponentBits + p.mantissaBits;
    const top = 2 ** p.exponentBits - 1;
    const magnitude = named('magnitude', io.x.trunc(fields));
    const exponent = named('exponent', magnitude.bits(fields - 1, p.mantissaBits));
    // The fraction of a subnormal moves up, into the exponent if need be. A zero stays one.
    const subnormal = magnitude.shl(1).trunc(fields);
    const normal = magnitude.addWrap(literal(1n << BigInt(p.mantissaBits), uint(fields)));
    const infinity = literal(BigInt(top) << BigInt(p.mantissaBits), uint(fields));
    const finite = named('finite', mux(exponent.any(), normal, subnormal));
    const overflow = named('overflow', exponent.eq(top - 1));
    const special = named('special', exponent.eq(top));
    const doubled = named('doubled', mux(special, magnitude, mux(overflow, infinity, finite)));
    io.y.set(cat(io.x.bit(fields), doubled));
  },
});
