// A PE with an aligner and a scaler of its own: what one PE costs when it shares nothing.
// It is the unit to compare with published PEs; a tile shares aligners along rows and scalers along columns.

import { bool, defineModule, input, output, sint, uint, vec } from '@gatewright/hdl-core';
import { RowAligner } from './aligner.ts';
import { activationBits, fieldBits, mantissaBits, peParams, SCALE_BITS } from './params.ts';
import { BitSerialPe } from './pe.ts';
import { SerialScaler } from './scaler.ts';
import { digitType } from './terms.ts';

export const BitSerialCell = defineModule({
  name: 'BitSerialCell',
  doc: 'bit-serial PE complete with exponent alignment, held group sum and serial scale.',
  params: peParams,
  ports: (p) => ({
    enter: input(bool, 'first cycle of a set'),
    begins: input(bool, 'the set begins a group'),
    activations: input(vec(p.lanes, uint(activationBits(p)))),
    align: input(bool, 'second cycle of a set'),
    first: input(bool, 'third cycle: its first term is multiplied'),
    digits: input(vec(p.lanes, digitType)),
    accumulate: input(bool, 'the set is added to the group sum'),
    restart: input(bool, 'and it is the first of its group'),
    capture: input(bool, 'the group sum is complete'),
    scale: input(uint(SCALE_BITS), 'stays until it was applied'),
    shift: input(bool, 'a bit of the scale is applied'),
    start: input(bool, 'it is the first one'),
    product: output(sint(mantissaBits(p) + SCALE_BITS)),
    field: output(uint(fieldBits(p))),
  }),
  build(io, p) {
    const aligner = RowAligner.inst('u_aligner', p);
    aligner.enter.set(io.enter);
    aligner.restart.set(io.begins);
    aligner.activations.set(io.activations);
    aligner.align.set(io.align);
    aligner.first.set(io.first);
    aligner.accumulate.set(io.accumulate);

    const pe = BitSerialPe.inst('u_pe', p);
    pe.aligned.set(aligner.aligned);
    pe.digits.set(io.digits);
    pe.first.set(io.first);
    pe.accumulate.set(io.accumulate);
    pe.restart.set(io.restart);
    pe.distance.set(aligner.distance);

    const scaler = SerialScaler.inst('u_scaler', { ...p, rows: 1, columns: 1 });
    scaler.scale.set(io.scale);
    scaler.capture.set(io.capture);
    scaler.sums.set([pe.group_sum]);
    scaler.shift.set(io.shift);
    scaler.start.set(io.start);
    scaler.finish.set(false);
    io.product.set(scaler.product);
    io.field.set(aligner.field);
  },
});
