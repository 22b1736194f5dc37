// X, the sum of a group's float activations: in the accumulator's format and order, once for all outputs that share them.

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
import { floatWidth, unpackFloat } from '@gatewright/parts';
import { addExactTerm } from './add-exact.ts';
import { addFixed } from './add-fixed.ts';
import {
  accumulatorFormat,
  activationFormat,
  activationSumBits,
  type FloatPeParams,
  floatPeParams,
} from './params.ts';
import { alwaysNormal, fixedPlaces } from './pe.ts';
import { activationTerm } from './product.ts';

/** Adds x in each enabled cycle; `first` starts a new group instead. Ports and formats as of MixPeFloat. */
export const FloatActivationSum = defineModule({
  name: 'FloatActivationSum',
  doc: 'sum of float activations over a group.',
  params: floatPeParams,
  ports: (p) => ({
    enable: input(bool, 'the activation is taken at this edge'),
    first: input(bool, 'it begins a group'),
    x: input(uint(floatWidth(activationFormat(p))), 'activation, finite'),
    sum: output(uint(activationSumBits(p)), 'sum X'),
  }),
  build(io, p) {
    const width = activationSumBits(p);
    const { accumulator } = regs({ accumulator: uint(width) }, {});
    const before = named('previous', accumulator.and(replicate(io.first.not(), width)));
    const next = addActivation(before, io.x, p);
    when(io.enable, () => {
      accumulator.next(next);
    });
    io.sum.set(accumulator);
  },
});

/** RNE(before + x) in the accumulator's format, or exact in fixed point. */
export function addActivation(before: UIntSig, code: UIntSig, p: FloatPeParams): UIntSig {
  const format = accumulatorFormat(p);
  const activation = activationFormat(p);
  const x = unpackFloat('x', code, activation, p);
  if (!format) return addFixed(before, x.sign, x.significand, fixedPlaces(x));
  return addExactTerm('sum', before, activationTerm(x, activation, format), format, {
    alwaysNormal: alwaysNormal(p),
  });
}
