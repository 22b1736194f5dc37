// What a systolic array asks of its processing element, and the elements that answer: W(2..8) with INT8, FP16 or BF16.
// Invariant: operands, sums and terms are plain bits here, so that an array carries integers and floats alike; only the
// element knows what they mean.

import { type BoolSig, literal, named, regs, sint, type UIntSig, uint, when } from '@gatewright/hdl-core';
import { floatWidth, multiplyByWeight } from '@gatewright/parts';
import { addActivation, FloatActivationSum } from '../../mixpe-float/activation-sum.ts';
import { DequantiseFloat } from '../../mixpe-float/dequantise.ts';
import * as float from '../../mixpe-float/params.ts';
import { addProduct, MixPeFloat } from '../../mixpe-float/pe.ts';
import { Dequantise } from '../dequantise.ts';
import { ACTIVATION_BITS, activationSumBits, correctedSumBits, groupSumBits } from '../params.ts';
import { MixPe } from '../pe.ts';
import { type ElementParams, isFloat } from './params.ts';

/** Operands of an accumulator: they count in cycles with `enable`; `first` begins a new group. */
interface Step {
  readonly enable: BoolSig;
  readonly first: BoolSig;
  readonly x: UIntSig;
}
/** A finished group of one output, with its constants. */
interface GroupEnd {
  readonly valid: BoolSig;
  readonly sum: UIntSig;
  /** Sum of the activations; undefined when the unit has no zero points. */
  readonly x: UIntSig | undefined;
  /** FP16 code. */
  readonly scale: UIntSig;
  /** The zero point's code; undefined unless it comes with the group. */
  readonly zero: UIntSig | undefined;
}

/** A processing element, its companion at the row's edge and the arithmetic at the column's end. */
export interface ArrayElement {
  readonly activationBits: number;
  readonly sumBits: number;
  readonly activationSumBits: number;
  /** Clock edges from operands to the sum that holds them. */
  readonly latency: number;
  /** The running sum of products of a group, P. */
  groupSum(name: string, step: Step & { readonly q: UIntSig }): UIntSig;
  /** The running sum of activations of a group, X; with the same latency. */
  activationSum(name: string, step: Step): UIntSig;
  /** `before` and one more product, without a register: what `groupSum` does in a step. */
  addProduct(before: UIntSig, x: UIntSig, q: UIntSig): UIntSig;
  /** `before` and one more activation. */
  addActivation(before: UIntSig, x: UIntSig): UIntSig;
  /** Clock edges from a finished group to its term. */
  readonly termLatency: number;
  /** RNE32(T * scale) as an FP32 code, T = P - zero * X. */
  term(end: GroupEnd): UIntSig;
  /** Terms and their sums are zero or normal and finite, so that the FP32 adder need not handle the rest. */
  readonly isAlwaysNormal: boolean;
}

/** The element for the activations' format. */
export const elementOf = (p: ElementParams): ArrayElement =>
  isFloat(p) ? floatElement(p) : integerElement(p);

