// The MixPE processing element with float activations: a product by shifts, and one accumulator.
// Source: specification 1.5, variants B (`mantissa`, the product is exact) and A (`exponent`), reconstructions [X].

import {
  bool,
  defineModule,
  input,
  literal,
  named,
  output,
  regs,
  replicate,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FP16, floatWidth, type UnpackedFloat, unpackFloat } from '@gatewright/parts';
import { weightType } from '../mixpe/params.ts';
import { addExactTerm } from './add-exact.ts';
import { addFixed, type Places } from './add-fixed.ts';
import { accumulatorFormat, activationFormat, type FloatPeParams, floatPeParams, sumBits } from './params.ts';
import { activationTerm, exponentProduct, mantissaProduct, weightMagnitude } from './product.ts';

/** Whether sums can be subnormal or overflow: not those of FP16 numbers in FP32, all multiples of 2^-24 below 2^48. */
export const alwaysNormal = (p: Pick<FloatPeParams, 'activation' | 'accumulator'>): boolean =>
  p.activation === 'fp16' && p.accumulator === 'fp32';

/**
 * Adds x * q to the group sum in each enabled cycle; `first` starts a new group instead. `x` is a finite code. `sum`, one cycle
 * later, is a float code, or two's complement in units of 2^-24 when the accumulator is fixed.
 */
export const MixPeFloat = defineModule({
  name: 'MixPeFloat',
  doc: 'float activation times low-bit weight by shifts, summed over a group.',
  params: floatPeParams,
  ports: (p) => ({
    enable: input(bool, 'the operands are taken at this edge'),
    first: input(bool, 'they begin a group'),
    x: input(uint(floatWidth(activationFormat(p))), 'activation, finite'),
    q: input(weightType(p), 'weight code'),
    sum: output(uint(sumBits(p)), 'group sum P'),
  }),
  build(io, p) {
    const { accumulator } = regs({ accumulator: uint(sumBits(p)) }, {});
    const before = named('previous', accumulator.and(replicate(io.first.not(), sumBits(p))));
    const next = addProduct(before, io.x, io.q.asUInt(), p);
    when(io.enable, () => {
      accumulator.next(next);
    });
    io.sum.set(accumulator);
  },
});

/** RNE(before + x * q) in the accumulator's format, or exact in fixed point. */
export function addProduct(before: UIntSig, code: UIntSig, q: UIntSig, p: FloatPeParams): UIntSig {
  const activation = activationFormat(p);
  const format = accumulatorFormat(p);
  if (p.product === 'exponent' && format) {
    const product = exponentProduct(code, q, p, activation);
    const value = unpackFloat('product', product, activation);
    return addExactTerm('sum', before, activationTerm(value, activation, format), format, {
      alwaysNormal: alwaysNormal(p),
    });
  }
  const x = unpackFloat('x', code, activation, p);
  if (!format) {
    const { negative, magnitude } = weightMagnitude(q, p);
    const product = named('product', fixedProduct(x.significand, magnitude, p, 'q'));
    const sign = named('product_sign', x.sign.xor(negative));
    return addFixed(before, sign, product, fixedPlaces(x));
  }
  const term = mantissaProduct(x, q, p, activation, format);
  return addExactTerm('sum', before, term, format, { alwaysNormal: alwaysNormal(p) });
}

/**
 * significand * |q|: the sum of gated copies, or the plain operator. The largest magnitude of a signed code is its top bit alone,
 * so that bit's copy never meets another and needs no adder.
 */
export function fixedProduct(
  significand: UIntSig,
  magnitude: UIntSig,
  p: Pick<FloatPeParams, 'weightBits' | 'weightSigned' | 'multiplier'>,
  name: string,
): UIntSig {
  if (p.multiplier === 'operator') return significand.mul(magnitude);
  const width = significand.type.width + p.weightBits;
  let sum: UIntSig | undefined;
  for (let i = 0; i < p.weightBits; i++) {
    const gate = replicate(magnitude.bit(i), significand.type.width);
    const row = named(`${name}_row_${i}`, significand.and(gate).shl(i).extend(width));
    const alone = p.weightSigned && i === p.weightBits - 1;
    sum = sum ? (alone ? sum.or(row) : sum.addWrap(row)) : row;
  }
  return sum ?? literal(0, uint(1));
}

/** Where the significand of an FP16 number stands, in units of 2^-24: at most 29 to the left. */
export const fixedPlaces = (x: Pick<UnpackedFloat, 'exponent'>): Places => ({
  places: x.exponent.subWrap(1),
  most: 2 ** FP16.exponentBits - 3,
});
