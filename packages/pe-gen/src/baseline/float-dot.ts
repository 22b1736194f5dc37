// A dot-product element of FP16 multipliers, DP4 with four lanes: what look-up of FP16 activations is compared with.
// Invariant: one cycle and one accumulator, like the other elements; products of FP32 sums are exact, others rounded to FP16.

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
  vec,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FloatMultiply, FP16, FP32, floatWidth } from '@gatewright/parts';
import { z } from 'zod';

const CODE = uint(floatWidth(FP16));

/** Adds SUM x[k] * w[k], summed pairwise, to the sum in each enabled cycle; `first` starts from +0. Operands are finite. */
export const FloatDot = defineModule({
  name: 'FloatDot',
  doc: 'dot product of FP16 numbers by multipliers, a baseline.',
  params: z.object({
    lanes: z.int().min(1).max(64).default(4).meta({ description: 'products per cycle' }),
    accumulator: z
      .enum(['fp32', 'fp16'])
      .default('fp32')
      .meta({ description: 'format of products and sums' }),
  }),
  ports: (p) => ({
    enable: input(bool, 'the operands are taken at this edge'),
    first: input(bool, 'they begin a sum'),
    x: input(vec(p.lanes, CODE), 'activations, finite'),
    w: input(vec(p.lanes, CODE), 'weights, finite'),
    sum: output(uint(floatWidth(p.accumulator === 'fp32' ? FP32 : FP16)), 'sum of products'),
  }),
  build(io, p) {
    const format = p.accumulator === 'fp32' ? FP32 : FP16;
    const width = floatWidth(format);
    // FP16 products are multiples of 2^-48 and below 2^32: in FP32 their sums are neither subnormal nor infinite.
    const fullRange = p.accumulator === 'fp16';
    const add = (name: string, a: UIntSig, b: UIntSig): UIntSig => {
      const adder = FloatAdd.inst(name, { ...format, fullRange });
      adder.a.set(a);
      adder.b.set(b);
      return adder.sum;
    };
    let terms = Array.from({ length: p.lanes }, (_, k) => {
      const multiply = FloatMultiply.inst(`u_product_${k}`, {
        ...FP16,
        productExponentBits: format.exponentBits,
        productMantissaBits: format.mantissaBits,
      });
      multiply.a.set(io.x.at(k));
      multiply.b.set(io.w.at(k));
      return multiply.product;
    });
    for (let level = 0; terms.length > 1; level++)
      terms = terms.flatMap((a, i) =>
        i % 2 ? [] : [i + 1 < terms.length ? add(`u_sum_${level}_${i / 2}`, a, terms[i + 1]!) : a],
      );
    const { accumulator } = regs({ accumulator: uint(width) });
    const previous = named('previous', accumulator.and(replicate(io.first.not(), width)));
    const next = add('u_accumulate', previous, terms[0]!);
    when(io.enable, () => accumulator.next(next));
    io.sum.set(accumulator);
  },
});
