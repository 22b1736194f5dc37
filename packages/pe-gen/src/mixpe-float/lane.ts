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
  mux,
  named,
  output,
  regs,
  stream,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FP16, FP32, floatWidth } from '@gatewright/parts';
import { weightType } from '../mixpe/params.ts';
import { FloatActivationSum } from './activation-sum.ts';
import { DequantiseFloat } from './dequantise.ts';
import { activationFormat, type FloatLaneParams, type FloatPeParams, floatLaneParams } from './params.ts';
import { MixPeFloat } from './pe.ts';

/** Cycles from the transfer of the last operands of a dot product to the transfer of its result, without stalls. */
export const FLOAT_LANE_LATENCY = 4;

const lanePorts = (p: FloatLaneParams) => ({
  in: input(
    stream(bundle({ x: uint(floatWidth(activationFormat(p))), q: weightType(p), last: bool })),
    'activation (finite) and weight code; last ends the dot product, and its group early if need be',
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

/** y = SUM over groups of RNE32(T * scale), accumulated in FP32 from +0 in group order, with T = P - zero * X. */
export const MixPeFloatLane = defineModule({
  name: 'MixPeFloatLane',
  doc: 'dot product of float activations and low-bit weights, dequantised once per group.',
  params: floatLaneParams,
  ports: lanePorts,
  build(io, p) {
    const { beat, full, last } = regs(
      { beat: uint(Math.ceil(Math.log2(Math.max(p.groupSize, 2)))), full: bool, last: bool },
      { beat: 0, full: false },
    );
    const first = named('first', beat.eq(0));
    const groupEnd = named('group_end', io.in.data.last.or(beat.eq(p.groupSize - 1)));
    const { zeroPoint: _mode, zeroPointValue: _value, ...peParams } = p;
    const pe = MixPeFloat.inst('u_pe', peParams);
    pe.enable.set(io.in.fire);
    pe.first.set(first);
    pe.x.set(io.in.data.x);
    pe.q.set(io.in.data.q);

    const dequantise = DequantiseFloat.inst('u_dequantise', p);
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
      sum: pe.sum,
      activation_sum: p.zeroPoint === 'none' ? literal(0, uint(0)) : activationSum(io, first, peParams),
      zero: io.group.data.zero,
      scale: io.group.data.scale,
      last,
    });

    const { y } = regs({ y: uint(floatWidth(FP32)) });
    const { y_valid, fresh } = regs({ y_valid: bool, fresh: bool }, { y_valid: false, fresh: true });
    const add = FloatAdd.inst('u_accumulate', { ...FP32 });
    const terms = dequantise.out;
    add.a.set(mux(fresh, literal(0, uint(floatWidth(FP32))), y));
    add.b.set(terms.data.term);
    terms.ready.set(y_valid.not().or(io.out.ready));
    when(io.out.fire, () => y_valid.next(false));
    when(terms.fire, () => {
      y.next(add.sum);
      y_valid.next(terms.data.last);
      fresh.next(terms.data.last);
    });
    io.out.valid.set(y_valid);
    io.out.data.set(y);
  },
});

function activationSum(io: Io<ReturnType<typeof lanePorts>>, first: BoolSig, p: FloatPeParams): UIntSig {
  const sum = FloatActivationSum.inst('u_activation_sum', p);
  sum.enable.set(io.in.fire);
  sum.first.set(first);
  sum.x.set(io.in.data.x);
  return sum.sum;
}
