// A MixPE dot-product lane: streams of activations and weight codes in, one FP32 dot product out.
// The group sum and the zero-point correction are exact integers; each group is dequantised once (specification 1.2 [D]).

import {
  bool,
  bundle,
  defineModule,
  type Io,
  input,
  named,
  regs,
  type SIntSig,
  sint,
  stream,
  sumTree,
  vec,
  when,
} from '@gatewright/hdl-core';
import { Dequantise } from './dequantise.ts';
import { accumulateTerms, groupBeats, laneStreams } from './lane-control.ts';
import {
  ACTIVATION_BITS,
  activationSumBits,
  correctedSumBits,
  type LaneParams,
  laneParams,
  weightType,
} from './params.ts';
import { MixPe } from './pe.ts';

const lanePorts = (p: LaneParams) => ({
  in: input(
    stream(
      bundle({
        x: vec(p.lanes, sint(ACTIVATION_BITS)),
        q: vec(p.lanes, weightType(p)),
        last: bool,
      }),
    ),
    'activations and weight codes; last ends the dot product, and its group early if need be',
  ),
  ...laneStreams(p),
});

/**
 * y = SUM over groups of RNE32(T * scale), accumulated in FP32 from +0 in group order, with T = SUM x*q - zero * SUM x.
 * Initiation interval 1: `lanes` products per cycle, across group and dot-product boundaries.
 */
export const MixPeLane = defineModule({
  name: 'MixPeLane',
  doc: 'dot product of INT8 activations and low-bit weights, dequantised once per group.',
  params: laneParams,
  ports: lanePorts,
  build(io, p) {
    const dequantise = Dequantise.inst('u_dequantise', { valueBits: correctedSumBits(p) });
    const { first, last } = groupBeats(io.in, io.group, dequantise.in, p.groupSize / p.lanes);
    const pe = MixPe.inst('u_pe', {
      weightBits: p.weightBits,
      weightSigned: p.weightSigned,
      groupSize: p.groupSize,
      lanes: p.lanes,
      multiplier: p.multiplier,
    });
    pe.enable.set(io.in.fire);
    pe.first.set(first);
    pe.x.set(io.in.data.x);
    pe.q.set(io.in.data.q);

    dequantise.in.data.set({
      value: named('corrected', corrected(io, p, pe.sum, first)),
      scale: io.group.data.scale,
      last,
    });

    // Every value is a multiple of 2^-24 and far below 2^127, so neither subnormals nor infinities can occur.
    accumulateTerms(io.out, dequantise.out, false);
  },
});

type LaneIo = Io<ReturnType<typeof lanePorts>>;

/** T = P - z * X. X is summed here, once for all products of the lane; without zero points it is not needed. */
function corrected(io: LaneIo, p: LaneParams, groupSum: SIntSig, first: ReturnType<SIntSig['eq']>): SIntSig {
  if (p.zeroPoint === 'none') return groupSum;
  const { activation_sum } = regs({ activation_sum: sint(activationSumBits(p)) });
  const total = named('activation_total', sumTree([...io.in.data.x]));
  when(io.in.fire, () => {
    const next = activation_sum.add(total).trunc(activationSumBits(p));
    when(first, () => activation_sum.next(total)).otherwise(() => activation_sum.next(next));
  });
  const code = io.group.data.zero;
  const zero =
    p.zeroPoint === 'constant' ? p.zeroPointValue : p.weightSigned ? code.asSInt() : code.asUInt().toSInt();
  const correction = named('correction', activation_sum.mul(zero));
  // T is a sum of x * (q - z), which fits although P and z * X apart could differ by more.
  return groupSum.sub(correction).trunc(correctedSumBits(p));
}
