// The clockwork of the array: row periods, and within them the addresses and controls of scoring and of weighing.
// Invariant: a row steps on at the end of a period and only if its key row, value row and query row are complete and a whole
// output row has room; what has begun runs to its end. Periods are counted here and nowhere else.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type Io,
  input,
  literal,
  named,
  output,
  registered,
  regs,
  stream,
  type UIntSig,
  uint,
  when,
} from '@gatewright/hdl-core';
import { scoreControlType, stepType } from './core.ts';
import { delayed } from './delayed.ts';
import { type ArrayParams, arrayParams, CONVERT_STAGES, OUTPUT_ROWS, sumBits, timing } from './params.ts';
import { attentionStepType, slotBits } from './window-steps.ts';

const bitsFor = (values: number): number => Math.max(1, Math.ceil(Math.log2(values)));
const buffersType = bundle({ q: bool, k: bool, v: bool });
const elementBits = (p: ArrayParams): number => bitsFor(p.headDim);

const sequencerPorts = (p: ArrayParams) => ({
  step: input(stream(attentionStepType(p))),
  available: input(buffersType, 'complete rows that wait'),
  out_row: input(bool, 'an output row has left'),
  claim: output(buffersType, 'a row will be read'),
  done: output(buffersType, 'the row has been read'),
  slot_step: output(stepType),
  slot: output(uint(slotBits(p))),
  key_address: output(uint(elementBits(p))),
  key_write: output(bool),
  control: output(scoreControlType(p)),
  value_start: output(bool),
  value_address: output(uint(elementBits(p))),
  value_write: output(bool),
  unit: output(bool, 'the term is the weight itself'),
  tree_beat: output(uint(p.schedule === 'sequential' ? bitsFor(timing(p).interval) : 0)),
  root: output(bundle({ total: bool, value: bool, last: bool }), 'what the tree gives in this cycle'),
});
type SequencerIo = Io<ReturnType<typeof sequencerPorts>>;

export const ArraySequencer = defineModule({
  name: 'ArraySequencer',
  doc: 'row periods of the attention array, and what happens within them.',
  params: arrayParams,
  ports: sequencerPorts,
  build(io, p) {
    const row = periods(io, p);
    keyElements(io, p, row);
    valueElements(io, p, row);
  },
});

/** A row that is being scored. */
const rowType = bundle({ query: bool, load: bool });
const noRow = { query: false, load: false };

/** Steps the rows, and says when: `go`; what is being scored; what begins to be weighed. */
function periods(io: SequencerIo, p: ArrayParams) {
  const { rowPeriod, loadPeriod, interval } = timing(p);
  const { phase, short, scored, outstanding } = regs(
    {
      phase: uint(bitsFor(rowPeriod)),
      short: bool,
      scored: rowType,
      outstanding: uint(bitsFor(OUTPUT_ROWS + 1)),
    },
    { phase: rowPeriod - 1, short: false, scored: noRow, outstanding: 0 },
  );
  const { data } = io.step;
  // Elements of a row take `interval` cycles, counted by the beat; it stands at its end while no query is on its way.
  const { beat } = regs({ beat: uint(bitsFor(interval)) }, { beat: interval - 1 });
  const busy = named('busy', scored.query.or(outstanding.any()));
  const lastBeat = named('last_beat', beat.eq(interval - 1));

  const ended = named('ended', phase.eq(rowPeriod - 1).or(short.and(phase.ge(loadPeriod - 1))));
  const nextReady = named(
    'next_ready',
    io.step.valid.and(data.query.not().or(io.available.q)).and(data.load.not().or(io.available.k)),
  );
  const moves = named(
    'moves',
    scored.load
      .not()
      .or(io.available.v)
      .and(scored.query.not().or(outstanding.ne(OUTPUT_ROWS))),
  );
  const occupied = named('occupied', scored.query.or(scored.load));
  const go = named('go', ended.and(lastBeat).and(moves).and(nextReady.or(occupied)));
  const accept = named('accept', go.and(nextReady));
  io.step.ready.set(accept);
  const query = named('next_query', accept.and(data.query));
  const load = named('next_load', accept.and(data.load));

  when(go, () => {
    phase.next(0);
    scored.next({ query, load });
    // Only queries take a whole period.
    short.next(query.or(scored.query).not());
  }).elseWhen(ended.not(), () => phase.next(phase.addWrap(1)));
  const holds = named('holds', busy.or(query).not());
  when(holds.or(lastBeat), () => beat.next(0)).otherwise(() => beat.next(beat.addWrap(1)));
  when(holds, () => beat.next(interval - 1));

  const enters = named('enters', go.and(scored.query));
  when(enters.and(io.out_row.not()), () => outstanding.next(outstanding.addWrap(1))).elseWhen(
    io.out_row.and(enters.not()),
    () => outstanding.next(outstanding.subWrap(1)),
  );

  io.claim.set({ q: query, k: load, v: go.and(scored.load) });
  io.slot_step.set({
    go,
    clear: accept.and(data.clear),
    load,
    drop: accept.and(data.drop),
  });
  io.slot.set(data.slot);
  return { go, query, load, scored, beat, lastBeat, data };
}
type Rows = ReturnType<typeof periods>;

