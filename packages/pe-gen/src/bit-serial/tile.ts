// A tile of bit-serial PEs, output-stationary: a row is a token, a column an output channel.
// Activations are aligned once per row, weights are taken apart once per column, and terms and aligned activations are
// broadcast; sums leave through one serial scaler and FP32 accumulator per column. Datatypes change from group to group
// without an idle cycle: 2 cycles a set for FP3, FP4, INT3 and INT4, 3 for INT5 and INT6, 4 for INT7 and INT8.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  type Io,
  input,
  mux,
  named,
  output,
  regs,
  stream,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { ColumnAccumulator } from './accumulator.ts';
import { RowAligner } from './aligner.ts';
import { groupEndType, TileDrain } from './drain.ts';
import { activationBits, type PeParams, SCALE_BITS, type TileParams, tileParams } from './params.ts';
import { BitSerialPe } from './pe.ts';
import { SerialScaler } from './scaler.ts';
import { datatypeType, digitType, firstTerm, isFloat, specialType, TermEncoder } from './terms.ts';

const tilePorts = (p: TileParams) => ({
  in: input(
    stream(
      bundle({
        activations: vec(p.rows, vec(p.lanes, uint(activationBits(p)))),
        codes: vec(p.columns, vec(p.lanes, uint(p.weightBits))),
        last: bool,
      }),
    ),
    'a set of activations and weight codes; last ends the dot products, and their group early if need be',
  ),
  group: input(
    stream(
      bundle({
        datatype: datatypeType,
        special: vec(p.columns, specialType),
        scale: vec(p.columns, uint(SCALE_BITS)),
      }),
    ),
    'datatype, special values and scales of a group; accepted with its last set',
  ),
  out: output(stream(vec(p.columns, uint(floatWidth(FP32)))), 'FP32 dot products, a row at a time'),
});

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
 * scale is left to the consumer. Activations must be finite. A set stays at the input for as many cycles as its weights
 * have terms, the group's constants for the whole group; nothing is copied.
 */
export const BitSerialTile = defineModule({
  name: 'BitSerialTile',
  doc: 'output-stationary tile of bit-serial PEs for weights of mixed datatypes.',
  params: tileParams,
  ports: tilePorts,
  build(io, p) {
    const drain = TileDrain.inst('u_drain', p);
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

    const aligners = Array.from({ length: p.rows }, (_, row) => {
      const aligner = RowAligner.inst(`u_aligner_${row}`, pe(p));
      aligner.enter.set(term.first);
      aligner.restart.set(set.begins);
      aligner.activations.set(io.in.data.activations.at(row));
      aligner.align.set(align_first);
      aligner.first.set(multiply_first);
      aligner.accumulate.set(sum.accumulate);
      return aligner;
    });
    const { digits_encoded, digits } = regs({
      digits_encoded: vec(p.columns, vec(p.lanes, digitType)),
      digits: vec(p.columns, vec(p.lanes, digitType)),
    });
    digits.next(digits_encoded);
    // The scales of the group that leaves; the last row of the one before has begun by then, with a copy of its own.
    const { scale } = regs({ scale: vec(p.columns, uint(SCALE_BITS)) });
    when(io.group.fire, () => scale.next(io.group.data.scale));
    const restart = named('restart', sum.accumulate.and(sum.restart));
    const results = Array.from({ length: p.columns }, (_, column) => {
      const encoder = TermEncoder.inst(`u_encoder_${column}`, { lanes: p.lanes, weightBits: p.weightBits });
      encoder.datatype.set(io.group.data.datatype);
      encoder.special.set(io.group.data.special.at(column));
      encoder.term.set(term.index);
      encoder.codes.set(io.in.data.codes.at(column));
      digits_encoded.at(column).next(encoder.digits);

      const scaler = SerialScaler.inst(`u_scaler_${column}`, p);
      aligners.forEach((aligner, row) => {
        const cell = BitSerialPe.inst(`u_pe_${row}_${column}`, pe(p));
        cell.aligned.set(aligner.aligned);
        cell.digits.set(digits.at(column));
        cell.first.set(multiply_first);
        cell.accumulate.set(sum.accumulate);
        cell.restart.set(restart);
        cell.distance.set(aligner.distance);
        scaler.sums.at(row).set(cell.group_sum);
      });
      scaler.scale.set(scale.at(column));
      scaler.capture.set(sum.capture);
      for (const wire of ['shift', 'start', 'finish'] as const) scaler[wire].set(drain[wire]);

      const accumulator = ColumnAccumulator.inst(`u_accumulator_${column}`, p);
      accumulator.product.set(scaler.product);
      for (const wire of ['convert', 'half', 'add', 'fresh'] as const) accumulator[wire].set(drain[wire]);
      accumulator.field.set(drain.field);
      return accumulator.result;
    });

    drain.capture.set(sum.capture);
    drain.fields.set(aligners.map((aligner) => aligner.field));
    drain.end.set(sum.end);
    drain.out_ready.set(io.out.ready);
    io.out.valid.set(drain.out_valid);
    io.out.data.set(results);
  },
});

/** Walks through the terms of each set, and accepts set and group with their last term. */
function sequence(io: Io<ReturnType<typeof tilePorts>>, p: TileParams, drainFree: BoolSig) {
  const sets = p.groupSize / p.lanes;
  const { entering, rest, position, fresh } = regs(
    { entering: bool, rest: uint(2), position: uint(Math.max(1, Math.ceil(Math.log2(sets)))), fresh: bool },
    { entering: true, position: 0, fresh: true },
  );
  const ends = named('ends', io.in.data.last.or(position.eq(sets - 1)));
  const enter = named('enter', entering.and(io.in.valid).and(io.group.valid).and(ends.not().or(drainFree)));
  const index = named('term', mux(entering, firstTerm(io.group.data.datatype), rest));
  const last = named('last_term', entering.not().and(rest.eq(0)));
  when(enter.or(entering.not()), () => rest.next(index.subWrap(1)));
  when(enter, () => entering.next(false));
  when(last, () => {
    entering.next(true);
    when(ends, () => {
      position.next(0);
      fresh.next(io.in.data.last);
    }).otherwise(() => position.next(position.addWrap(1)));
  });
  io.in.ready.set(last);
  io.group.ready.set(last.and(ends));
  const end = { half: isFloat(io.group.data.datatype), fresh, done: io.in.data.last };
  const begins = named('begins', position.eq(0));
  return { term: { index, first: enter, last }, set: { begins, ends, end } };
}

/** The parameters of a PE and of an aligner. */
const pe = ({ rows: _, columns: __, ...rest }: TileParams): PeParams => rest;
