// FP16 multiply-accumulate units in three stages, as accelerators have them: operands, product and sum in registers.
// Baselines of the bit-serial PE, which is pipelined too: at one clock, one product per cycle.
// Invariant: every result is the correctly rounded product or sum; nothing is flushed, infinities and NaN excepted.

import {
  bool,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  registered,
  regs,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import {
  FloatAdd,
  FloatMultiply,
  FP16,
  FP32,
  floatBias,
  floatWidth,
  packFloat,
  roomForSubnormals,
  unpackFloat,
} from '@gatewright/parts';
import { z } from 'zod';

const macParams = z.object({
  weight: z.enum(['fp16', 'int8']).default('fp16').meta({ description: 'format of the weight' }),
  accumulator: z
    .enum(['fp16', 'fp32'])
    .default('fp16')
    .meta({ description: 'format of product and sum; INT8 weights always have FP32' }),
});
type MacParams = z.output<typeof macParams>;

const sumFormat = (p: MacParams) => (p.weight === 'fp16' && p.accumulator === 'fp16' ? FP16 : FP32);

/**
 * sum = RNE(RNE(x * w) + (first ? 0 : sum)), three clock edges after its operands, one pair a cycle. `x` is an FP16 code,
 * `w` an FP16 code or an INT8; both finite. The product of an INT8 is exact in FP32.
 */
export const PipelinedMac = defineModule({
  name: 'PipelinedMac',
  doc: 'pipelined FP16 multiply-accumulate, the baseline of bit-serial elements.',
  params: macParams,
  ports: (p) => ({
    first: input(bool, 'the operands begin a sum'),
    x: input(uint(floatWidth(FP16)), 'activation'),
    w: input(uint(p.weight === 'fp16' ? floatWidth(FP16) : 8), 'weight'),
    sum: output(uint(floatWidth(sumFormat(p)))),
  }),
  build(io, p) {
    const format = sumFormat(p);
    const width = floatWidth(format);
    const operands = registered('operand', { x: io.x, w: io.w, first: io.first });
    const value =
      p.weight === 'fp16' ? floatProduct(operands.x, operands.w, p) : integerProduct(operands.x, operands.w);
    const product = registered('product', { value, first: operands.first });
    const { total } = regs({ total: uint(width) });
    // Products are multiples of 2^-48 below 2^32: in FP32 no sum is subnormal or overflows.
    const adder = FloatAdd.inst('u_add', { ...format, fullRange: format === FP16 });
    adder.a.set(product.value);
    adder.b.set(mux(product.first, literal(0, uint(width)), total));
    total.next(adder.sum);
    io.sum.set(total);
  },
});

function floatProduct(x: UIntSig, w: UIntSig, p: MacParams): UIntSig {
  const { exponentBits, mantissaBits } = sumFormat(p);
  const multiply = FloatMultiply.inst('u_multiply', {
    ...FP16,
    productExponentBits: exponentBits,
    productMantissaBits: mantissaBits,
  });
  multiply.a.set(x);
  multiply.b.set(w);
  return multiply.product;
}

/** The significand times the magnitude of the integer: 19 bits, made FP32 by normalising alone. */
function integerProduct(x: UIntSig, w: UIntSig): UIntSig {
  const a = unpackFloat('x', x, FP16);
  const weight = w.asSInt();
  const magnitude = named('magnitude', a.significand.mul(weight.abs()));
  const fraction = floatBias(FP16) + FP16.mantissaBits;
  const offset = magnitude.type.width - 1 - fraction + floatBias(FP32);
  const topExponent = named('top_exponent', a.exponent.toSInt().add(offset));
  const place = roomForSubnormals('exact', magnitude, topExponent, FP32);
  return packFloat('exact', { sign: named('sign', a.sign.xor(weight.isNegative())), ...place }, FP32);
}
