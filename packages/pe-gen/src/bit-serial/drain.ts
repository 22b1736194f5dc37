// The drain of an array: steers the columns of its tiles through the rows of a finished group, eight cycles a row. Tiles
// drain side by side, so one drain steers them all.
// Invariant: a group that ends is let in only when its sums can be captured on time, so that sums never wait in a PE.

import {
  bool,
  bundle,
  defineModule,
  input,
  named,
  output,
  regs,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { arrayParams, fieldBits, SCALE_BITS } from './params.ts';

/** What travels with the sums of a group: its unit is one half; it is the first, or the last, of its dot products. */
export const groupEndType = bundle({ half: bool, fresh: bool, done: bool });

/** A capture comes at least this many cycles, and the stages of the broadcast, after the first cycle of the set that ends its group. */
const CAPTURE_DELAY = 4;

export const ArrayDrain = defineModule({
  name: 'ArrayDrain',
  doc: 'steers the output columns of an array through the rows of a finished group.',
  params: arrayParams,
  ports: (p) => ({
    promise: input(bool, 'a set that ends a group begins'),
    capture: input(bool, 'the sums of its group are captured at this edge'),
    fields: input(vec(p.tileRows, vec(p.rows, uint(fieldBits(p))))),
    end: input(groupEndType),
    out_ready: input(bool),
    free: output(bool, 'a set that ends a group may begin'),
    shift: output(bool),
    start: output(bool),
    finish: output(bool),
    convert: output(bool),
    field: output(vec(p.tileRows, uint(fieldBits(p))), 'by tile row'),
    half: output(bool),
    add: output(bool),
    fresh: output(bool),
    out_valid: output(bool),
  }),
  build(io, p) {
    const rowBits = Math.max(1, Math.ceil(Math.log2(p.rows)));
    const { promised, active, step, row } = regs(
      { promised: bool, active: bool, step: uint(3), row: uint(rowBits) },
      { promised: false, active: false },
    );
    const { held_fields, held_end } = regs({
      held_fields: vec(p.tileRows, vec(p.rows, uint(fieldBits(p)))),
      held_end: groupEndType,
    });
    const { product_valid, term_valid, result_valid } = regs(
      { product_valid: bool, term_valid: bool, result_valid: bool },
      { product_valid: false, term_valid: false, result_valid: false },
    );
    const { product_field, product_end, term_fresh, term_done } = regs({
      product_field: vec(p.tileRows, uint(fieldBits(p))),
      product_end: groupEndType,
      term_fresh: bool,
      term_done: bool,
    });

    const moves = named('moves', result_valid.not().or(io.out_ready));
    const lastStep = named('last_step', active.and(step.eq(SCALE_BITS - 1)));
    const lastRow = named('last_row', row.eq(p.rows - 1));
    when(moves, () => {
      when(active, () => step.next(step.addWrap(1)));
      when(lastStep, () => {
        row.next(row.addWrap(1));
        active.next(lastRow.not());
        for (let tile = 0; tile < p.tileRows; tile++) {
          const fields = held_fields.at(tile);
          for (let r = 0; r + 1 < p.rows; r++) fields.at(r).next(fields.at(r + 1));
          product_field.at(tile).next(fields.at(0));
        }
        product_end.next(held_end);
      });
      product_valid.next(lastStep);
      term_valid.next(product_valid);
      term_fresh.next(product_end.fresh);
      term_done.next(product_end.done);
      result_valid.next(term_valid.and(term_done));
    });
    when(io.capture, () => {
      promised.next(false);
      active.next(true);
      step.next(0);
      row.next(0);
      held_fields.next(io.fields);
      held_end.next(io.end);
    });
    when(io.promise, () => promised.next(true));

    // The rows that are left take no longer than the sums are on their way, unless a result has to wait.
    const overlap = step.ge(SCALE_BITS - 1 - CAPTURE_DELAY - p.broadcastStages);
    const late = named('late', lastRow.and(overlap).and(held_end.done.not()));
    io.free.set(promised.not().and(active.not().or(late.and(moves))));
    io.shift.set(active.and(moves));
    io.start.set(step.eq(0));
    io.finish.set(lastStep.and(moves));
    io.convert.set(product_valid.and(moves));
    io.field.set(product_field);
    io.half.set(product_end.half);
    io.add.set(term_valid.and(moves));
    io.fresh.set(term_fresh);
    io.out_valid.set(result_valid);
  },
});
