// Multiply-accumulate elements that MixPE is compared with: FP16 x FP16, an integer weight converted to FP16 first, and a weight
// dequantised before it is multiplied. The same ports and the same depth as the MixPE elements: one cycle, one accumulator.
// Invariant: nothing is left out that MixPE has, and nothing added that it lacks; both adders are offered, the table shows both.

import {
  bool,
  defineModule,
  input,
  named,
  output,
  regs,
  replicate,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import {
  FloatFma,
  FloatMultiply,
  FP16,
  FP32,
  floatBias,
  floatWidth,
  IntToFloat,
  unpackFloat,
} from '@gatewright/parts';
import { z } from 'zod';
import { addExactTerm, termExponent } from '../mixpe-float/add-exact.ts';

export const floatMacParams = z
  .object({
    weight: z.enum(['fp16', 'integer', 'dequantised']).default('fp16').meta({
      description: 'FP16; a signed integer made FP16; an integer made FP16 and scaled, rounded to FP16',
    }),
    weightBits: z.int().min(2).max(8).default(4).meta({ description: 'bits of an integer weight' }),
    accumulator: z.enum(['fp32', 'fp16']).default('fp32').meta({ description: 'format of the sum' }),
    adder: z
      .enum(['fused', 'aligned'])
      .default('aligned')
      .meta({ description: 'the IEEE 754 fused multiply-add, or the adder that the MixPE element has' }),
  })
  .refine((p) => p.adder === 'fused' || p.accumulator === 'fp32', {
    message: 'aligned is for FP32 sums, which no product falls below: use fused',
    path: ['adder'],
  });
type MacParams = z.output<typeof floatMacParams>;

const sumFormat = (p: MacParams) => (p.accumulator === 'fp32' ? FP32 : FP16);

/**
 * Adds x * w to the sum in each enabled cycle, with one rounding of the exact sum; `first` starts from +0. `x`, FP16, is finite;
 * `w` is an FP16 code, or a signed integer; `scale` is an FP16 code where the weight is dequantised first: w = RNE16(q * scale).
 */
export const FloatMac = defineModule({
  name: 'FloatMac',
  doc: 'FP16 multiply-accumulate, the baseline of float elements.',
  params: floatMacParams,
  ports: (p) => ({
    enable: input(bool, 'the operands are taken at this edge'),
    first: input(bool, 'they begin a sum'),
    x: input(uint(floatWidth(FP16)), 'activation, finite'),
    q: input(uint(p.weight === 'fp16' ? floatWidth(FP16) : p.weightBits), 'weight'),
    scale: input(uint(p.weight === 'dequantised' ? floatWidth(FP16) : 0), 'scale of the weight'),
    sum: output(uint(floatWidth(sumFormat(p))), 'sum of products'),
  }),
  build(io, p) {
    const format = sumFormat(p);
    const width = floatWidth(format);
    const { accumulator } = regs({ accumulator: uint(width) }, {});
    const previous = named('previous', accumulator.and(replicate(io.first.not(), width)));
    const weight = weightCode(io.q, io.scale, p);
    const next = p.adder === 'fused' ? fused(io.x, weight, previous, p) : aligned(io.x, weight, previous, p);
    when(io.enable, () => {
      accumulator.next(next);
    });
    io.sum.set(accumulator);
  },
});

function weightCode(q: UIntSig, scale: UIntSig, p: MacParams): UIntSig {
  if (p.weight === 'fp16') return q;
  const convert = IntToFloat.inst('u_convert', { ...FP16, integerBits: p.weightBits });
  convert.x.set(q);
  if (p.weight === 'integer') return convert.y;
  const multiply = FloatMultiply.inst('u_dequantise', { ...FP16 });
  multiply.a.set(convert.y);
  multiply.b.set(scale);
  return multiply.product;
}

function fused(x: UIntSig, weight: UIntSig, previous: UIntSig, p: MacParams): UIntSig {
  const { exponentBits, mantissaBits } = sumFormat(p);
  const fma = FloatFma.inst('u_fma', {
    ...FP16,
    sumExponentBits: exponentBits,
    sumMantissaBits: mantissaBits,
  });
  fma.a.set(x);
  fma.b.set(weight);
  fma.c.set(previous);
  return fma.sum;
}

/** FP16 products are multiples of 2^-48 and below 2^32: in FP32 their sums are neither subnormal nor infinite. */
function aligned(x: UIntSig, weight: UIntSig, previous: UIntSig, p: MacParams): UIntSig {
  const format = sumFormat(p);
  const a = unpackFloat('x', x, FP16);
  const b = unpackFloat('weight', weight, FP16);
  const significand = named('product', a.significand.mul(b.significand));
  const offset = floatBias(format) - 2 * floatBias(FP16) + 1;
  const exponent = named(
    'product_exponent',
    termExponent(a.exponent.add(b.exponent), offset, format.exponentBits + 1),
  );
  const term = {
    sign: named('product_sign', a.sign.xor(b.sign)),
    significand,
    exponent,
    leadingZeros: 2 * FP16.mantissaBits + 1,
  };
  return addExactTerm('sum', previous, term, format, { alwaysNormal: true });
}
