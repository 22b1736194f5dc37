// An output-stationary systolic array of MixPE elements: rows are tokens, columns outputs, time is K.
// Invariant: nothing inside waits. A step is let in only when all of its operands are there, when the groups before it
// leave their shadows in time, and when there is room for all results of the tile that it ends.

import {
  type BoolSig,
  bool,
  bundle,
  cat,
  defineModule,
  type Io,
  input,
  named,
  output,
  regs,
  type Settable,
  stream,
  type UInt,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { weightType } from '../params.ts';
import { ArrayColumn, allRows, RowSums } from './column.ts';
import { ColumnUnit, resultDepth } from './column-unit.ts';
import { delayed, history } from './delay.ts';
import { groupType, leaveTogether, roomFor } from './edges.ts';
import { elementOf } from './element.ts';
import {
  type ArrayParams,
  activationType,
  arrayParams,
  cellOnly,
  columnsPerUnit,
  drainCycles,
  groupInterval,
  unitCount,
} from './params.ts';
import { countBits } from './ring.ts';

const arrayPorts = (p: ArrayParams) => ({
  activations: input(
    stream(bundle({ x: vec(p.rows, activationType(p)), last: bool })),
    'a step along K: an activation of each token; last ends the tile, and its group early if need be',
  ),
  weights: input(stream(vec(p.columns, weightType(p))), 'the same step: a weight code of each output'),
  group: input(
    stream(groupType(p)),
    'FP16 scales (finite) and zero points, accepted with the last step of a group',
  ),
  out: output(
    stream(vec(unitCount(p), uint(floatWidth(FP32)))),
    'FP32 results: of the first column of every unit, token by token; then of the second',
  ),
});
type ArrayIo = Io<ReturnType<typeof arrayPorts>>;

/**
 * y[token][output] = SUM over groups of RNE32(T * scale), accumulated in FP32 from +0 in group order, for tiles of any K back to
 * back. One step per cycle; a group shorter than rows * columnsPerUnit waits for the drain of the one before.
 */
export const MixPeArray = defineModule({
  name: 'MixPeArray',
  doc: 'output-stationary systolic array, dequantised once per group in units at the ends of the columns.',
  params: arrayParams,
  ports: arrayPorts,
  build(io, p) {
    const element = elementOf(p);
    const columns = columnsPerUnit(p);
    const units = Array.from({ length: unitCount(p) }, (_, u) => ColumnUnit.inst(`u_unit_${u}`, p));
    const step = admit(io, p);

    leaveTogether(io.out, units);

    // Row r works r cycles after row 0; token t is in row rows - 1 - t, since the last row leaves first.
    const { rows } = p;
    const late = rows + element.latency;
    const ends = history('ends_row', step.ends, late);
    const xs = Array.from({ length: rows }, (_, r) =>
      delayed(`x_${r}`, io.activations.data.x.at(rows - 1 - r).asUInt(), r + 1),
    );
    const edge: Wave = {
      enable: history('enable_row', step.enable, rows),
      first: history('first_row', step.first, rows),
      capture: ends.bits(late - 1, element.latency),
      x: named('x_row', allRows(xs)),
    };

    const [first] = units;
    const column = { rows, ...cellOnly(p) };
    const rowSums = p.zeroPoint === 'none' ? undefined : RowSums.inst('u_row_sums', column);
    if (rowSums) {
      connectWave(rowSums, edge);
      rowSums.shift.set(first!.shift.at(columns - 1));
      rowSums.rotate.set(first!.rotate);
    }

    let wave = edge;
    let x: UIntSig | undefined = rowSums?.sum;
    const lasts = [history('fresh_row', step.fresh, late), history('done_row', step.done, late)];
    let begin = named('starts', cat(...[ends, ...lasts].map((h) => h.bit(late - 1))));
    units.forEach((unit, u) => {
      if (u > 0) {
        begin = delayed(`begin_${u}`, begin, columns, { reset: true });
        if (x) x = delayed(`row_sum_${u}`, x, columns);
      }
      unit.begin.set({ start: begin.bit(2), fresh: begin.bit(1), done: begin.bit(0) });
      unit.x.set(x ?? 0);
      unit.load.set(step.ends);
      for (let i = 0; i < columns; i++) {
        const c = u * columns + i;
        const cells = ArrayColumn.inst(`u_column_${c}`, column);
        connectWave(cells, wave);
        cells.q.set(delayed(`q_${c}`, io.weights.data.at(c).asUInt(), c + 1));
        cells.shift.set(unit.shift.at(i));
        unit.sum.at(i).set(cells.sum);
        unit.scale.at(i).set(io.group.data.scale.at(c));
        unit.zero.at(i).set(io.group.data.zero.at(c).asUInt());
        wave = {
          enable: cells.enable_out,
          first: cells.first_out,
          capture: cells.capture_out,
          x: cells.x_out,
        };
      }
    });
  },
});

/** What travels along the rows, all rows in one value each. */
interface Wave {
  readonly enable: UIntSig;
  readonly first: UIntSig;
  readonly capture: UIntSig;
  readonly x: UIntSig;
}
function connectWave(to: { readonly [K in keyof Wave]: Settable<UInt> }, wave: Wave): void {
  for (const wire of ['enable', 'first', 'capture', 'x'] as const) to[wire].set(wave[wire]);
}

/** Lets steps in, and says what they are. */
function admit(io: ArrayIo, p: ArrayParams) {
  const interval = groupInterval(p);
  const room = roomFor(resultDepth(p), drainCycles(p));
  const { position, fresh, distance } = regs(
    { position: uint(countBits(p.groupSize)), fresh: bool, distance: uint(countBits(interval)) },
    { position: 0, fresh: true, distance: 0 },
  );
  const { last } = io.activations.data;
  const end = named('group_end', last.or(position.eq(p.groupSize - 1)));
  const fits = room.fits(last);
  const may = named('may', end.not().or(io.group.valid.and(distance.eq(0)).and(fits)));
  const step = named('step', io.activations.valid.and(io.weights.valid));
  io.activations.ready.set(io.weights.valid.and(may));
  io.weights.ready.set(io.activations.valid.and(may));
  io.group.ready.set(step.and(end).and(distance.eq(0)).and(fits));

  const enable = named('enable', step.and(may));
  const ends: BoolSig = named('ends', enable.and(end));
  when(distance.ne(0), () => distance.next(distance.subWrap(1)));
  when(enable, () => {
    position.next(position.addWrap(1));
    when(end, () => {
      position.next(0);
      fresh.next(last);
      distance.next(interval - 1);
    });
  });
  room.count(named('finishes', enable.and(last)), io.out.fire);
  return { enable, first: named('first', position.eq(0)), ends, fresh, done: last };
}
