// An output-stationary systolic array: C = A x B, one accumulator per element of C.
// A and B arrive a column and a row at a time, are skewed into a diagonal wave, and flow right and down. The results
// leave by the way of the rows: the accumulators shift down, and zeros that follow them clear the array.

import {
  bool,
  bundle,
  defineModule,
  enumOf,
  input,
  literal,
  match,
  mux,
  named,
  output,
  registered,
  regs,
  type SIntSig,
  sint,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const operand = sint(8);
const element = sint(32);

/** Multiplies what flows through it, and keeps the sum. */
export const MacCell = defineModule({
  name: 'MacCell',
  doc: 'one multiplier and accumulator of the array.',
  params: z.object({}),
  ports: () => ({
    left: input(operand),
    right: output(operand),
    top: input(operand),
    bottom: output(operand),
    drain: input(bool, 'pass the sums on instead of adding'),
    sumIn: input(element),
    sumOut: output(element),
  }),
  build(io) {
    const { sum } = regs({ sum: element }, { sum: 0 });
    when(io.drain, () => sum.next(io.sumIn)).otherwise(() => sum.next(sum.addWrap(io.left.mul(io.top))));
    const a = registered('a', io.left, { reset: 0 });
    const b = registered('b', io.top, { reset: 0 });
    io.sumOut.set(sum);
    io.right.set(a);
    io.bottom.set(b);
  },
});

export const Systolic = defineModule({
  name: 'Systolic',
  doc: 'output-stationary matrix product of int8, accumulated in int32.',
  params: z.object({
    rows: z.int().min(1).max(64).default(2),
    cols: z.int().min(1).max(64).default(3),
  }),
  ports: (p) => ({
    in: input(
      stream(bundle({ a: vec(p.rows, operand), b: vec(p.cols, operand), last: bool })),
      'column k of A and row k of B',
    ),
    out: output(stream(vec(p.cols, element)), 'rows of C, the last one first'),
  }),
  build(io, p) {
    const { state, steps } = regs(
      { state: enumOf('Feed', 'Settle', 'Drain'), steps: uint(8) },
      { state: 'Feed', steps: 0 },
    );
    const draining = named('draining', io.out.fire);

    // Between beats zeros flow in, which change no sum. Row i and column j start i and j cycles late.
    const idle = literal(0, operand);
    const rows = io.in.data.a.map((a, i) => delayed(`a_${i}`, mux(io.in.fire, a, idle), i));
    const cols = io.in.data.b.map((b, j) => delayed(`b_${j}`, mux(io.in.fire, b, idle), j));
    const zeros = cols.map(() => literal(0, element));

    let above = { operands: cols, sums: zeros };
    rows.forEach((row, i) => {
      let a = row;
      const cells = above.operands.map((b, j) => {
        const cell = MacCell.inst(`u_cell_${i}_${j}`);
        cell.left.set(a);
        cell.top.set(b);
        cell.drain.set(draining);
        cell.sumIn.set(above.sums[j]!);
        a = cell.right;
        return cell;
      });
      above = { operands: cells.map((c) => c.bottom), sums: cells.map((c) => c.sumOut) };
    });
    io.out.data.set(above.sums);

    io.in.ready.set(state.is('Feed'));
    io.out.valid.set(state.is('Drain'));
    match(state, {
      Feed: () => {
        when(io.in.fire.and(io.in.data.last), () => {
          steps.next(p.rows + p.cols - 2);
          state.next('Settle');
        });
      },
      Settle: () => {
        steps.next(steps.subWrap(1));
        when(steps.eq(0), () => {
          steps.next(p.rows - 1);
          state.next('Drain');
        });
      },
      Drain: () => {
        when(io.out.fire, () => {
          steps.next(steps.subWrap(1));
          when(steps.eq(0), () => state.next('Feed'));
        });
      },
    });
  },
});

/** `x`, `cycles` clock edges later; zero before that. */
function delayed(name: string, x: SIntSig, cycles: number): SIntSig {
  let late = x;
  for (let k = 1; k <= cycles; k++) late = registered(`${name}_late_${k}`, late, { reset: 0 });
  return late;
}
