// What stands before a row of elements that multiply integers (after FIGNA, HPCA 2024): FP16 activations of a group become
// integers with the group's largest exponent. The activations pass twice: one group is looked through while the one before is
// aligned, so that whatever stores activations is read twice and nothing is stored here.
// Invariant: the largest activation of a group loses nothing; one whose exponent is `lag` less loses its lowest bits beyond the guards.

import {
  bool,
  cat,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  sint,
  uint,
  when,
} from '@gatewright/hdl-core';
import { FP16, floatWidth, unpackFloat } from '@gatewright/parts';
import { z } from 'zod';

const { exponentBits, mantissaBits } = FP16;

/**
 * In each enabled cycle looks at `ahead`, an activation of the next group, and aligns `x`, one of this group; `first` begins both
 * groups. One cycle later `aligned` is the activation in units of 2^(exponent - activationBits - 13), rounded toward zero.
 */
export const ExponentAligner = defineModule({
  name: 'ExponentAligner',
  doc: 'FP16 activations as integers with the largest exponent of their group.',
  params: z.object({
    activationBits: z
      .int()
      .min(13)
      .max(24)
      .default(14)
      .meta({ description: 'bits of an aligned activation' }),
  }),
  ports: (p) => ({
    enable: input(bool, 'both activations are taken at this edge'),
    first: input(bool, 'they begin groups'),
    ahead: input(uint(floatWidth(FP16)), 'activation of the next group, finite'),
    x: input(uint(floatWidth(FP16)), 'activation of this group, finite'),
    aligned: output(sint(p.activationBits)),
    exponent: output(uint(exponentBits), 'of the group of `aligned`, 1 or more'),
  }),
  build(io, p) {
    const type = uint(exponentBits);
    const { maximum, group_exponent, aligned_x } = regs({
      maximum: type,
      group_exponent: type,
      aligned_x: sint(p.activationBits),
    });
    const candidate = unpackFloat('ahead', io.ahead, FP16).exponent.extend(exponentBits);
    const x = unpackFloat('x', io.x, FP16);
    const largest = named('largest', mux(io.first, maximum, group_exponent));
    const lag = named('lag', largest.subWrap(x.exponent.extend(exponentBits)));
    const guards = literal(0, uint(p.activationBits - 2 - mantissaBits));
    const magnitude = named('magnitude', cat(x.significand, guards).shr(lag));
    const signed = magnitude.toSInt();
    when(io.enable, () => {
      maximum.next(mux(io.first.or(candidate.gt(maximum)), candidate, maximum));
      group_exponent.next(largest);
      aligned_x.next(mux(x.sign, signed.neg(), signed).trunc(p.activationBits));
    });
    io.aligned.set(aligned_x);
    io.exponent.set(group_exponent);
  },
});
