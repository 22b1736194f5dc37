// The steps of a sliding window: key j goes to slot j mod window, so each step replaces one slot and nothing shifts.
// Invariant: a job of n rows is n + lookAhead positions; a position is a step per query row that shares it, at least one.

import {
  bool,
  bundle,
  defineModule,
  input,
  literal,
  named,
  output,
  regs,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { type ArrayParams, sumBits, windowParams } from './params.ts';

export const slotBits = (p: { readonly window: number }): number => Math.ceil(Math.log2(p.window));

/** What happens in one row period; see AttentionArray. */
export const attentionStepType = (p: ArrayParams) =>
  bundle({
    clear: bool,
    slot: uint(slotBits(p)),
    load: bool,
    drop: bool,
    query: bool,
    bound: uint(p.maximum === 'bound' ? sumBits(p) : 0),
  });

/** One sequence of one key head. */
export const jobType = (p: ArrayParams) =>
  bundle({
    /** Rows less 1. */
    last_row: uint(16),
    /** Query heads that share the key head, less 1. */
    last_query: uint(4),
    /** What scores are lowered by, a code of the sum's format. */
    bound: uint(p.maximum === 'bound' ? sumBits(p) : 0),
  });

export const WindowSteps = defineModule({
  name: 'WindowSteps',
  doc: 'the steps of sliding-window attention over a sequence.',
  params: windowParams,
  ports: (p) => ({
    job: input(stream(jobType(p))),
    step: output(stream(attentionStepType(p))),
  }),
  build(io, p) {
    const { active, key, slot, head, last_row, last_query } = regs(
      {
        active: bool,
        key: uint(17),
        slot: uint(slotBits(p)),
        head: uint(4),
        last_row: uint(16),
        last_query: uint(4),
      },
      { active: false },
    );
    const { bound } = regs({ bound: uint(p.maximum === 'bound' ? sumBits(p) : 0) });
    const first = named('first', head.eq(0));
    const in_sequence = named('in_sequence', key.le(last_row));
    const query = p.lookAhead > 0 ? named('query', key.ge(p.lookAhead)) : literal(true, bool);
    const position_done = named('position_done', query.not().or(head.eq(last_query)));
    const job_done = named('job_done', key.eq(last_row.add(p.lookAhead)));

    io.job.ready.set(active.not());
    when(io.job.fire, () => {
      active.next(true);
      key.next(0);
      slot.next(0);
      head.next(0);
      last_row.next(io.job.data.last_row);
      last_query.next(io.job.data.last_query);
      bound.next(io.job.data.bound);
    });
    io.step.valid.set(active);
    io.step.data.set({
      clear: key.eq(0).and(first),
      slot,
      load: first.and(in_sequence),
      drop: first.and(in_sequence.not()),
      query,
      bound,
    });
    when(io.step.fire, () => {
      when(position_done, () => {
        head.next(0);
        key.next(key.addWrap(1));
        when(slot.eq(p.window - 1), () => slot.next(0)).otherwise(() => slot.next(slot.addWrap(1)));
        when(job_done, () => active.next(false));
      }).otherwise(() => head.next(head.addWrap(1)));
    });
  },
});
