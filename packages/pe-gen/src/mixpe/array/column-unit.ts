// The end of some columns of an output-stationary array: drains their sums, dequantises and accumulates them.
// Invariant: it never waits. The array lets groups end far enough apart, and tiles only when their results have room.

import {
  assertAlways,
  type BoolSig,
  bool,
  bundle,
  cat,
  defineModule,
  type Io,
  input,
  literal,
  mux,
  named,
  output,
  registered,
  regs,
  replicate,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { FP16, FP32, floatWidth } from '@gatewright/parts';
import { accumulateTerms } from './accumulate.ts';
import { elementOf } from './element.ts';
import {
  type ArrayParams,
  arrayParams,
  columnsPerUnit,
  drainCycles,
  groupInterval,
  unitCount,
} from './params.ts';
import { after, countBits } from './ring.ts';

/** Stages of the unit before the accumulator: the sum that was drained, then the term. */
const termStages = (p: ArrayParams): number => 1 + elementOf(p).termLatency;

/** Cycles from the transfer that ends a group to the one in which the last unit takes its first sum. */
const drainLatency = (p: ArrayParams): number =>
  // Into the edge registers, through the rows, into the shadow of the last one, and from unit to unit.
  1 + (p.rows - 1) + elementOf(p).latency + 1 + (unitCount(p) - 1) * columnsPerUnit(p);

/** Cycles from the transfer that ends a tile to that of its first results. */
export const resultLatency = (p: ArrayParams): number => drainLatency(p) + termStages(p) + p.addStages + 1;

/** Results that a unit may hold: those of a tile, and as many as come between its end and its first result. */
export const resultDepth = (p: ArrayParams): number => drainCycles(p) + resultLatency(p);

/** Groups whose constants are held: from their end until the last unit has used them. */
const heldGroups = (p: ArrayParams): number =>
  Math.max(2, Math.ceil((drainLatency(p) + drainCycles(p) - 1) / groupInterval(p)));

/** What starts a unit: a group, the first or the last of its tile. */
export const startType = bundle({ start: bool, fresh: bool, done: bool });

/** Zero points come with the group, or not at all. */
export const zeroBits = (p: Pick<ArrayParams, 'zeroPoint' | 'weightBits'>): number =>
  p.zeroPoint === 'group' ? p.weightBits : 0;
/** Sums of activations are there for zero points only. */
export const activationSumBitsOf = (p: ArrayParams): number =>
  p.zeroPoint === 'none' ? 0 : elementOf(p).activationSumBits;

const unitPorts = (p: ArrayParams) => {
  const columns = columnsPerUnit(p);
  return {
    load: input(bool, 'the constants of a group are taken at this edge'),
    scale: input(vec(columns, uint(floatWidth(FP16)))),
    zero: input(vec(columns, uint(zeroBits(p)))),
    begin: input(startType, 'the sums of a group can be drained from the next cycle on'),
    sum: input(vec(columns, uint(elementOf(p).sumBits)), 'finished sums at the end of each column'),
    x: input(uint(activationSumBitsOf(p)), 'sum of activations of the same row'),
    shift: output(vec(columns, uint(p.rows - 1)), 'rows that pass their sums down'),
    rotate: output(bool, 'another column is to be drained'),
    out: output(stream(uint(floatWidth(FP32))), 'FP32 results, row by row of each column'),
  };
};
type UnitIo = Io<ReturnType<typeof unitPorts>>;

/**
 * y <= RNE32(y + RNE32(T * scale)) for each row of each of its columns, from +0 in the first group of a tile; results leave
 * after the last one. A group takes rows x columns cycles; the next one may begin in the cycle after.
 */
export const ColumnUnit = defineModule({
  name: 'ColumnUnit',
  doc: 'drains, dequantises and accumulates the sums of neighbouring columns.',
  params: arrayParams,
  ports: unitPorts,
  build(io, p) {
    const columns = columnsPerUnit(p);
    const element = elementOf(p);

    // Each column is drained from its end; rows that hold nothing more stand still, for the next group may be in them.
    const { active, fresh, done } = regs({ active: bool, fresh: bool, done: bool }, { active: false });
    const { holding, column } = regs({ holding: uint(p.rows - 1), column: uint(countBits(columns)) }, {});
    const all = literal((1n << BigInt(p.rows - 1)) - 1n, uint(p.rows - 1));
    const lastRow = named('last_row', holding.eq(0));
    const lastColumn = columns === 1 ? literal(true, bool) : named('last_column', column.eq(columns - 1));
    const ends = named('ends', active.and(lastRow).and(lastColumn));
    holding.next(mux(lastRow, all, shiftedUp(holding)));
    when(lastRow, () => column.next(column.addWrap(1)));
    when(ends, () => active.next(false));
    when(io.begin.start, () => {
      active.next(true);
      fresh.next(io.begin.fresh);
      done.next(io.begin.done);
      holding.next(all);
      column.next(0);
    });
    for (let c = 0; c < columns; c++) {
      const drained = named(`drains_${c}`, columns === 1 ? active : active.and(column.eq(c)));
      io.shift.at(c).set(holding.and(replicate(drained, p.rows - 1)));
    }
    io.rotate.set(active.and(lastColumn.not()));

    const constants = groupConstants(p, io, ends, column);
    const sum = named('sum_now', columns === 1 ? io.sum.at(0) : io.sum.at(column));
    const drained = registered('drained', { sum, x: io.x, ...constants });
    let now = registered('drained', { valid: active }, { reset: { valid: false } });
    let flags = registered('drained', { fresh, done });
    const term = element.term({
      valid: now.valid,
      sum: drained.sum,
      x: p.zeroPoint === 'none' ? undefined : drained.x,
      scale: drained.scale,
      zero: p.zeroPoint === 'group' ? drained.zero : undefined,
    });
    for (let stage = 1; stage < element.termLatency; stage++) {
      now = registered(`scaled_${stage}`, now, { reset: { valid: false } });
      flags = registered(`scaled_${stage}`, flags);
    }
    const { addStages } = p;
    const { isAlwaysNormal } = element;
    const finished = accumulateTerms({ places: drainCycles(p), addStages, isAlwaysNormal }, term, {
      valid: now.valid,
      ...flags,
    });
    const { result } = wires({ result: stream(uint(floatWidth(FP32))) });
    result.valid.set(finished.valid);
    result.data.set(finished.sum);
    assertAlways('room', result.valid.not().or(result.ready));
    result.queue(resultDepth(p)).to(io.out);
  },
});

/** The rows above those that have just been emptied: one less in each cycle. */
const shiftedUp = (rows: UIntSig): UIntSig =>
  rows.type.width === 1 ? literal(0, uint(1)) : cat(rows.bits(rows.type.width - 2, 0), literal(0, uint(1)));

/** The constants of the groups that have ended but are not drained yet, and the ones in use. */
function groupConstants(
  p: ArrayParams,
  io: UnitIo,
  ends: BoolSig,
  column: UIntSig,
): { readonly scale: UIntSig; readonly zero: UIntSig } {
  const depth = heldGroups(p);
  const columns = columnsPerUnit(p);
  const { scale, zero } = regs(
    {
      scale: vec(depth, vec(columns, uint(floatWidth(FP16)))),
      zero: vec(depth, vec(columns, uint(zeroBits(p)))),
    },
    {},
  );
  const { loading, using } = regs(
    { loading: uint(countBits(depth)), using: uint(countBits(depth)) },
    { loading: 0, using: 0 },
  );
  when(io.load, () => {
    scale.at(loading).next(io.scale);
    zero.at(loading).next(io.zero);
    loading.next(after(loading, depth));
  });
  when(ends, () => using.next(after(using, depth)));
  const one = <T extends UIntSig>(of: { at(i: UIntSig | number): T }): T =>
    columns === 1 ? of.at(0) : of.at(column);
  return { scale: named('scale_now', one(scale.at(using))), zero: named('zero_now', one(zero.at(using))) };
}