/** The element for INT8 activations: exact integers up to the scale. */
function integerElement(p: ElementParams): ArrayElement {
  return {
    activationBits: ACTIVATION_BITS,
    sumBits: groupSumBits(p),
    activationSumBits: activationSumBits(p),
    latency: 1,
    groupSum(name, { enable, first, x, q }) {
      const { weightBits, weightSigned, groupSize, multiplier } = p;
      const pe = MixPe.inst(name, { weightBits, weightSigned, groupSize, multiplier, lanes: 1 });
      pe.enable.set(enable);
      pe.first.set(first);
      pe.x.at(0).set(x.asSInt());
      pe.q.at(0).set((weightSigned ? q.asSInt() : q) as never);
      return pe.sum.asUInt();
    },
    activationSum(name, { enable, first, x }) {
      const bits = activationSumBits(p);
      const sum = regs({ [name]: sint(bits) }, {})[name]!;
      when(enable, () => {
        when(first, () => sum.next(x.asSInt())).otherwise(() => sum.next(sum.add(x.asSInt()).trunc(bits)));
      });
      return sum.asUInt();
    },
    // Sums of a group have these widths, so the carries out of the top bits are never needed.
    addProduct(before, x, q) {
      const product = named('product', multiplyByWeight('product', x.asSInt(), q, p, p.multiplier));
      return before.asSInt().add(product).trunc(groupSumBits(p)).asUInt();
    },
    addActivation: (before, x) => before.asSInt().add(x.asSInt()).trunc(activationSumBits(p)).asUInt(),
    termLatency: 2,
    term({ valid, sum, x, scale, zero }) {
      const dequantise = Dequantise.inst('u_dequantise', { valueBits: correctedSumBits(p) });
      dequantise.in.valid.set(valid);
      dequantise.in.data.set({ value: named('corrected', corrected(p, sum, x, zero)), scale, last: false });
      // The array sees to it that terms are always taken.
      dequantise.out.ready.set(true);
      return dequantise.out.data.term;
    },
    isAlwaysNormal: true,
  };
}

/** The element for float activations: shifts of the significand, sums in the order of the steps. */
function floatElement(p: ElementParams & { activation: 'fp16' | 'bf16' }): ArrayElement {
  const { weightBits, weightSigned, groupSize, activation, accumulator = 'fp32', multiplier } = p;
  const element = {
    ...{ weightBits, weightSigned, groupSize, activation, accumulator },
    multiplier: multiplier === 'operator' ? multiplier : 'and_shift',
    product: 'mantissa',
    flushSubnormals: false,
  } as const;
  return {
    activationBits: floatWidth(float.activationFormat(element)),
    sumBits: float.sumBits(element),
    activationSumBits: float.activationSumBits(element),
    latency: 1,
    groupSum(name, { enable, first, x, q }) {
      const pe = MixPeFloat.inst(name, element);
      pe.enable.set(enable);
      pe.first.set(first);
      pe.x.set(x);
      pe.q.set((weightSigned ? q.asSInt() : q) as never);
      return pe.sum;
    },
    activationSum(name, { enable, first, x }) {
      const sum = FloatActivationSum.inst(`u_${name}`, element);
      sum.enable.set(enable);
      sum.first.set(first);
      sum.x.set(x);
      return sum.sum;
    },
    addProduct: (before, x, q) => addProduct(before, x, q, element),
    addActivation: (before, x) => addActivation(before, x, element),
    termLatency: 2,
    term({ valid, sum, x, scale, zero }) {
      const { zeroPoint, zeroPointValue } = p;
      const dequantise = DequantiseFloat.inst('u_dequantise', { ...element, zeroPoint, zeroPointValue });
      dequantise.in.valid.set(valid);
      const none = literal(0, uint(0));
      dequantise.in.data.set({
        ...{ sum, activation_sum: x ?? none, scale, last: false },
        zero: (zero === undefined ? none : weightSigned ? zero.asSInt() : zero) as never,
      });
      dequantise.out.ready.set(true);
      return dequantise.out.data.term;
    },
    // Of FP16 activations T is a multiple of 2^-24 below 2^31, unless it is an FP16 sum, which can overflow.
    isAlwaysNormal: activation === 'fp16' && accumulator !== 'fp16',
  };
}

/** T = P - z * X: a sum of x * (q - z), which fits although P and z * X apart could differ by more. */
function corrected(p: ElementParams, sum: UIntSig, x: UIntSig | undefined, zero: UIntSig | undefined) {
  if (!x) return sum.asSInt();
  const z = !zero ? p.zeroPointValue : p.weightSigned ? zero.asSInt() : zero.toSInt();
  return sum
    .asSInt()
    .sub(named('correction', x.asSInt().mul(z)))
    .trunc(correctedSumBits(p));
}
