// The streams of a MixPE lane, of whatever activations: beats make groups, a group waits for its constants and goes to the
// dequantiser, and the terms of a dot product are added in FP32.
// Invariant: initiation interval 1; nothing is lost when a stream stalls.

import {
  type BoolSig,
  bool,
  bundle,
  type Inst,
  type Io,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FP16, FP32, floatWidth } from '@gatewright/parts';
import type { LaneParams } from './params.ts';
import { weightType } from './params.ts';

/** Cycles from the transfer of the last operands of a dot product to the transfer of its result, without stalls. */
export const LANE_LATENCY = 4;

const CODE = uint(floatWidth(FP32));

/** What every lane has beside its operands: constants of groups in, dot products out. */
export const laneStreams = (p: Pick<LaneParams, 'weightBits' | 'weightSigned' | 'zeroPoint'>) => ({
  group: input(
    stream(
      bundle({
        scale: uint(floatWidth(FP16)),
        zero: p.zeroPoint === 'group' ? weightType(p) : uint(0),
      }),
    ),
    'FP16 scale (finite) and zero point, once per group, in order',
  ),
  out: output(stream(CODE), 'FP32 dot product'),
});
type LaneIo = Io<ReturnType<typeof laneStreams>>;

/** The operands of a lane as far as its control needs them. */
interface Operands {
  readonly ready: { set(source: BoolSig): void };
  readonly fire: BoolSig;
  readonly data: { readonly last: BoolSig };
}
/** The end of the dequantiser that takes sums of groups. */
interface Dequantiser {
  readonly valid: { set(source: BoolSig): void };
  readonly ready: BoolSig;
}
type Terms = Inst<{ out: ReturnType<typeof termStream> }>['out'];
const termStream = () => output(stream(bundle({ term: CODE, last: bool })));

/**
 * Closes a group after `beats` transfers of operands, or after the last one of a dot product, and hands its sum, which stands a
 * cycle later, to the dequantiser. `first` begins a group; `last` tells that the sum that is handed over ends a dot product.
 */
export function groupBeats(
  operands: Operands,
  group: LaneIo['group'],
  dequantiser: Dequantiser,
  beats: number,
): { readonly first: BoolSig; readonly last: BoolSig } {
  const { beat, full, last } = regs(
    { beat: uint(Math.ceil(Math.log2(Math.max(beats, 2)))), full: bool, last: bool },
    { beat: 0, full: false },
  );
  const first = named('first', beat.eq(0));
  const groupEnd = named('group_end', operands.data.last.or(beat.eq(beats - 1)));
  const advance = named('advance', full.and(group.valid).and(dequantiser.ready));
  operands.ready.set(full.not().or(advance));
  group.ready.set(full.and(dequantiser.ready));
  dequantiser.valid.set(full.and(group.valid));
  when(advance, () => full.next(false));
  when(operands.fire, () => {
    full.next(groupEnd);
    last.next(operands.data.last);
    when(groupEnd, () => beat.next(0)).otherwise(() => beat.next(beat.addWrap(1)));
  });
  return { first, last };
}

/**
 * y <= y + term in FP32, from +0 after each last term; the register holds the result until it is taken. Without `fullRange` terms
 * and sums are zero or normal.
 */
export function accumulateTerms(out: LaneIo['out'], terms: Terms, fullRange: boolean): void {
  const { y } = regs({ y: CODE });
  const { y_valid, fresh } = regs({ y_valid: bool, fresh: bool }, { y_valid: false, fresh: true });
  const add = FloatAdd.inst('u_accumulate', { ...FP32, fullRange });
  add.a.set(mux(fresh, literal(0, CODE), y));
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
