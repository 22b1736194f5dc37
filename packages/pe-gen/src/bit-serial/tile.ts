// A tile of bit-serial PEs, output-stationary: a row is a token, a column an output channel.
// Activations are aligned once per row, weights are taken apart once per column, and terms and aligned activations are
// broadcast; sums leave through one scaling unit and FP32 accumulator per column. Datatypes change from group to group
// without an idle cycle: 2 cycles a set for FP3, FP4, INT3 and INT4, 3 for INT5 and INT6, 4 for INT7 and INT8.

import {
  bool,
  bundle,
  defineModule,
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
import { RowAligner } from './aligner.ts';
import { OutputColumn } from './column.ts';
import { groupEndType, TileDrain } from './drain.ts';
import { activationBits, type PeParams, SCALE_BITS, type TileParams, tileParams } from './params.ts';
import { BitSerialPe } from './pe.ts';
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
    'datatype, special values and scales, once per group, in order',
  ),
  out: output(stream(vec(p.columns, uint(floatWidth(FP32)))), 'FP32 dot products, a row at a time'),
});

/** Control of a term on its way through the PEs. */
const termControl = bundle({
  first: bool,
  restart: bool,
  accumulate: bool,
  capture: bool,
  end: groupEndType,
});

/**
 * y[row][column] = SUM over groups of RNE32(group sum * scale), accumulated in FP32 from +0 in group order; the channel's own
 * scale is left to the consumer. Activations must be finite.
 */
export const BitSerialTile = defineModule({
  name: 'BitSerialTile',
  doc: 'output-stationary tile of bit-serial PEs for weights of mixed datatypes.',
  params: tileParams,
  ports: tilePorts,
  build(io, p) {
    const sets = p.groupSize / p.lanes;
    const { busy, term, leading, position } = regs(
      { busy: bool, term: uint(2), leading: bool, position: uint(Math.max(1, Math.ceil(Math.log2(sets)))) },
      { busy: false, position: 0 },
    );
    const current = regs({ set_restarts: bool, set_ends: bool, set_fresh: bool, set_done: bool });
    const group = regs({
      datatype: datatypeType,
      special: vec(p.columns, specialType),
      scale: vec(p.columns, uint(SCALE_BITS)),
    });
    const { first_group } = regs({ first_group: bool }, { first_group: true });
    const { codes } = regs({ codes: vec(p.columns, vec(p.lanes, uint(p.weightBits))) });

    const drain = TileDrain.inst('u_drain', p);
    const turn = named('turn', busy.not().or(term.eq(0)));
    const begins = named('begins', position.eq(0));
    const ends = named('ends', io.in.data.last.or(position.eq(sets - 1)));
    const allowed = named('allowed', turn.and(ends.not().or(drain.free)));
    io.in.ready.set(allowed.and(begins.not().or(io.group.valid)));
    io.group.ready.set(allowed.and(begins).and(io.in.valid));
    const datatype = named('set_datatype', mux(begins, io.group.data.datatype, group.datatype));

    when(turn, () => busy.next(false)).otherwise(() => term.next(term.subWrap(1)));
    leading.next(io.in.fire);
    when(io.in.fire, () => {
      busy.next(true);
      term.next(firstTerm(datatype));
      codes.next(io.in.data.codes);
      when(ends, () => position.next(0)).otherwise(() => position.next(position.addWrap(1)));
      current.set_restarts.next(begins);
      current.set_ends.next(ends);
      current.set_fresh.next(first_group);
      current.set_done.next(io.in.data.last);
      when(ends, () => first_group.next(io.in.data.last));
    });
    when(io.group.fire, () => {
      group.datatype.next(io.group.data.datatype);
      group.special.next(io.group.data.special);
      group.scale.next(io.group.data.scale);
    });

    const complete = named('complete', busy.and(term.eq(0)));
    const leaves = named('leaves', complete.and(current.set_ends));
    const idle = {
      first: false,
      restart: false,
      accumulate: false,
      capture: false,
      end: { half: false, fresh: false, done: false },
    };
    const { product, sum, total } = regs(
      { product: termControl, sum: termControl, total: termControl },
      { product: idle, sum: idle, total: idle },
    );
    product.next({
      first: leading,
      restart: current.set_restarts,
      accumulate: complete,
      capture: leaves,
      end: { half: isFloat(group.datatype), fresh: current.set_fresh, done: current.set_done },
    });
    sum.next(product);
    total.next(sum);

    const aligners = Array.from({ length: p.rows }, (_, row) => {
      const aligner = RowAligner.inst(`u_aligner_${row}`, pe(p));
      aligner.load.set(io.in.fire);
      aligner.restart.set(begins);
      aligner.activations.set(io.in.data.activations.at(row));
      aligner.first.set(sum.first);
      return aligner;
    });
    const { digits } = regs({ digits: vec(p.columns, vec(p.lanes, digitType)) });
    const columns = Array.from({ length: p.columns }, (_, column) => {
      const encoder = TermEncoder.inst(`u_encoder_${column}`, { lanes: p.lanes, weightBits: p.weightBits });
      encoder.datatype.set(group.datatype);
      encoder.special.set(group.special.at(column));
      encoder.term.set(term);
      encoder.codes.set(codes.at(column));
      digits.at(column).next(encoder.digits);

      const end = OutputColumn.inst(`u_column_${column}`, p);
      aligners.forEach((aligner, row) => {
        const cell = BitSerialPe.inst(`u_pe_${row}_${column}`, pe(p));
        cell.aligned.set(aligner.aligned);
        cell.digits.set(digits.at(column));
        cell.first.set(sum.first);
        cell.accumulate.set(total.accumulate);
        cell.restart.set(total.restart);
        cell.distance.set(aligner.distance);
        end.sums.at(row).set(cell.next_sum);
      });
      end.take_scale.set(leaves);
      end.scale.set(group.scale.at(column));
      end.capture.set(total.capture);
      for (const wire of STEERED) end[wire].set(drain[wire]);
      end.field.set(drain.field);
      return end;
    });

    drain.promise.set(io.in.fire.and(ends));
    drain.capture.set(total.capture);
    drain.fields.set(aligners.map((aligner) => aligner.field));
    drain.end.set(total.end);
    drain.out_ready.set(io.out.ready);
    io.out.valid.set(drain.out_valid);
    io.out.data.set(columns.map((column) => column.result));
  },
});

/** What the drain tells every column. */
const STEERED = ['advance', 'scaling', 'start', 'finish', 'convert', 'half', 'add', 'fresh'] as const;

/** The parameters of a PE and of an aligner. */
const pe = ({ rows: _, columns: __, ...rest }: TileParams): PeParams => rest;
