// Dequantisation of one group of a float PE: T = P - z * X in the accumulator's format, and T * scale rounded once to FP32.
// Two register stages, one group per cycle, valid/ready on both sides.

import {
  type BoolSig,
  bool,
  bundle,
  cat,
  defineModule,
  input,
  literal,
  named,
  output,
  regs,
  sint,
  stream,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import {
  FloatAdd,
  FloatConvert,
  FloatMultiply,
  FP16,
  FP32,
  floatBias,
  floatWidth,
  IntToFloat,
  packFloat,
  roomForSubnormals,
  unpackFloat,
} from '@gatewright/parts';
import { weightType } from '../mixpe/params.ts';
import {
  accumulatorFormat,
  activationSumBits,
  type FloatLaneParams,
  fixedCorrectedBits,
  floatLaneParams,
  sumBits,
} from './params.ts';

const correctedBits = (p: FloatLaneParams): number =>
  accumulatorFormat(p) ? sumBits(p) : fixedCorrectedBits(p);
const to = { toExponentBits: FP32.exponentBits, toMantissaBits: FP32.mantissaBits };

/** `term` = RNE32(T * scale) with T = RNE(P - RNE(z * X)), or exact in fixed point; `scale` is a finite FP16 code. */
export const DequantiseFloat = defineModule({
  name: 'DequantiseFloat',
  doc: 'zero-point correction and scale of a group sum, to FP32.',
  params: floatLaneParams,
  ports: (p) => ({
    in: input(
      stream(
        bundle({
          sum: uint(sumBits(p)),
          activation_sum: uint(p.zeroPoint === 'none' ? 0 : activationSumBits(p)),
          zero: p.zeroPoint === 'group' ? weightType(p) : uint(0),
          scale: uint(floatWidth(FP16)),
          last: bool,
        }),
      ),
    ),
    out: output(stream(bundle({ term: uint(floatWidth(FP32)), last: bool }))),
  }),
  build(io, p) {
    const { corrected, scale, corrected_last } = regs({
      corrected: uint(correctedBits(p)),
      scale: uint(floatWidth(FP16)),
      corrected_last: bool,
    });
    const { term, term_last } = regs({ term: uint(floatWidth(FP32)), term_last: bool });
    const { corrected_valid, term_valid } = regs(
      { corrected_valid: bool, term_valid: bool },
      { corrected_valid: false, term_valid: false },
    );
    const termReady = named('term_ready', term_valid.not().or(io.out.ready));
    io.in.ready.set(corrected_valid.not().or(termReady));
    when(io.in.ready, () => corrected_valid.next(io.in.valid));
    const { sum, activation_sum: activationSum, zero } = io.in.data;
    const value = p.zeroPoint === 'none' ? sum : correctedSum(p, sum, activationSum, zero.asUInt());
    when(io.in.fire, () => {
      corrected.next(value);
      scale.next(io.in.data.scale);
      corrected_last.next(io.in.data.last);
    });
    const rounded = accumulatorFormat(p) ? scaledFloat(p, corrected, scale) : scaledFixed(corrected, scale);
    when(termReady, () => term_valid.next(corrected_valid));
    when(corrected_valid.and(termReady), () => {
      term.next(rounded);
      term_last.next(corrected_last);
    });
    io.out.valid.set(term_valid);
    io.out.data.set({ term, last: term_last });
  },
});

/** P - z * X. */
function correctedSum(p: FloatLaneParams, sum: UIntSig, activationSum: UIntSig, code: UIntSig): UIntSig {
  const format = accumulatorFormat(p);
  const zero =
    p.zeroPoint === 'constant'
      ? literal(p.zeroPointValue, sint(p.weightBits + 1))
      : p.weightSigned
        ? code.asSInt().extend(p.weightBits + 1)
        : code.toSInt();
  if (!format) {
    const product = named('correction', activationSum.asSInt().mul(zero));
    return sum.asSInt().sub(product).trunc(correctedBits(p)).asUInt();
  }
  const convert = IntToFloat.inst('u_zero', { ...format, integerBits: p.weightBits + 1 });
  convert.x.set(zero.asUInt());
  const multiply = FloatMultiply.inst('u_correction', { ...format });
  multiply.a.set(convert.y);
  multiply.b.set(activationSum);
  const add = FloatAdd.inst('u_corrected', { ...format });
  const width = floatWidth(format);
  const correction = named('correction', multiply.product);
  add.a.set(sum);
  add.b.set(cat(negated(correction.bit(width - 1)), correction.bits(width - 2, 0)));
  return named('difference', add.sum);
}

const negated = (sign: BoolSig): BoolSig => sign.not();

/** RNE32(T * scale) of a float T. */
function scaledFloat(p: FloatLaneParams, corrected: UIntSig, scale: UIntSig): UIntSig {
  const widen = FloatConvert.inst('u_scale', { ...FP16, ...to });
  widen.x.set(scale);
  let value = corrected;
  if (p.accumulator === 'fp16') {
    const exact = FloatConvert.inst('u_widen', { ...FP16, ...to });
    exact.x.set(corrected);
    value = exact.y;
  }
  const multiply = FloatMultiply.inst('u_multiply', { ...FP32 });
  multiply.a.set(value);
  multiply.b.set(widen.y);
  return multiply.product;
}

/** RNE32(T * scale) of an integer T that counts in units of 2^-24: one rounding of the exact product. */
function scaledFixed(corrected: UIntSig, scale: UIntSig): UIntSig {
  const value = corrected.asSInt();
  const factor = unpackFloat('scale', scale, FP16);
  const magnitude = named('magnitude', value.abs());
  const product = named('product', magnitude.mul(factor.significand));
  const unit = -24 - floatBias(FP16) - FP16.mantissaBits + floatBias(FP32);
  const topExponent = named('top_exponent', factor.exponent.toSInt().add(product.type.width - 1 + unit));
  return packFloat(
    'term',
    {
      sign: named('term_sign', value.isNegative().xor(factor.sign)),
      ...roomForSubnormals('term', product, topExponent, FP32),
    },
    FP32,
  );
}
