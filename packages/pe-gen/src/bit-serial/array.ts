// An array of bit-serial tiles, output-stationary, in lock step: activations are aligned once per row and broadcast along
// the row of tiles, weights are taken apart once per column and broadcast down the column of tiles.
// Each column of tiles has a bank of weights, a stream of its own; a set begins when every bank and the activations are
// there. Datatypes change from group to group without an idle cycle: 2 cycles a set for FP3, FP4, INT3 and INT4, 3 for INT5
// and INT6, 4 for INT7 and INT8.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type In,
  type Io,
  input,
  mux,
  named,
  output,
  registered,
  regs,
  type Stream,
  stream,
  type UInt,
  uint,
  type Vec,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { RowAligner } from './aligner.ts';
import { ArrayDrain, groupEndType } from './drain.ts';
import { type ArrayParams, activationBits, arrayParams, peOf, SCALE_BITS } from './params.ts';
import { datatypeType, digitType, firstTerm, isFloat, specialType, TermEncoder } from './terms.ts';
import { BitSerialTile, broadcast } from './tile.ts';

/** The weight bank of a column of tiles: codes by column and lane. */
type Bank = In<Stream<Vec<Vec<UInt>>>>;
type Banks = { readonly [bank: `weights_${number}`]: Bank };

const fixedPorts = (p: ArrayParams) => {
  const columns = p.tileColumns * p.columns;
  return {
    activations: input(
      stream(
        bundle({
          values: vec(p.tileRows * p.rows, vec(p.lanes, uint(activationBits(p)))),
          last: bool,
        }),
      ),
      'a set for every row; last ends the dot products, and their group early if need be',
    ),
    group: input(
      stream(
        bundle({
          datatype: datatypeType,
          special: vec(columns, specialType),
          scale: vec(columns, uint(SCALE_BITS)),
        }),
      ),
      'datatype, special values and scales of a group; accepted with its last set',
    ),
    out: output(
      stream(vec(p.tileRows, vec(columns, uint(floatWidth(FP32))))),
      'FP32 dot products, a row of every row of tiles at a time',
    ),
  };
};

const arrayPorts = (p: ArrayParams): ReturnType<typeof fixedPorts> & Banks => {
  const codes = vec(p.columns, vec(p.lanes, uint(p.weightBits)));
  const banks: Banks = Object.fromEntries(
    Array.from({ length: p.tileColumns }, (_, i) => [
      `weights_${i}`,
      input(stream(codes), 'weight codes of a column of tiles'),
    ]),
  );
  const { activations, group, out } = fixedPorts(p);
  return { activations, ...banks, group, out };
};

/** Control of a set on its way through the PEs, with each of its terms. */
const setControl = bundle({ restart: bool, accumulate: bool, capture: bool, end: groupEndType });
const noSet = {
  restart: false,
  accumulate: false,
  capture: false,
  end: { half: false, fresh: false, done: false },
};

/**
 * y[row][column] = SUM over groups of RNE32(group sum * scale), accumulated in FP32 from +0 in group order; the channel's own
 * scale is left to the consumer. Activations must be finite. A set stays at the inputs for as many cycles as its weights
 * have terms, the group's constants for the whole group; nothing is copied.
 */
export const BitSerialArray = defineModule({
  name: 'BitSerialArray',
  doc: 'output-stationary array of bit-serial tiles for weights of mixed datatypes.',
  params: arrayParams,
  ports: arrayPorts,
  build(io, p) {
    const drain = ArrayDrain.inst('u_drain', p);
    const { term, set } = sequence(io, p, drain.free);
    drain.promise.set(term.first.and(set.ends));

    // Terms are encoded, wait for their activations to be aligned, and are multiplied; then the sum of the set is complete.
    const { align, multiply, sum } = regs(
      { align: setControl, multiply: setControl, sum: setControl },
      { align: noSet, multiply: noSet, sum: noSet },
    );
    const capture = term.last.and(set.ends);
    align.next({ restart: set.begins, accumulate: term.last, capture, end: set.end });
    multiply.next(align);
    sum.next(multiply);
    const { align_first, multiply_first } = regs(
      { align_first: bool, multiply_first: bool },
      { align_first: false, multiply_first: false },
    );
    align_first.next(term.first);
    multiply_first.next(align_first);

    const aligners = Array.from({ length: p.tileRows * p.rows }, (_, row) => {
      const aligner = RowAligner.inst(`u_aligner_${row}`, peOf(p));
      aligner.enter.set(term.first);
      aligner.restart.set(set.begins);
      aligner.activations.set(io.activations.data.values.at(row));
      aligner.align.set(align_first);
      aligner.first.set(multiply_first);
      aligner.accumulate.set(sum.accumulate);
      return aligner;
    });
    const digits = encode(io, p, term.index);
    // The scales of the group that leaves; the last row of the one before has begun by then, with a copy of its own.
    const { scale } = regs({ scale: vec(p.tileColumns * p.columns, uint(SCALE_BITS)) });
    when(io.group.fire, () => scale.next(io.group.data.scale));
    const restart = named('restart', sum.accumulate.and(sum.restart));

    const results = Array.from({ length: p.tileRows }, (_, tileRow) => {
      const ofRow = aligners.slice(tileRow * p.rows, (tileRow + 1) * p.rows);
      return Array.from({ length: p.tileColumns }, (_, tileColumn) => {
        const tile = BitSerialTile.inst(`u_tile_${tileRow}_${tileColumn}`, tileOf(p));
        const columns = Array.from({ length: p.columns }, (_, i) => tileColumn * p.columns + i);
        tile.aligned.set(ofRow.map((aligner) => aligner.aligned));
        tile.distance.set(ofRow.map((aligner) => aligner.distance));
        tile.digits.set(columns.map((column) => digits.at(column)));
        const { accumulate, capture: captured } = sum;
        tile.control.set({ first: multiply_first, accumulate, restart, capture: captured });
        tile.scale.set(columns.map((column) => scale.at(column)));
        tile.field.set(drain.field.at(tileRow));
        for (const wire of ['shift', 'start', 'finish', 'convert', 'half', 'add', 'fresh'] as const)
          tile[wire].set(drain[wire]);
        return columns.map((_, i) => tile.results.at(i));
      }).flat();
    });

    const ended = late(p, sum);
    drain.capture.set(ended.capture);
    drain.end.set(ended.end);
    drain.fields.set(
      Array.from({ length: p.tileRows }, (_, tileRow) =>
        Array.from({ length: p.rows }, (_, i) => {
          const row = tileRow * p.rows + i;
          return broadcast(`field_${row}`, aligners[row]!.field, p.broadcastStages);
        }),
      ),
    );
    drain.out_ready.set(io.out.ready);
    io.out.valid.set(drain.out_valid);
    io.out.data.set(results);
  },
});

