// A column of an output-stationary array: cells that multiply what passes by, and shadows through which sums leave.
// Invariant: a cell never waits; what it does in a cycle is said by the wave that reaches it with its activation.

import {
  bool,
  cat,
  defineModule,
  input,
  named,
  output,
  registered,
  regs,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { elementOf } from './element.ts';
import { cellParams, type ElementParams } from './params.ts';

/** One element, the register that passes its weight on, and the shadow that holds a finished sum until it is drained. */
export const ArrayCell = defineModule({
  name: 'ArrayCell',
  doc: 'processing element of a systolic array.',
  params: z.object(cellParams),
  ports: (p) => ({
    enable: input(bool, 'the operands count'),
    first: input(bool, 'they begin a group'),
    capture: input(bool, 'the sum is finished'),
    x: input(uint(elementOf(p).activationBits), 'activation'),
    q: input(uint(p.weightBits), 'weight code, from above'),
    q_out: output(uint(p.weightBits)),
    shift: input(bool, 'take the finished sum of the cell above'),
    above: input(uint(elementOf(p).sumBits)),
    finished: output(uint(elementOf(p).sumBits), 'finished sum'),
  }),
  build(io, p) {
    const sum = elementOf(p).groupSum('u_pe', io);
    const { shadow } = regs({ shadow: uint(elementOf(p).sumBits) }, {});
    when(io.capture, () => shadow.next(sum)).elseWhen(io.shift, () => shadow.next(io.above));
    io.finished.set(shadow);
    io.q_out.set(registered('q_passed', io.q));
  },
});

const rows = z.int().min(2).max(256).default(8).meta({ description: 'cells' });

/** What travels along the rows, row 0 in the lowest bits: activations, and what is done with them. */
const wavePorts = (p: ElementParams & { rows: number }) => ({
  enable: input(uint(p.rows), 'rows whose operands count'),
  first: input(uint(p.rows), 'rows that begin a group'),
  capture: input(uint(p.rows), 'rows whose sum is finished'),
  x: input(uint(p.rows * elementOf(p).activationBits), 'activations'),
});

/** Row 0 is where weights enter; finished sums leave at the other end, that of the last row first. */
export const ArrayColumn = defineModule({
  name: 'ArrayColumn',
  doc: 'column of a systolic array.',
  params: z.object({ rows, ...cellParams }),
  ports: (p) => ({
    ...wavePorts(p),
    enable_out: output(uint(p.rows)),
    first_out: output(uint(p.rows)),
    capture_out: output(uint(p.rows)),
    x_out: output(uint(p.rows * elementOf(p).activationBits)),
    q: input(uint(p.weightBits), 'weight code'),
    shift: input(uint(p.rows - 1), 'rows that take the sum above them, from row 1 on'),
    sum: output(uint(elementOf(p).sumBits), 'finished sum of the last row'),
  }),
  build(io, p) {
    const { rows: _, ...element } = p;
    const xs = byRow(io.x, p.rows);
    let q: UIntSig = io.q;
    let above: UIntSig | undefined;
    for (let row = 0; row < p.rows; row++) {
      const cell = ArrayCell.inst(`u_cell_${row}`, element);
      cell.enable.set(io.enable.bit(row));
      cell.first.set(io.first.bit(row));
      cell.capture.set(io.capture.bit(row));
      cell.x.set(xs[row]!);
      cell.q.set(q);
      // Nothing is above the first row, which only captures.
      cell.shift.set(row === 0 ? false : io.shift.bit(row - 1));
      cell.above.set(above ?? 0);
      q = cell.q_out;
      above = cell.finished;
    }
    io.sum.set(above!);
    const { enable, first, capture } = io;
    const passed = registered('passed', { enable, capture }, { reset: { enable: 0, capture: 0 } });
    io.enable_out.set(passed.enable);
    io.capture_out.set(passed.capture);
    io.first_out.set(registered('passed_first', first));
    io.x_out.set(registered('passed_x', io.x));
  },
});

/** The parts of a value that holds one for each row. */
export function byRow(all: UIntSig, rows: number): UIntSig[] {
  const width = all.type.width / rows;
  return Array.from({ length: rows }, (_, row) => all.bits((row + 1) * width - 1, row * width));
}
/** One value that holds those of all rows. */
export const allRows = (parts: readonly UIntSig[]): UIntSig => cat(...parts.toReversed());

/**
 * The sums of activations, X: one accumulator per row, shared by all columns. They leave like the sums of a column, and while
 * `rotate` holds they go round, to leave once more for the next column of a unit.
 */
export const RowSums = defineModule({
  name: 'RowSums',
  doc: 'sums of activations at the edge of a systolic array.',
  params: z.object({ rows, ...cellParams }),
  ports: (p) => ({
    ...wavePorts(p),
    shift: input(uint(p.rows - 1)),
    rotate: input(bool),
    sum: output(uint(elementOf(p).activationSumBits)),
  }),
  build(io, p) {
    const element = elementOf(p);
    const { finished } = regs({ finished: vec(p.rows, uint(element.activationSumBits)) }, {});
    byRow(io.x, p.rows).forEach((x, row) => {
      const step = { enable: io.enable.bit(row), first: io.first.bit(row), x };
      const sum = element.activationSum(`sum_${row}`, step);
      const moves = row === 0 ? io.rotate : named(`moves_${row}`, io.rotate.or(io.shift.bit(row - 1)));
      const above = finished.at((row + p.rows - 1) % p.rows);
      when(io.capture.bit(row), () => finished.at(row).next(sum)).elseWhen(moves, () =>
        finished.at(row).next(above),
      );
    });
    io.sum.set(finished.at(p.rows - 1));
  },
});
