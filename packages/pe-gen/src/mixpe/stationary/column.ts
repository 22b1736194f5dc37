// A column of a weight-stationary array: cells that hold a weight, and add its product to the sum that passes down.
// Invariant: a row's next weight comes into its shadow without touching the one in use; `swap` takes it over, a cycle before
// the first activation of the pass. Sums run along K: a pass goes on where the one before ended, so that rounding sums are
// those of any other dataflow.

import {
  bool,
  defineModule,
  input,
  output,
  registered,
  regs,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';
import { byRow } from '../array/column.ts';
import { elementOf } from '../array/element.ts';
import { cellOnly, cellParams } from '../array/params.ts';
import { stationaryElement } from './element.ts';
import { columnParams } from './params.ts';

export const StationaryCell = defineModule({
  name: 'StationaryCell',
  doc: 'processing element of a weight-stationary array.',
  params: z.object(columnParams),
  ports: (p) => {
    const { activationBits, heldBits, sumBits } = stationaryElement(p);
    return {
      load: input(bool, 'take the weight of the cell above into the shadow'),
      swap: input(bool, 'use the weight in the shadow from the next cycle on'),
      x: input(uint(activationBits), 'activation'),
      q: input(uint(heldBits), 'weight, from above'),
      q_out: output(uint(heldBits)),
      above: input(uint(sumBits)),
      sum: output(uint(sumBits)),
    };
  },
  build(io, p) {
    const { heldBits, sumBits, addProduct } = stationaryElement(p);
    const { shadow, weight, passing } = regs(
      { shadow: uint(heldBits), weight: uint(heldBits), passing: uint(sumBits) },
      {},
    );
    when(io.load, () => shadow.next(io.q));
    when(io.swap, () => weight.next(shadow));
    passing.next(addProduct(io.above, io.x, weight));
    io.q_out.set(shadow);
    io.sum.set(passing);
  },
});

/** Row 0 is where weights enter and sums begin. */
export const StationaryColumn = defineModule({
  name: 'StationaryColumn',
  doc: 'column of a weight-stationary array.',
  params: z.object(columnParams),
  ports: (p) => {
    const { activationBits, heldBits, sumBits } = stationaryElement(p);
    return {
      load: input(uint(p.rows), 'rows that take the weight above them'),
      swap: input(uint(p.rows), 'rows that use their new weight from the next cycle on'),
      x: input(uint(p.rows * activationBits), 'activations, row 0 in the lowest bits'),
      load_out: output(uint(p.rows)),
      swap_out: output(uint(p.rows)),
      x_out: output(uint(p.rows * activationBits)),
      q: input(uint(heldBits), 'weight'),
      start: input(uint(sumBits), 'where the sum begins'),
      sum: output(uint(sumBits), 'sum of the last row'),
    };
  },
  build(io, p) {
    let q: UIntSig = io.q;
    let sum: UIntSig = io.start;
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

const ActivationAdder = defineModule({
  name: 'ActivationAdder',
  doc: 'adds an activation to the sum that passes.',
  params: z.object(cellParams),
  ports: (p) => ({
    above: input(uint(elementOf(p).activationSumBits)),
    x: input(uint(elementOf(p).activationBits), 'activation'),
    sum: output(uint(elementOf(p).activationSumBits)),
  }),
  build(io, p) {
    io.sum.set(registered('passing', elementOf(p).addActivation(io.above, io.x)));
  },
});

/** The sums of activations, X: one chain of adders for all columns, in step with the first one. */
export const PassSums = defineModule({
  name: 'PassSums',
  doc: 'sums of activations at the edge of a weight-stationary array.',
  params: z.object(columnParams),
  ports: (p) => ({
    x: input(uint(p.rows * elementOf(p).activationBits)),
    start: input(uint(elementOf(p).activationSumBits), 'where the sum begins'),
    sum: output(uint(elementOf(p).activationSumBits)),
  }),
  build(io, p) {
    let sum: UIntSig = io.start;
    byRow(io.x, p.rows).forEach((x, row) => {
      const adder = ActivationAdder.inst(`u_add_${row}`, cellOnly(p));
      adder.above.set(sum);
      adder.x.set(x);
      sum = adder.sum;
    });
    io.sum.set(sum);
  },
});