/** Addresses of the key row and the query, and what the adders do with the products. */
function keyElements(io: SequencerIo, p: ArrayParams, row: Rows): void {
  const { interval, lanes, toAdder, combine } = timing(p);
  const { scoring, key_element } = regs(
    { scoring: bool, key_element: uint(elementBits(p)) },
    { scoring: false, key_element: 0 },
  );
  // Without a query nothing waits for an adder.
  const tick = named('key_tick', row.lastBeat.or(row.scored.query.not()));
  const last = named('key_last', key_element.eq(p.headDim - 1));
  const done = named('key_done', scoring.and(tick).and(last));
  when(row.go, () => {
    scoring.next(row.query.or(row.load));
    key_element.next(0);
  }).elseWhen(scoring.and(tick), () => {
    key_element.next(key_element.addWrap(1));
    when(last, () => scoring.next(false));
  });
  io.key_address.set(key_element);
  io.key_write.set(scoring);
  io.done.q.set(done.and(row.scored.query));
  io.done.k.set(done.and(row.scored.load));

  const first = scoring.and(key_element.eq(0));
  const starts = named('score_start', lanes === 1 ? first : scoring.and(key_element.lt(lanes)));
  const firstBeat = row.beat.eq(0).or(literal(interval === 1, bool));
  const final = named('score_final', scoring.and(last).and(firstBeat).and(row.scored.query));
  const start = after('start', starts, toAdder);
  const finals = delayed('final', final, toAdder + combine.done);
  const any = (times: readonly number[]): BoolSig =>
    times.map((t) => finals(toAdder + t)).reduce((a, b) => a.or(b), literal(false, bool) as BoolSig);
  const { bound } = regs({ bound: uint(p.maximum === 'bound' ? sumBits(p) : 0) });
  when(row.query, () => bound.next(row.data.bound));
  io.control.set({
    start,
    initial: p.maximum === 'bound' ? initialOf(bound, after('start_first', first, toAdder), p) : 0,
    keep: lanes === 1 ? 0 : any(combine.keep).asUInt(),
    combine: lanes === 1 ? 0 : any(combine.add).asUInt(),
    dequantise: p.scores === 'int8' ? finals(toAdder + 1 + CONVERT_STAGES).asUInt() : 0,
    capture: finals(toAdder + combine.done),
  });
}

/** The first partial sum starts at minus the bound. */
function initialOf(bound: UIntSig, first: BoolSig, p: ArrayParams): UIntSig {
  const negative = bound.xor(1n << BigInt(sumBits(p) - 1));
  return named('minus_bound', negative.and(first.asUInt().mul((1n << BigInt(sumBits(p))) - 1n)));
}

/** Addresses of the value row, and what comes out of the tree for them. */
function valueElements(io: SequencerIo, p: ArrayParams, row: Rows): void {
  const { interval, valueStart, toAdder, tree } = timing(p);
  const begin = {
    query: after('begin_query', row.go.and(row.scored.query), valueStart),
    load: after('begin_load', row.go.and(row.scored.load), valueStart),
  };
  const begins = named('begins', begin.query.or(begin.load));
  const { weighing, weighed_query, weighed_load, value_element, weigh } = regs(
    {
      weighing: bool,
      weighed_query: bool,
      weighed_load: bool,
      value_element: uint(bitsFor(p.headDim + 1)),
      weigh: bool,
    },
    { weighing: false, weighed_query: false, weighed_load: false, weigh: false },
  );
  const tick = named('value_tick', row.lastBeat.or(weighed_query.not()));
  const last = named('value_last', value_element.eq(p.headDim));
  const done = named('value_done', weighing.and(tick).and(last));
  when(begins, () => {
    weighing.next(true);
    weighed_query.next(begin.query);
    weighed_load.next(begin.load);
    value_element.next(0);
  }).elseWhen(weighing.and(tick), () => {
    value_element.next(value_element.addWrap(1));
    when(last, () => weighing.next(false));
  });
  weigh.next(begins);
  io.value_start.set(weigh);

  // The weight itself comes first, then the elements of the row.
  const weightItself = named('weight_itself', value_element.eq(0));
  io.unit.set(weightItself);
  io.value_address.set(value_element.subWrap(1).trunc(elementBits(p)));
  io.value_write.set(weighing.and(weightItself.not()));
  io.done.v.set(done.and(weighed_load));

  const firstBeat = row.beat.eq(0).or(literal(interval === 1, bool));
  const term = named('term', weighing.and(weighed_query).and(firstBeat));
  const atRoot = toAdder + tree;
  io.root.set({
    total: after('total', term.and(weightItself), atRoot),
    value: after('value', term.and(weightItself.not()), atRoot),
    last: after('value_last', term.and(last), atRoot),
  });
  if (interval === 1) io.tree_beat.set(0);
  else {
    let beat: UIntSig = row.beat;
    for (let n = 1; n <= toAdder; n++) beat = registered(`term_beat_${n}`, beat);
    io.tree_beat.set(beat);
  }
}

const after = (name: string, x: BoolSig, cycles: number): BoolSig => delayed(name, x, cycles)(cycles);
