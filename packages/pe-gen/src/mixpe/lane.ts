// A MixPE dot-product lane: streams of activations and weight codes in, one FP32 dot product out.
// The group sum and the zero-point correction are exact integers; each group is dequantised once (specification 1.2 [D]).

import {
  bool,
  bundle,
  defineModule,
  type Inst,
  type Io,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  type SIntSig,
  sint,
  stream,
  sumTree,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FP16, FP32, floatWidth } from '@gatewright/parts';
import { Dequantise } from './dequantise.ts';
import {
  ACTIVATION_BITS,
  activationSumBits,
  correctedSumBits,
  type LaneParams,
  laneParams,
  weightType,
} from './params.ts';
import { MixPe } from './pe.ts';

/** Cycles from the transfer of the last operands of a dot product to the transfer of its result, without stalls. */
export const LANE_LATENCY = 4;

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
  group: input(
    stream(
      bundle({
        scale: uint(floatWidth(FP16)),
        zero: p.zeroPoint === 'group' ? weightType(p) : uint(0),
      }),
    ),
    'FP16 scale (finite) and zero point, once per group, in order',
  ),
  out: output(stream(uint(floatWidth(FP32))), 'FP32 dot product'),
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
    const beats = p.groupSize / p.lanes;
    const { beat, full, last } = regs(
      { beat: uint(Math.ceil(Math.log2(Math.max(beats, 2)))), full: bool, last: bool },
      { beat: 0, full: false },
    );
    const first = named('first', beat.eq(0));
    const groupEnd = named('group_end', io.in.data.last.or(beat.eq(beats - 1)));

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

    const dequantise = Dequantise.inst('u_dequantise', { valueBits: correctedSumBits(p) });
    const advance = named('advance', full.and(io.group.valid).and(dequantise.in.ready));
    io.in.ready.set(full.not().or(advance));
    io.group.ready.set(full.and(dequantise.in.ready));
    when(advance, () => full.next(false));
    when(io.in.fire, () => {
      full.next(groupEnd);
      last.next(io.in.data.last);
      when(groupEnd, () => beat.next(0)).otherwise(() => beat.next(beat.addWrap(1)));
    });

    dequantise.in.valid.set(full.and(io.group.valid));
    dequantise.in.data.set({
      value: named('corrected', corrected(io, p, pe.sum, first)),
      scale: io.group.data.scale,
      last,
    });

    accumulate(io.out, dequantise.out);
  },
});

type LaneIo = Io<ReturnType<typeof lanePorts>>;
type DequantisePorts = ReturnType<typeof Dequantise.ports>;

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

/** y <= y + term in FP32, from +0 after each last term; the register holds the result until it is taken. */
function accumulate(out: LaneIo['out'], terms: Inst<DequantisePorts>['out']): void {
  const { y } = regs({ y: uint(floatWidth(FP32)) });
  const { y_valid, fresh } = regs({ y_valid: bool, fresh: bool }, { y_valid: false, fresh: true });
  // Every value is a multiple of 2^-24 and far below 2^127, so neither subnormals nor infinities can occur.
  const add = FloatAdd.inst('u_accumulate', { ...FP32, fullRange: false });
  add.a.set(mux(fresh, literal(0, uint(floatWidth(FP32))), y));
  add.b.set(terms.data.term);
  terms.ready.set(y_valid.not().or(out.ready));
  when(out.fire, () => y_valid.next(false));
  when(terms.fire, () => {
    y.next(add.sum);
    y_valid.next(terms.data.last);
    fresh.next(terms.data.last);
  });
  out.valid.set(y_valid);
  out.data.set(y);
}
