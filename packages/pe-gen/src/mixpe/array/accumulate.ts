// FP32 accumulators that take turns: one sum per place, one adder for all of them.
// Invariant: places come in the same order in every round, and a place comes again addStages + 2 cycles later at the earliest.

import {
  type BoolSig,
  literal,
  mem,
  mux,
  named,
  registered,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FloatAdd, FP32, floatWidth } from '@gatewright/parts';
import { turn } from './ring.ts';

/** What comes with a term, a cycle before it. */
export interface Coming {
  readonly valid: BoolSig;
  /** Its sum begins with it. */
  readonly fresh: BoolSig;
  /** Its sum ends with it. */
  readonly done: BoolSig;
  /** It is the first of a round; without it a round has as many terms as there are places. */
  readonly first?: BoolSig;
}

/** sum <= RNE32(sum + term) of each place in turn, from +0; and the finished sums, addStages cycles after their last term. */
export function accumulateTerms(
  { places, addStages, isAlwaysNormal }: { places: number; addStages: number; isAlwaysNormal: boolean },
  term: UIntSig,
  coming: Coming,
): { readonly valid: BoolSig; readonly sum: UIntSig } {
  const sums = mem('sums', { depth: places, type: uint(floatWidth(FP32)), collision: 'undefined' });
  const sumBefore = sums.readSync(turn('reading', places, coming.valid, coming.first), {
    name: 'sum_before',
  });

  let valid = registered('term_valid', coming.valid, { reset: false });
  let flags: { done: BoolSig; first?: BoolSig } = registered('term', pick(coming));
  const fresh = registered('term_fresh', coming.fresh);
  const add = FloatAdd.inst('u_accumulate', { ...FP32, fullRange: !isAlwaysNormal, stages: addStages });
  add.a.set(mux(fresh, literal(0, uint(floatWidth(FP32))), sumBefore));
  add.b.set(term);
  if (addStages > 0) add.enable.set(1);
  for (let stage = 1; stage <= addStages; stage++) {
    valid = registered(`add_${stage}_valid`, valid, { reset: false });
    flags = registered(`add_${stage}`, flags);
  }
  const writing = turn('writing', places, valid, flags.first);
  when(valid, () => sums.write(writing, add.sum));
  return { valid: named('result_now', valid.and(flags.done)), sum: add.sum };
}

const pick = ({ done, first }: Coming): { done: BoolSig; first?: BoolSig } =>
  first ? { done, first } : { done };
