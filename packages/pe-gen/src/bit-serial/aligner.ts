// The aligner of a row: activations of a set brought to the largest exponent that their group has had so far.
// The maximum runs over activations only, so it needs no bit of a sum: the loop is one comparison of exponents, and one
// aligner serves all the PEs of a row. Specification 4.1 leaves the maximum open; this is our decision.

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
  regs,
  type UIntSig,
  uint,
  unused,
  vec,
  when,
} from '@gatewright/hdl-core';
import type { FloatFormat } from '@gatewright/parts';
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
 * Two register stages: the activations of a set are held at the input for as many cycles as its weights have terms, and are
 * at `aligned` from the second edge on. `distance` is what the group sum must be shifted right by when the set is added, and
 * 0 in every other cycle.
 */
export const RowAligner = defineModule({
  name: 'RowAligner',
  doc: 'activations of a set, aligned to the largest exponent of their group so far.',
  params: peParams,
  ports: (p) => ({
    enter: input(bool, 'first cycle of a set'),
    restart: input(bool, 'the set begins a group'),
    activations: input(vec(p.lanes, uint(activationBits(p)))),
    align: input(bool, 'second cycle of a set'),
    first: input(bool, 'third cycle: its first term is multiplied'),
    accumulate: input(bool, 'the set is added to the group sum'),
    aligned: output(vec(p.lanes, alignedType(p))),
    distance: output(uint(fieldBits(p))),
    field: output(uint(fieldBits(p)), 'exponent field of the group sum'),
  }),
  build(io, p) {
    const format = activationFormat(p);
    const lanes = io.activations.map((code) => (format ? takeApart(code, format) : magnitudeOf(code)));
    const lags = format ? followMaximum(io, lanes, format) : undefined;
    const { lane } = regs({ lane: vec(p.lanes, alignedType(p)) });
    when(io.align, () => {
      lane.next(
        lanes.map(({ sign, significand }, i) => {
          const extended = significand.shl(guardBits(p)).extend(alignedBits(p));
          const lag = lags?.at(i);
          const magnitude = lag ? alignMagnitude(`lane_${i}`, extended, lag, p.rounding) : extended;
          return { negative: sign, magnitude };
        }),
      );
    });
    io.aligned.set(lane);
    if (format) return;
    // Integers have one exponent: only `align` times them.
    unused(io.enter, io.restart, io.first, io.accumulate);
    io.distance.set(literal(0, uint(0)));
    io.field.set(literal(0, uint(0)));
  },
});

interface Lane {
  readonly sign: BoolSig;
  /** Exponent field, 1 for subnormals; INT8 has none. */
  readonly exponent: UIntSig;
  readonly significand: UIntSig;
}

/** A subnormal reads as exponent 1 without the hidden one: only the lowest bit of the field differs. */
function takeApart(code: UIntSig, { exponentBits, mantissaBits }: FloatFormat): Lane {
  const field = code.bits(mantissaBits + exponentBits - 1, mantissaBits);
  const normal = field.any();
  return {
    sign: code.bit(exponentBits + mantissaBits),
    exponent: cat(field.bits(exponentBits - 1, 1), field.bit(0).or(normal.not())),
    significand: cat(normal, code.bits(mantissaBits - 1, 0)),
  };
}

const magnitudeOf = (code: UIntSig): Lane => ({
  sign: code.bit(7),
  exponent: literal(0, uint(0)),
  significand: code.asSInt().abs().extend(8),
});

type AlignerIo = Io<ReturnType<typeof RowAligner.ports>>;
/** How far each lane is below the running maximum, one edge later; drives `distance` and `field`. */
function followMaximum(io: AlignerIo, lanes: readonly Lane[], format: FloatFormat) {
  const type = uint(format.exponentBits);
  const exponents = named(
    'exponent',
    lanes.map((l) => l.exponent),
  );
  const { maximum, lag } = regs({ maximum: type, lag: vec(lanes.length, type) });
  const largest = named('largest', largestOf(exponents));
  const stays = named('stays', io.restart.not().and(maximum.gt(largest)));
  const running = named('running', mux(stays, maximum, largest));
  when(io.enter, () => maximum.next(running));
  // In the later cycles of a set the maximum is its own already, so that nothing changes.
  lag.next(exponents.map((e) => running.subWrap(e)));

  // The maximum travels with the set to where it is added; its step is the shift of the sums before.
  const { maximum_aligned, maximum_product, step } = regs({
    maximum_aligned: type,
    maximum_product: type,
    step: type,
  });
  maximum_aligned.next(maximum);
  maximum_product.next(maximum_aligned);
  when(io.first, () => step.next(maximum_aligned.subWrap(maximum_product)));
  io.distance.set(mux(io.accumulate, step, literal(0, type)));
  io.field.set(maximum_product);
  return lag;
}

/** The largest, pairwise. */
function largestOf(values: readonly UIntSig[]): UIntSig {
  if (values.length === 1) return values[0]!;
  const half = Math.ceil(values.length / 2);
  const [a, b] = [largestOf(values.slice(0, half)), largestOf(values.slice(half))];
  return mux(a.gt(b), a, b);
}
