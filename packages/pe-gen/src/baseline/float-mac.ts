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
import { addFixed } from '../mixpe-float/add-fixed.ts';

export const floatMacParams = z
  .object({
    weight: z.enum(['fp16', 'integer', 'dequantised']).default('fp16').meta({
      description: 'FP16; a signed integer made FP16; an integer made FP16 and scaled, rounded to FP16',
    }),
    weightBits: z.int().min(2).max(8).default(4).meta({ description: 'bits of an integer weight' }),
    accumulator: z
      .enum(['fp32', 'fp16', 'fixed'])
      .default('fp32')
      .meta({ description: 'format of the sum; fixed: exact, in units of 2^-48' }),
    groupSize: z.int().min(1).max(4096).default(128).meta({ description: 'longest exact sum' }),
    adder: z
      .enum(['fused', 'aligned'])
      .default('aligned')
      .meta({ description: 'the IEEE 754 fused multiply-add, or the adder that the MixPE element has' }),
  })
  .refine((p) => p.adder === 'aligned' || p.accumulator !== 'fixed', {
    message: 'fused is for float sums: use aligned',
    path: ['adder'],
  });
type MacParams = z.output<typeof floatMacParams>;

const sumFormat = (p: Pick<MacParams, 'accumulator'>) => (p.accumulator === 'fp32' ? FP32 : FP16);
/** The largest product of FP16 numbers is 2047^2 * 2^58 in units of 2^-48. */
const MOST_PLACES = 2 * (2 ** FP16.exponentBits - 3);
const fixedBits = (p: MacParams): number =>
  ((2047n ** 2n * BigInt(p.groupSize)) << BigInt(MOST_PLACES)).toString(2).length + 1;
const sumWidth = (p: MacParams): number =>
  p.accumulator === 'fixed' ? fixedBits(p) : floatWidth(sumFormat(p));

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
    sum: output(uint(sumWidth(p)), 'sum of products'),
  }),
  build(io, p) {
    const width = sumWidth(p);
    const { accumulator } = regs({ accumulator: uint(width) }, {});
    const previous = named('previous', accumulator.and(replicate(io.first.not(), width)));
    const weight = weightCode(io.q, io.scale, p);
    const next =
      p.adder === 'fused' ? fused(io.x, weight, previous, p) : multiplyAdd(previous, io.x, weight, p);
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

/**
 * RNE(previous + x * weight) of FP16 codes, or the exact sum in fixed point, by the adder that the MixPE element has.
 * FP16 products are multiples of 2^-48 and below 2^32: in FP32 their sums are neither subnormal nor infinite. In FP16 they may
 * be either, and products may lie far below its smallest number.
 */
export function multiplyAdd(
  previous: UIntSig,
  x: UIntSig,
  weight: UIntSig,
  p: Pick<MacParams, 'accumulator'>,
): UIntSig {
  const a = unpackFloat('x', x, FP16);
  const b = unpackFloat('weight', weight, FP16);
  const significand = named('product', a.significand.mul(b.significand));
  const sign = named('product_sign', a.sign.xor(b.sign));
  const exponents = named('exponents', a.exponent.add(b.exponent));
  if (p.accumulator === 'fixed')
    return addFixed(previous, sign, significand, { places: exponents.subWrap(2), most: MOST_PLACES });
  const format = sumFormat(p);
  const offset = floatBias(format) - 2 * floatBias(FP16) + 1;
  const exponent =
    p.accumulator === 'fp32'
      ? termExponent(exponents, offset, format.exponentBits + 1)
      : exponents.toSInt().add(offset);
  const term = {
    sign,
    significand,
    exponent: named('product_exponent', exponent),
    // One for the product, the rest for a subnormal factor. Products of two subnormals are as small as terms get.
    leadingZeros: FP16.mantissaBits + 1,
  };
  return addExactTerm('sum', previous, term, format, { alwaysNormal: p.accumulator === 'fp32' });
}
