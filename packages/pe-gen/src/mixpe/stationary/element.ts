// What a weight-stationary array does with a weight and an activation: dequantises the sums, or each weight as it comes.
// Invariant: a cell holds a weight as plain bits, a code or an FP16 number; only the element knows which.

import { named, type UIntSig } from '@gatewright/hdl-core';
import { FP16, FP32, floatWidth } from '@gatewright/parts';
import { multiplyAdd } from '../../baseline/float-mac.ts';
import { type ArrayElement, elementOf } from '../array/element.ts';
import type { StationaryParams } from './params.ts';

export interface StationaryElement extends Pick<ArrayElement, 'activationBits' | 'sumBits' | 'addProduct'> {
  /** Bits of a weight in a cell. */
  readonly heldBits: number;
}

export const stationaryElement = (p: Omit<StationaryParams, 'columns' | 'addStages'>): StationaryElement => {
  if (p.dequantise === 'sums') return { ...elementOf(p), heldBits: p.weightBits };
  return {
    activationBits: floatWidth(FP16),
    heldBits: floatWidth(FP16),
    sumBits: floatWidth(FP32),
    addProduct: (before: UIntSig, x: UIntSig, weight: UIntSig): UIntSig =>
      named('sum_next', multiplyAdd(before, x, weight, { accumulator: 'fp32' })),
  };
};
