// A tile of bit-serial PEs, output-stationary: a row is a token, a column an output channel.
// It is the datapath of an array between operands and results: terms and aligned activations are broadcast to the PEs of a
// column and of a row; sums leave through one serial scaler and FP32 accumulator per column.
// Invariant: as many register stages stand in front of every operand, so operands that come together meet in a PE.

import { bool, bundle, defineModule, input, output, registered, uint, vec } from '@gatewright/hdl-core';
import { FP32, floatWidth } from '@gatewright/parts';
import { ColumnAccumulator } from './accumulator.ts';
import { alignedType } from './aligner.ts';
import { columnOf, fieldBits, peOf, SCALE_BITS, tileParams } from './params.ts';
import { BitSerialPe } from './pe.ts';
import { SerialScaler } from './scaler.ts';
import { digitType } from './terms.ts';

export const BitSerialTile = defineModule({
  name: 'BitSerialTile',
  doc: 'tile of bit-serial PEs with a scaler and an accumulator per column.',
  params: tileParams,
  ports: (p) => ({
    aligned: input(vec(p.rows, vec(p.lanes, alignedType(p))), 'activations of each row'),
    distance: input(vec(p.rows, uint(fieldBits(p))), 'right shift that aligns the group sums of a row'),
    digits: input(vec(p.columns, vec(p.lanes, digitType)), 'terms of the weights of each column'),
    control: input(
      bundle({ first: bool, accumulate: bool, restart: bool, capture: bool }),
      'the terms are the first of a set; a set is added to its group, is the first of it, ends it',
    ),
    scale: input(vec(p.columns, uint(SCALE_BITS)), 'of the group that leaves'),
    shift: input(bool),
    start: input(bool),
    finish: input(bool),
    convert: input(bool),
    field: input(uint(fieldBits(p)), 'exponent field of the row that leaves'),
    half: input(bool),
    add: input(bool),
    fresh: input(bool),
    results: output(vec(p.columns, uint(floatWidth(FP32))), 'dot products of the row that left last'),
  }),
  build(io, p) {
    const { broadcastStages: stages } = p;
    const aligned = broadcast('aligned', io.aligned, stages);
    const distance = broadcast('distance', io.distance, stages);
    const digits = broadcast('digits', io.digits, stages);
    const control = broadcast('control', io.control, stages);
    const results = Array.from({ length: p.columns }, (_, column) => {
      const scaler = SerialScaler.inst(`u_scaler_${column}`, columnOf(p));
      for (let row = 0; row < p.rows; row++) {
        const pe = BitSerialPe.inst(`u_pe_${row}_${column}`, peOf(p));
        pe.aligned.set(aligned.at(row));
        pe.digits.set(digits.at(column));
        pe.first.set(control.first);
        pe.accumulate.set(control.accumulate);
        pe.restart.set(control.restart);
        pe.distance.set(distance.at(row));
        scaler.sums.at(row).set(pe.group_sum);
      }
      scaler.scale.set(io.scale.at(column));
      scaler.capture.set(control.capture);
      for (const wire of ['shift', 'start', 'finish'] as const) scaler[wire].set(io[wire]);

      const accumulator = ColumnAccumulator.inst(`u_accumulator_${column}`, columnOf(p));
      accumulator.product.set(scaler.product);
      accumulator.field.set(io.field);
      for (const wire of ['convert', 'half', 'add', 'fresh'] as const) accumulator[wire].set(io[wire]);
      return accumulator.result;
    });
    io.results.set(results);
  },
});

/** A value, `stages` cycles later. */
export function broadcast<const S extends Parameters<typeof registered>[1]>(
  name: string,
  value: S,
  stages: number,
): S {
  let late = value;
  for (let stage = 1; stage <= stages; stage++) late = registered(`${name}_stage_${stage}`, late);
  return late;
}
