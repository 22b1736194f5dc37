// A weight-stationary systolic array of MixPE elements: rows are steps of K, columns outputs, time is tokens.
// Invariant: nothing inside waits. A pass begins when its weights are there; while it runs, those of the next one come in.

import {
  bool,
  bundle,
  cat,
  defineModule,
  type Io,
  input,
  named,
  output,
  pack,
  registered,
  regs,
  sint,
  stream,
  type UIntSig,
  uint,
  unpack,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { delayed, history } from '../array/delay.ts';
import { groupType, leaveTogether, roomFor } from '../array/edges.ts';
import { elementOnly } from '../array/params.ts';
import { after, countBits } from '../array/ring.ts';
import { ACTIVATION_BITS, weightType } from '../params.ts';
import { allRows, PassSums, StationaryColumn } from './column.ts';
import {
  heldGroups,
  passesPerGroup,
  resultLatency,
  type StationaryParams,
  stationaryParams,
} from './params.ts';
import { activationTotal, PassUnit, tokenType } from './pass-unit.ts';

const stationaryPorts = (p: StationaryParams) => ({
  weights: input(
    stream(vec(p.columns, weightType(p))),
    'for every pass `rows` steps along K, each a weight code of each output',
  ),
  activations: input(
    stream(bundle({ x: vec(p.rows, sint(ACTIVATION_BITS)), last: bool, done: bool })),
    'for every pass its tokens, each `rows` activations along K; last ends the pass, done says that the pass is the last of its tile',
  ),
  group: input(
    stream(groupType(p)),
    'FP16 scales (finite) and zero points of a group, accepted with the first token of its last pass',
  ),
  out: output(stream(vec(p.columns, uint(floatWidth(FP32)))), 'FP32 results, a token at a time'),
});
type StationaryIo = Io<ReturnType<typeof stationaryPorts>>;

/**
 * y[token][output] = SUM over groups of RNE32(T * scale), accumulated in FP32 from +0 in group order. A tile is up to maxTokens
 * tokens, the same ones in each of its passes. A token per cycle; a pass of fewer than `rows` tokens waits for the weights of
 * the next one.
 */
export const MixPeStationary = defineModule({
  name: 'MixPeStationary',
  doc: 'weight-stationary systolic array, dequantised once per group at the end of each column.',
  params: stationaryParams,
  ports: stationaryPorts,
  build(io, p) {
    const { rows, columns } = p;
    const units = Array.from({ length: columns }, (_, c) => PassUnit.inst(`u_unit_${c}`, p));
    const loading = load(io, p);
    const { token } = wires({ token: tokenType(p) });
    token.set(admit(io, p, loading));

    leaveTogether(io.out, units);

    // Step k of a pass is in row rows - 1 - k, since its weights come first and move down. Row r works r cycles after row 0;
    // it swaps weights a cycle before its first activation.
    const starts = named('starts', token.valid.and(token.first));
    const xs = Array.from({ length: rows }, (_, r) =>
      delayed(`x_${r}`, io.activations.data.x.at(rows - 1 - r).asUInt(), r + 2),
    );
    let wave: { load: UIntSig; swap: UIntSig; x: UIntSig } = {
      load: registered('load_row', loading.rows, { reset: 0 }),
      swap: history('swap_row', starts, rows),
      x: named('x_row', allRows(xs)),
    };

    // From the transfer of a token to the cycle before its sum leaves the last row of the first column.
    const tokenOf = (bits: UIntSig) => unpack(tokenType(p), bits);
    let flight = delayed('flight_0', pack(token), rows + 1, { reset: true });
    const column = { rows, ...elementOnly(p) };
    let x: UIntSig | undefined;
    if (p.zeroPoint !== 'none') {
      const sums = PassSums.inst('u_pass_sums', column);
      sums.x.set(wave.x);
      x = activationTotal(p, sums.sum, tokenOf(flight));
    }
    units.forEach((unit, c) => {
      if (c > 0) {
        flight = delayed(`flight_${c}`, flight, 1, { reset: true });
        if (x) x = registered(`row_sum_${c}`, x);
      }
      const cells = StationaryColumn.inst(`u_column_${c}`, column);
      cells.load.set(wave.load);
      cells.swap.set(wave.swap);
      cells.x.set(wave.x);
      cells.q.set(delayed(`q_${c}`, io.weights.data.at(c).asUInt(), c + 1));
      unit.sum.set(cells.sum);
      unit.x.set(x ?? 0);
      unit.token.set(tokenOf(flight));
      unit.load.set(io.group.fire);
      unit.load_slot.set(token.slot);
      unit.scale.set(io.group.data.scale.at(c));
      unit.zero.set(io.group.data.zero.at(c).asUInt());
      wave = { load: cells.load_out, swap: cells.swap_out, x: cells.x_out };
    });
  },
});

/** Lets the weights of the next pass in, once the one before has begun: row r has taken its weight over by then. */
function load(io: StationaryIo, p: StationaryParams) {
  const { ready, step } = regs({ ready: bool, step: uint(countBits(p.rows)) }, { ready: false, step: 0 });
  const taken = named('weights_taken', io.weights.fire);
  when(taken, () => {
    step.next(after(step, p.rows));
    ready.next(step.eq(p.rows - 1));
  });
  // Step i moves the weights of rows 0 to i; those below still hold the weights before.
  const moving = Array.from({ length: p.rows }, (_, row) => taken.and(step.ge(row)));
  return { ready, taken, rows: named('load_rows', cat(...moving.toReversed())) };
}

/** Lets tokens in, and says what they are. */
function admit(io: StationaryIo, p: StationaryParams, loading: ReturnType<typeof load>) {
  const passes = passesPerGroup(p);
  const slots = heldGroups(p);
  const room = roomFor(resultLatency(p) + 1, 1);
  const { first, fresh, pass, slot } = regs(
    { first: bool, fresh: bool, pass: uint(countBits(passes)), slot: uint(countBits(slots)) },
    { first: true, fresh: true, pass: 0, slot: 0 },
  );
  const { last, done } = io.activations.data;
  const opens = named('opens', pass.eq(0));
  const closes = named('closes', done.or(pass.eq(passes - 1)));
  const fits = room.fits(done);
  const may = named('may', fits.and(first.not().or(loading.ready.and(closes.not().or(io.group.valid)))));
  io.activations.ready.set(may);
  io.group.ready.set(io.activations.valid.and(first).and(closes).and(loading.ready).and(fits));
  const valid = named('admitted', io.activations.valid.and(may));
  const begins = named('begins', valid.and(first));
  io.weights.ready.set(loading.ready.not().or(begins));
  when(begins.and(loading.taken.not()), () => loading.ready.next(false));
  when(valid, () => {
    first.next(last);
    when(last, () => {
      pass.next(pass.addWrap(1));
      when(closes, () => {
        pass.next(0);
        fresh.next(done);
        slot.next(after(slot, slots));
      });
    });
  });
  room.count(named('result', valid.and(done)), io.out.fire);
  return { valid, first, opens, closes, fresh, done, slot };
}
