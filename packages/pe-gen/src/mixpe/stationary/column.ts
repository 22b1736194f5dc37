// A column of a weight-stationary array: cells that hold a weight, and add its product to the sum that passes down.
// Invariant: a row's next weight comes into its shadow without touching the one in use; `swap` takes it over, a cycle before
// the first activation of the pass. All sums are exact integers.

import {
  bool,
  cat,
  defineModule,
  input,
  literal,
  named,
  output,
  registered,
  regs,
  type SIntSig,
  sint,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { multiplyByWeight } from '@gatewright/parts';
import { z } from 'zod';
import { elementParams } from '../array/params.ts';
import { ACTIVATION_BITS, activationSumBits, groupSumBits } from '../params.ts';

const rows = z.int().min(2).max(256).default(8).meta({ description: 'cells, steps along K' });
const params = z.object({ rows, ...elementParams });
type ColumnParams = z.output<typeof params>;

/** Bits of the sum of one pass. */
export const passSumBits = (p: ColumnParams): number => groupSumBits({ ...p, groupSize: p.rows });
export const passActivationSumBits = (p: ColumnParams): number => activationSumBits({ groupSize: p.rows });

export const StationaryCell = defineModule({
  name: 'StationaryCell',
  doc: 'processing element of a weight-stationary array.',
  params,
  ports: (p) => ({
    load: input(bool, 'take the weight of the cell above into the shadow'),
    swap: input(bool, 'use the weight in the shadow from the next cycle on'),
    x: input(sint(ACTIVATION_BITS), 'activation'),
    q: input(uint(p.weightBits), 'weight code, from above'),
    q_out: output(uint(p.weightBits)),
    above: input(sint(passSumBits(p))),
    sum: output(sint(passSumBits(p))),
  }),
  build(io, p) {
    const { shadow, weight, passing } = regs(
      { shadow: uint(p.weightBits), weight: uint(p.weightBits), passing: sint(passSumBits(p)) },
      {},
    );
    when(io.load, () => shadow.next(io.q));
    when(io.swap, () => weight.next(shadow));
    const product = named('product', multiplyByWeight('product', io.x, weight, p, p.multiplier));
    // The sum of at most `rows` products has this width, so the carry out of the top bit is never needed.
    passing.next(io.above.add(product).trunc(passSumBits(p)));
    io.q_out.set(shadow);
    io.sum.set(passing);
  },
});

/** Row 0 is where weights enter and sums begin. */
export const StationaryColumn = defineModule({
  name: 'StationaryColumn',
  doc: 'column of a weight-stationary array.',
  params,
  ports: (p) => ({
    load: input(uint(p.rows), 'rows that take the weight above them'),
    swap: input(uint(p.rows), 'rows that use their new weight from the next cycle on'),
    x: input(uint(p.rows * ACTIVATION_BITS), 'activations, row 0 in the lowest bits'),
    load_out: output(uint(p.rows)),
    swap_out: output(uint(p.rows)),
    x_out: output(uint(p.rows * ACTIVATION_BITS)),
    q: input(uint(p.weightBits), 'weight code'),
    sum: output(sint(passSumBits(p)), 'sum of the last row'),
  }),
  build(io, p) {
    let q: UIntSig = io.q;
    let sum: SIntSig = literal(0, sint(passSumBits(p)));
    byRow(io.x, p.rows).forEach((x, row) => {
      const cell = StationaryCell.inst(`u_cell_${row}`, p);
      cell.load.set(io.load.bit(row));
      cell.swap.set(io.swap.bit(row));
      cell.x.set(x);
      cell.q.set(q);
      cell.above.set(sum);
      q = cell.q_out;
      sum = cell.sum;
    });
    io.sum.set(sum);
    const { load, swap } = io;
    const passed = registered('passed', { load, swap }, { reset: { load: 0, swap: 0 } });
    io.load_out.set(passed.load);
    io.swap_out.set(passed.swap);
    io.x_out.set(registered('passed_x', io.x));
  },
});

/** The sums of activations of a pass, X: one chain of adders for all columns, in step with the first one. */
export const PassSums = defineModule({
  name: 'PassSums',
  doc: 'sums of activations at the edge of a weight-stationary array.',
  params,
  ports: (p) => ({
    x: input(uint(p.rows * ACTIVATION_BITS)),
    sum: output(sint(passActivationSumBits(p))),
  }),
  build(io, p) {
    const bits = passActivationSumBits(p);
    let sum: SIntSig = literal(0, sint(bits));
    byRow(io.x, p.rows).forEach((x, row) => {
      sum = registered(`sum_${row}`, sum.add(x).trunc(bits));
    });
    io.sum.set(sum);
  },
});

function byRow(all: UIntSig, rows: number): SIntSig[] {
  const bits = ACTIVATION_BITS;
  return Array.from({ length: rows }, (_, row) => all.bits((row + 1) * bits - 1, row * bits).asSInt());
}
/** One value that holds those of all rows. */
export const allRows = (parts: readonly UIntSig[]): UIntSig => cat(...parts.toReversed());
