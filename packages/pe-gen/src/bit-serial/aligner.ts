// The aligner of a row: activations of a set brought to the largest exponent that their group has had so far.
// The maximum runs over activations only, so it needs no bit of a sum: the loop is one comparison of exponents, and one
// aligner serves all the PEs of a row. Specification 4.1 leaves the maximum open; this is our decision.

import {
  type BoolSig,
  bool,
  bundle,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { unpackFloat } from '@gatewright/parts';
import {
  activationBits,
  activationFormat,
  alignedBits,
  fieldBits,
  guardBits,
  type PeParams,
  peParams,
} from './params.ts';
import { alignMagnitude } from './shift.ts';

/** An aligned activation: sign and magnitude. */
export const alignedType = (p: PeParams) => bundle({ negative: bool, magnitude: uint(alignedBits(p)) });

/**
 * Two register stages: a set that is loaded at one edge is at `aligned` two edges later, for as many cycles as it stayed
 * loaded. `field` is the group's exponent four edges after the load, `distance` what the sums before must be shifted right
 * by; it is valid from the edge at which `first` is seen.
 */
export const RowAligner = defineModule({
  name: 'RowAligner',
  doc: 'activations of a set, aligned to the largest exponent of their group so far.',
  params: peParams,
  ports: (p) => ({
    load: input(bool, 'a set is taken at this edge'),
    restart: input(bool, 'it begins a group'),
    activations: input(vec(p.lanes, uint(activationBits(p)))),
    first: input(bool, 'the first products of a set are being added, three cycles after its load'),
    aligned: output(vec(p.lanes, alignedType(p))),
    distance: output(uint(fieldBits(p)), 'right shift of the group sum before this set is added'),
    field: output(uint(fieldBits(p)), 'exponent field of the group sum'),
  }),
  build(io, p) {
    const { negative, magnitude } = regs({
      negative: vec(p.lanes, bool),
      magnitude: vec(p.lanes, uint(alignedBits(p))),
    });
    const format = activationFormat(p);
    if (!format) {
      const { sign, size } = regs({ sign: vec(p.lanes, bool), size: vec(p.lanes, uint(8)) });
      when(io.load, () => {
        sign.next(io.activations.map((a) => a.bit(7)));
        size.next(io.activations.map((a) => a.asSInt().abs()));
      });
      negative.next(sign);
      magnitude.next(size);
    } else {
      const set = io.activations.map((a, lane) => unpackFloat(`activation_${lane}`, a, format));
      const { exponent, sign, significand, lag } = regs({
        exponent: uint(format.exponentBits),
        sign: vec(p.lanes, bool),
        significand: vec(p.lanes, uint(format.mantissaBits + 1)),
        lag: vec(p.lanes, uint(format.exponentBits)),
      });
      const largest = named('largest', maximum(set.map((a) => a.exponent)));
      const stays = named('stays', io.restart.not().and(exponent.gt(largest)));
      const running = named('running', mux(stays, exponent, largest));
      when(io.load, () => {
        exponent.next(running);
        sign.next(set.map((a) => a.sign));
        significand.next(set.map((a) => a.significand));
        lag.next(set.map((a) => running.subWrap(a.exponent)));
      });
      negative.next(sign);
      magnitude.next(
        significand.map((s, lane) =>
          alignMagnitude(
            `lane_${lane}`,
            s.shl(guardBits(p)).extend(alignedBits(p)),
            lag.at(lane),
            p.rounding,
          ),
        ),
      );
      followField(io, exponent);
    }
    io.aligned.set(magnitude.map((m, lane) => ({ negative: negative.at(lane), magnitude: m })));
    if (!format) {
      io.distance.set(literal(0, uint(0)));
      io.field.set(literal(0, uint(0)));
    }
  },
});

/** The larger of two, pairwise. */
function maximum(values: readonly UIntSig[]): UIntSig {
  if (values.length === 1) return values[0]!;
  const half = Math.ceil(values.length / 2);
  const [a, b] = [maximum(values.slice(0, half)), maximum(values.slice(half))];
  return mux(a.gt(b), a, b);
}

/** The exponent travels with the set to where its sum is added; its step is the shift of the sums before. */
function followField(
  io: { first: BoolSig; distance: { set(x: UIntSig): void }; field: { set(x: UIntSig): void } },
  exponent: UIntSig,
): void {
  const type = uint(exponent.type.width);
  const { field_aligned, field_product, field_sum, step } = regs({
    field_aligned: type,
    field_product: type,
    field_sum: type,
    step: type,
  });
  field_aligned.next(exponent);
  field_product.next(field_aligned);
  field_sum.next(field_product);
  when(io.first, () => step.next(field_product.subWrap(field_sum)));
  io.distance.set(step);
  io.field.set(field_sum);
}
