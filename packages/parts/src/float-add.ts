// Floating-point addition, correctly rounded (nearest, ties to even), combinational.
// Sum of the larger operand and the aligned smaller one, kept exact by guard, round and sticky bits; one rounding.

import {
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { type FloatFormat, floatWidth, specialExponent } from './float-format.ts';
import { packFloat } from './float-pack.ts';
import { unpackFloat } from './float-unpack.ts';
import { shiftRightSticky } from './shift.ts';

/**
 * `sum = a + b` in one format (1 + exponentBits + mantissaBits bits each).
 *
 * With `fullRange` (the default) subnormals, infinities and NaN (canonical quiet NaN out) follow IEEE 754. Without it the
 * operands and the result must be zero or normal and finite: use it only where that is proved.
 */
export const FloatAdd = defineModule({
  name: 'FloatAdd',
  doc: 'IEEE 754 addition, round to nearest even, combinational.',
  params: z.object({
    exponentBits: z.int().min(3).max(11).default(8).meta({ description: 'exponent field width' }),
    mantissaBits: z
      .int()
      .min(1)
      .max(52)
      .default(23)
      .meta({ description: 'mantissa field width, without the hidden one' }),
    fullRange: z.boolean().default(true).meta({ description: 'handle subnormals, infinities and NaN' }),
  }),
  ports: (p) => ({
    a: input(uint(floatWidth(p))),
    b: input(uint(floatWidth(p))),
    sum: output(uint(floatWidth(p))),
  }),
  build(io, p) {
    io.sum.set(p.fullRange ? withSpecials(io.a, io.b, p) : addMagnitudes(io.a, io.b, p, true).packed);
  },
});

function addMagnitudes(a: UIntSig, b: UIntSig, format: FloatFormat, alwaysNormal: boolean) {
  const { exponentBits, mantissaBits } = format;
  const width = floatWidth(format);
  const swap = named('swap', b.bits(width - 2, 0).gt(a.bits(width - 2, 0)));
  const greater = unpackFloat('greater', named('greater', mux(swap, b, a)), format);
  const lesser = unpackFloat('lesser', named('lesser', mux(swap, a, b)), format);

  const distance = named('distance', greater.exponent.subWrap(lesser.exponent));
  // Two exact bits and a sticky bit below the last place are enough for a correct rounding.
  const addend = named('addend', lesser.significand.shl(2));
  const aligned = named('aligned', shiftRightSticky('addend', addend, distance));
  const reference = named('reference', greater.significand.shl(3));
  const subtract = named('subtract', greater.sign.xor(lesser.sign));
  const magnitude = named(
    'magnitude',
    mux(subtract, reference.subWrap(aligned).extend(mantissaBits + 5), reference.add(aligned)),
  );
  // An exact zero is positive unless both operands are negative.
  const sign = named('sum_sign', mux(magnitude.any(), greater.sign, greater.sign.and(lesser.sign)));
  const topExponent = named('top_exponent', greater.exponent.add(1).toSInt());
  const packed = packFloat('sum', { sign, magnitude, topExponent, alwaysNormal }, format);
  return { packed, greater, lesser, subtract, exponentBits };
}

function withSpecials(a: UIntSig, b: UIntSig, format: FloatFormat): UIntSig {
  const { packed, greater, lesser, subtract } = addMagnitudes(a, b, format, false);
  const { exponentBits, mantissaBits } = format;
  const greaterIsNan = greater.special.and(greater.significand.bits(mantissaBits - 1, 0).any());
  const nan = named('nan', greaterIsNan.or(lesser.special.and(subtract)));
  const ones = BigInt(specialExponent(format));
  const fields = uint(exponentBits + mantissaBits);
  const infinity = cat(greater.sign, literal(ones << BigInt(mantissaBits), fields));
  const quiet = cat(
    literal(0, uint(1)),
    literal((ones << BigInt(mantissaBits)) | (1n << BigInt(mantissaBits - 1)), fields),
  );
  return mux(nan, quiet, mux(greater.special, infinity, packed));
}
