// A MixPE lane with float activations: streams of activations and weight codes in, one FP32 dot product out.
// One product per cycle, in the order of the operands: sums that round depend on their order.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type Io,
  input,
  literal,
  stream,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { floatWidth } from '@gatewright/parts';
import { accumulateTerms, groupBeats, laneStreams } from '../mixpe/lane-control.ts';
import { weightType } from '../mixpe/params.ts';
import { FloatActivationSum } from './activation-sum.ts';
import { DequantiseFloat } from './dequantise.ts';
import { activationFormat, type FloatLaneParams, type FloatPeParams, floatLaneParams } from './params.ts';
import { MixPeFloat } from './pe.ts';

const lanePorts = (p: FloatLaneParams) => ({
  in: input(
    stream(bundle({ x: uint(floatWidth(activationFormat(p))), q: weightType(p), last: bool })),
    'activation (finite) and weight code; last ends the dot product, and its group early if need be',
  ),
  ...laneStreams(p),
});

/** y = SUM over groups of RNE32(T * scale), accumulated in FP32 from +0 in group order, with T = P - zero * X. */
export const MixPeFloatLane = defineModule({
  name: 'MixPeFloatLane',
  doc: 'dot product of float activations and low-bit weights, dequantised once per group.',
  params: floatLaneParams,
  ports: lanePorts,
  build(io, p) {
    const dequantise = DequantiseFloat.inst('u_dequantise', p);
    const { first, last } = groupBeats(io.in, io.group, dequantise.in, p.groupSize);
    const { zeroPoint: _mode, zeroPointValue: _value, ...peParams } = p;
    const pe = MixPeFloat.inst('u_pe', peParams);
    pe.enable.set(io.in.fire);
    pe.first.set(first);
    pe.x.set(io.in.data.x);
    pe.q.set(io.in.data.q);

    dequantise.in.data.set({
      sum: pe.sum,
      activation_sum: p.zeroPoint === 'none' ? literal(0, uint(0)) : activationSum(io, first, peParams),
      zero: io.group.data.zero,
      scale: io.group.data.scale,
      last,
    });

    accumulateTerms(io.out, dequantise.out, true);
  },
});

function activationSum(io: Io<ReturnType<typeof lanePorts>>, first: BoolSig, p: FloatPeParams): UIntSig {
  const sum = FloatActivationSum.inst('u_activation_sum', p);
  sum.enable.set(io.in.fire);
  sum.first.set(first);
  sum.x.set(io.in.data.x);
  return sum.sum;
}
