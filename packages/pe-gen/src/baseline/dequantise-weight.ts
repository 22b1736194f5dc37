// A weight code made FP16 before anything is multiplied by it: what an array does that dequantises first.
// Invariant: one rounding of the exact value; what is too large becomes the largest FP16 number.

import { defineModule, input, named, output, type SIntSig, uint } from '@gatewright/hdl-core';
import { FP16, floatWidth, packFloat, roomForSubnormals, unpackFloat } from '@gatewright/parts';
import { z } from 'zod';
import { laneParams, weightType, zeroPointIsCode } from '../mixpe/params.ts';

const { weightBits, weightSigned, zeroPoint, zeroPointValue } = laneParams.shape;

/** `weight` = RNE16((q - zero) * scale), saturating; `scale` is a finite FP16 code. */
export const DequantiseWeight = defineModule({
  name: 'DequantiseWeight',
  doc: 'weight code to FP16 by zero point and scale.',
  params: z.object({ weightBits, weightSigned, zeroPoint, zeroPointValue }).check(zeroPointIsCode),
  ports: (p) => ({
    q: input(weightType(p), 'weight code'),
    zero: input(p.zeroPoint === 'group' ? weightType(p) : uint(0), 'zero point'),
    scale: input(uint(floatWidth(FP16))),
    weight: output(uint(floatWidth(FP16)), 'FP16 code'),
  }),
  build(io, p) {
    const integer = (code: typeof io.q | typeof io.zero): SIntSig =>
      p.weightSigned ? code.asSInt() : code.asUInt().toSInt();
    const difference = {
      none: () => integer(io.q),
      constant: () => integer(io.q).sub(p.zeroPointValue),
      group: () => integer(io.q).sub(integer(io.zero)),
    };
    const value = named('difference', difference[p.zeroPoint]());
    const scale = unpackFloat('scale', io.scale, FP16);
    const product = named('product', value.abs().mul(scale.significand));
    const offset = product.type.width - 1 - FP16.mantissaBits;
    const topExponent = named('top_exponent', scale.exponent.toSInt().add(offset));
    const exact = {
      sign: named('sign', value.isNegative().xor(scale.sign)),
      ...roomForSubnormals('weight', product, topExponent, FP16),
    };
    io.weight.set(packFloat('weight', exact, FP16, { saturate: true }));
  },
});