type ArrayIo = Io<ReturnType<typeof arrayPorts>>;

const bankOf = (io: ArrayIo, bank: number) => io[`weights_${bank}`]!;

/** The end of a group as the tiles see it, behind the stages of the broadcast. */
function late(p: ArrayParams, { capture, end }: { capture: BoolSig; end: GroupEnd }) {
  let ended = { capture, end: { half: end.half, fresh: end.fresh, done: end.done } };
  for (let stage = 1; stage <= p.broadcastStages; stage++) {
    ended = registered(`ended_stage_${stage}`, ended, {
      reset: { capture: false, end: { half: false, fresh: false, done: false } },
    });
  }
  return ended;
}
type GroupEnd = { readonly half: BoolSig; readonly fresh: BoolSig; readonly done: BoolSig };

/** The terms of each column, two cycles later, when their activations are aligned. */
function encode(io: ArrayIo, p: ArrayParams, term: ReturnType<typeof firstTerm>) {
  const type = vec(p.tileColumns * p.columns, vec(p.lanes, digitType));
  const { digits_encoded, digits } = regs({ digits_encoded: type, digits: type });
  for (let column = 0; column < p.tileColumns * p.columns; column++) {
    const encoder = TermEncoder.inst(`u_encoder_${column}`, { lanes: p.lanes, weightBits: p.weightBits });
    encoder.datatype.set(io.group.data.datatype);
    encoder.special.set(io.group.data.special.at(column));
    encoder.term.set(term);
    encoder.codes.set(bankOf(io, Math.floor(column / p.columns)).data.at(column % p.columns));
    digits_encoded.at(column).next(encoder.digits);
  }
  digits.next(digits_encoded);
  return digits;
}

/** Walks through the terms of each set, and accepts set and group with their last term. */
function sequence(io: ArrayIo, p: ArrayParams, drainFree: BoolSig) {
  const sets = p.groupSize / p.lanes;
  const { entering, rest, position, fresh } = regs(
    { entering: bool, rest: uint(2), position: uint(Math.max(1, Math.ceil(Math.log2(sets)))), fresh: bool },
    { entering: true, position: 0, fresh: true },
  );
  const banks = Array.from({ length: p.tileColumns }, (_, i) => bankOf(io, i));
  const valid = named(
    'operands_valid',
    banks.reduce((all, bank) => all.and(bank.valid), io.activations.valid.and(io.group.valid)),
  );
  const ends = named('ends', io.activations.data.last.or(position.eq(sets - 1)));
  const enter = named('enter', entering.and(valid).and(ends.not().or(drainFree)));
  const index = named('term', mux(entering, firstTerm(io.group.data.datatype), rest));
  const last = named('last_term', entering.not().and(rest.eq(0)));
  when(enter.or(entering.not()), () => rest.next(index.subWrap(1)));
  when(enter, () => entering.next(false));
  when(last, () => {
    entering.next(true);
    when(ends, () => {
      position.next(0);
      fresh.next(io.activations.data.last);
    }).otherwise(() => position.next(position.addWrap(1)));
  });
  io.activations.ready.set(last);
  for (const bank of banks) bank.ready.set(last);
  io.group.ready.set(last.and(ends));
  const end = { half: isFloat(io.group.data.datatype), fresh, done: io.activations.data.last };
  const begins = named('begins', position.eq(0));
  return { term: { index, first: enter, last }, set: { begins, ends, end } };
}

/** The parameters of a tile. */
const tileOf = ({ tileRows: _, tileColumns: __, ...tile }: ArrayParams) => tile;
