// A weight-stationary systolic array of MixPE elements: rows are steps of K, columns outputs, time is tokens.
// Invariant: nothing inside waits. A pass begins when its weights are there; while it runs, those of the next one come in.

import {
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
  pack,
  registered,
  regs,
  stream,
  type UIntSig,
  uint,
  unpack,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { DequantiseWeight } from '../../baseline/dequantise-weight.ts';
import { allRows } from '../array/column.ts';
import { delayed, history } from '../array/delay.ts';
import { groupType, leaveTogether, roomFor } from '../array/edges.ts';
import { activationType } from '../array/params.ts';
import { after, countBits } from '../array/ring.ts';
import { weightType } from '../params.ts';
import { PassSums, StationaryColumn } from './column.ts';
import {
  columnOnly,
  hasActivationSums,
  hasPartialSums,
  heldGroups,
  passesPerGroup,
  resultLatency,
  type StationaryParams,
  stationaryParams,
} from './params.ts';
import { PartialSums } from './partial-sums.ts';
import { PassUnit, tokenType } from './pass-unit.ts';

const stationaryPorts = (p: StationaryParams) => ({
  weights: input(
    stream(vec(p.columns, weightType(p))),
    'for every pass `rows` steps along K, the last one first, each a weight code of each output',
  ),
  activations: input(
    stream(bundle({ x: vec(p.rows, activationType(p)), last: bool, done: bool })),
    'for every pass its tokens, each `rows` activations along K; last ends the pass, done says that the pass is the last of its tile',
  ),
  group: input(
    stream(groupType(p)),
    p.dequantise === 'sums'
      ? 'FP16 scales (finite) and zero points of a group, accepted with the first token of its last pass'
      : 'FP16 scales (finite) and zero points of a group, accepted with its first weights',
  ),
  out: output(stream(vec(p.columns, uint(floatWidth(FP32)))), 'FP32 results, a token at a time'),
});
type StationaryIo = Io<ReturnType<typeof stationaryPorts>>;

/**
 * y[token][output] = SUM over groups of RNE32(T * scale), accumulated in FP32 from +0 in group order; sums of float products are
 * rounded in the order of K. With dequantise `weights` it is SUM of x * RNE16((q - zero) * scale), rounded in the order of K.
 * A tile is up to maxTokens tokens, the same ones in each of its passes. A token per cycle; a pass of fewer than `rows` tokens
 * waits for the weights of the next one.
 */
export const MixPeStationary = defineModule({
  name: 'MixPeStationary',
  doc: 'weight-stationary systolic array, dequantised once per group at the end of each column, or at the entry of weights.',
  params: stationaryParams,
  ports: stationaryPorts,
  build(io, p) {
    const { rows, columns } = p;
    const units = Array.from({ length: columns }, (_, c) => PassUnit.inst(`u_unit_${c}`, p));
    const loading = load(io, p);
    const { token } = wires({ token: tokenType(p) });
    token.set(admit(io, p, loading));
    leaveTogether(io.out, units);

    // Step k of a pass is in row k. Row r works r cycles after row 0; it swaps weights a cycle before its first activation.
    const starts = named('starts', token.valid.and(token.first));
    const xs = Array.from({ length: rows }, (_, r) =>
      delayed(`x_${r}`, io.activations.data.x.at(r).asUInt(), r + 2),
    );
    let wave: { load: UIntSig; swap: UIntSig; x: UIntSig } = {
      load: registered('load_row', loading.rows, { reset: 0 }),
      swap: history('swap_row', starts, rows),
      x: named('x_row', allRows(xs)),
    };

    // A token a cycle before it is in the first row, and a cycle before its sum leaves the last one, of the first column.
    const tokenOf = (bits: UIntSig) => unpack(tokenType(p), bits);
    let enters = delayed('enters_0', pack(token), 1, { reset: true });
    let leaves = delayed('leaves_0', enters, rows, { reset: true });
    const column = columnOnly(p);
    /** Lets sums go on from pass to pass; gives where they begin. */
    const goOn = (name: string, sum: UIntSig): UIntSig => {
      if (!hasPartialSums(p)) return sum.and(0);
      const partial = PartialSums.inst(name, { bits: sum.type.width, places: p.maxTokens });
      const [entering, leaving] = [tokenOf(enters), tokenOf(leaves)];
      partial.enter.set({ place: entering.place, opens: entering.opens });
      partial.leave.set({ valid: leaving.valid, place: leaving.place });
      partial.sum.set(sum);
      return partial.start;
    };
    let x: UIntSig | undefined;
    if (hasActivationSums(p)) {
      const sums = PassSums.inst('u_pass_sums', column);
      sums.x.set(wave.x);
      sums.start.set(goOn('u_row_sums', sums.sum));
      x = sums.sum;
    }
    units.forEach((unit, c) => {
      if (c > 0) {
        if (hasPartialSums(p)) enters = delayed(`enters_${c}`, enters, 1, { reset: true });
        leaves = delayed(`leaves_${c}`, leaves, 1, { reset: true });
        if (x) x = registered(`row_sum_${c}`, x);
      }
      const cells = StationaryColumn.inst(`u_column_${c}`, column);
      cells.load.set(wave.load);
      cells.swap.set(wave.swap);
      cells.x.set(wave.x);
      cells.q.set(delayed(`q_${c}`, loading.weights[c]!, c + 1));
      cells.start.set(goOn(`u_sums_${c}`, cells.sum));
      unit.sum.set(cells.sum);
      unit.x.set(x ?? 0);
      unit.token.set(tokenOf(leaves));
      unit.load.set(io.group.fire);
      unit.load_slot.set(token.slot);
      unit.scale.set(p.dequantise === 'sums' ? io.group.data.scale.at(c) : 0);
      unit.zero.set(p.dequantise === 'sums' ? io.group.data.zero.at(c).asUInt() : 0);
      wave = { load: cells.load_out, swap: cells.swap_out, x: cells.x_out };
    });
  },
});

/** Lets the weights of the next pass in, once the one before has begun: row r has taken its weight over by then. */
function load(io: StationaryIo, p: StationaryParams) {
  const { ready, step } = regs({ ready: bool, step: uint(countBits(p.rows)) }, { ready: false, step: 0 });
  const taken = named('weights_taken', io.weights.fire);
  const lastStep = named('last_step', step.eq(p.rows - 1));
  when(taken, () => {
    step.next(after(step, p.rows));
    ready.next(lastStep);
  });
  // Step i moves the weights of rows 0 to i; those below still hold the weights before.
  const moving = Array.from({ length: p.rows }, (_, row) => taken.and(step.ge(row)));
  const rows = named('load_rows', cat(...moving.toReversed()));
  /** Takes weights when `begins` says that the pass begins whose weights are there. */
  const accept = (begins: BoolSig): void => {
    const free = named('free', ready.not().or(begins));
    when(begins.and(taken.not()), () => ready.next(false));
    if (p.dequantise === 'sums') {
      io.weights.ready.set(free);
      return;
    }
    const group = groupOfWeights(io, p, { first: step.eq(0), taken, lastStep, begins });
    io.weights.ready.set(free.and(group.missing.not()));
    io.group.ready.set(io.weights.valid.and(free).and(group.wanted));
  };
  const weights =
    p.dequantise === 'sums' ? io.weights.data.map((q) => q.asUInt()) : dequantisedWeights(io, p);
  return { ready, accept, rows, weights };
}

/** When the weights that come begin a group, so that they need its constants. */
function groupOfWeights(
  io: StationaryIo,
  p: StationaryParams,
  now: {
    readonly first: BoolSig;
    readonly taken: BoolSig;
    readonly lastStep: BoolSig;
    readonly begins: BoolSig;
  },
) {
  const passes = passesPerGroup(p);
  const { load_pass, tile_ends } = regs(
    { load_pass: uint(countBits(passes)), tile_ends: bool },
    { load_pass: 0, tile_ends: true },
  );
  // The pass before has begun when the first weights of a pass come: whether it is the last of its tile is known.
  const { done } = io.activations.data;
  when(now.begins, () => tile_ends.next(done));
  const newTile = named('new_tile', mux(now.begins, done, tile_ends));
  const wanted = named('group_wanted', now.first.and(newTile.or(load_pass.eq(0))));
  when(now.taken, () => {
    when(wanted, () => load_pass.next(0));
    when(now.lastStep, () => load_pass.next(after(load_pass, passes)));
  });
  return { wanted, missing: named('group_missing', wanted.and(io.group.valid.not())) };
}

/** The weights as FP16, by the constants of their group. */
function dequantisedWeights(io: StationaryIo, p: StationaryParams): UIntSig[] {
  const { held } = regs({ held: groupType(p) }, {});
  when(io.group.fire, () => held.next(io.group.data));
  return io.weights.data.map((q, c) => {
    const { weightBits, weightSigned, zeroPoint, zeroPointValue } = p;
    const edge = DequantiseWeight.inst(`u_weight_${c}`, {
      weightBits,
      weightSigned,
      zeroPoint,
      zeroPointValue,
    });
    edge.q.set(q as never);
    edge.scale.set(mux(io.group.fire, io.group.data.scale.at(c), held.scale.at(c)));
    edge.zero.set(mux(io.group.fire, io.group.data.zero.at(c).asUInt(), held.zero.at(c).asUInt()) as never);
    return edge.weight;
  });
}

/** Lets tokens in, and says what they are. */
function admit(io: StationaryIo, p: StationaryParams, loading: ReturnType<typeof load>) {
  const room = roomFor(resultLatency(p) + 1, 1);
  const { first, fresh, place } = regs(
    { first: bool, fresh: bool, place: uint(countBits(p.maxTokens)) },
    { first: true, fresh: true, place: 0 },
  );
  const { last, done } = io.activations.data;
  const sums = p.dequantise === 'sums' ? groupOfSums(p, done) : { opens: fresh, closes: done };
  const opens = named('opens', sums.opens);
  const closes = named('closes', sums.closes);
  const back = tokensBack(p);
  const newTile = named('first_pass', opens.and(fresh));
  const fits = named('goes', room.fits(done).and(newTile.or(back.some)));
  const hasConstants = p.dequantise === 'sums' ? closes.not().or(io.group.valid) : literal(true, bool);
  const may = named('may', fits.and(first.not().or(loading.ready.and(hasConstants))));
  io.activations.ready.set(may);
  if (p.dequantise === 'sums')
    io.group.ready.set(io.activations.valid.and(first).and(closes).and(loading.ready).and(fits));
  const valid = named('admitted', io.activations.valid.and(may));
  const ends = named('pass_ends', valid.and(last));
  loading.accept(named('begins', valid.and(first)));
  when(valid, () => {
    first.next(last);
    place.next(mux(last, place.and(0), place.addWrap(1)));
  });
  when(p.dequantise === 'sums' ? ends.and(closes) : ends, () => fresh.next(done));
  room.count(named('result', valid.and(done)), io.out.fire);
  back.count(named('comes_again', valid.and(done.not())), named('came_before', valid.and(newTile.not())));
  const slot = 'count' in sums ? sums.count(ends) : 0;
  return { valid, first, place, opens, closes, fresh, done, slot };
}

/**
 * Tokens that may come again: `rows` cycles later, when their sums are back at the first row, and accumulated in the units. They
 * come in the same order in every pass; without stalls from outside none ever waits.
 */
function tokensBack(p: StationaryParams) {
  const { back } = regs({ back: uint(countBits(p.maxTokens + 1)) }, { back: 0 });
  const count = (leaves: BoolSig, used: BoolSig): void => {
    const comes = delayed('coming_back', leaves.asUInt(), p.rows - 1, { reset: true }).bit(0);
    when(comes.and(used.not()), () => back.next(back.addWrap(1))).elseWhen(used.and(comes.not()), () =>
      back.next(back.subWrap(1)),
    );
  };
  return { some: named('is_back', back.ne(0)), count };
}

/** Where a pass stands in its group, and the group among those whose constants are held. */
function groupOfSums(p: StationaryParams, done: BoolSig) {
  const passes = passesPerGroup(p);
  const slots = heldGroups(p);
  const { pass, slot } = regs(
    { pass: uint(countBits(passes)), slot: uint(countBits(slots)) },
    { pass: 0, slot: 0 },
  );
  const closes = done.or(pass.eq(passes - 1));
  const count = (ends: BoolSig): UIntSig => {
    when(ends, () => {
      pass.next(mux(closes, pass.and(0), pass.addWrap(1)));
      when(closes, () => slot.next(after(slot, slots)));
    });
    return slot;
  };
  return { opens: pass.eq(0), closes, count };
}
