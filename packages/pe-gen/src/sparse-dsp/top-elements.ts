// The sparse online reduction engine's lane: the N largest of every M elements, one element per cycle.
// Invariant: of equal magnitudes the earlier element stays; the result is complete with the M-th element and holds until the
// next group begins.
// Source: SORE of "Efficient N:M Sparse DNN Training" (arXiv 2309.13015), reconstructed.

import {
  type BoolSig,
  bundle,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  stream,
  type UIntSig,
  uint,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const topParams = z
  .object({
    format: z.enum(['int8', 'fp16']).default('fp16').meta({ description: 'elements, compared by magnitude' }),
    keep: z.int().min(1).max(16).default(2).meta({ description: 'N: elements that stay' }),
    group: z.int().min(2).max(64).default(8).meta({ description: 'M: elements of a group' }),
  })
  .check(({ value: p, issues }) => {
    if (p.keep < p.group) return;
    issues.push({
      code: 'custom',
      continue: true,
      input: p,
      path: ['keep'],
      message: `keep (${p.keep}) must be less than group (${p.group})`,
    });
  });

const elementBits = (format: 'int8' | 'fp16'): number => (format === 'int8' ? 8 : 16);

/** The `keep` largest of every `group` elements, the largest first. */
export const TopElements = defineModule({
  name: 'TopElements',
  doc: 'insertion sorter: the N largest magnitudes of every M elements.',
  params: topParams,
  ports: (p) => ({
    in: input(stream(uint(elementBits(p.format))), 'elements as bits'),
    out: output(
      stream(
        vec(
          p.keep,
          bundle({ value: uint(elementBits(p.format)), index: uint(Math.ceil(Math.log2(p.group))) }),
        ),
      ),
    ),
  }),
  build(io, p) {
    const bits = Math.ceil(Math.log2(p.group));
    const { place, full } = regs({ place: uint(bits), full: uint(1) }, { place: 0, full: 0 });
    const { kept } = regs({
      kept: vec(p.keep, bundle({ value: uint(elementBits(p.format)), index: uint(bits) })),
    });
    const size = (x: UIntSig): UIntSig => (p.format === 'fp16' ? x.bits(14, 0) : x.asSInt().abs());
    // Entries beyond those of this group do not count.
    const wins: BoolSig[] = Array.from({ length: p.keep }, (_, i) =>
      named(`wins_${i}`, place.le(i).or(size(io.in.data).gt(size(kept.at(i).value)))),
    );
    when(io.in.fire, () => {
      for (let i = 0; i < p.keep; i++) {
        when(wins[i]!, () => {
          const here = { value: io.in.data, index: place };
          if (i === 0) kept.at(0).next(here);
          else
            kept.at(i).next({
              value: mux(wins[i - 1]!, kept.at(i - 1).value, here.value),
              index: mux(wins[i - 1]!, kept.at(i - 1).index, here.index),
            });
        });
      }
    });
    const last = named('last', place.eq(p.group - 1));
    when(io.in.fire, () => place.next(mux(last, literal(0, uint(bits)), place.addWrap(1))));
    when(io.in.fire.and(last), () => full.next(1)).elseWhen(io.out.ready, () => full.next(0));
    io.in.ready.set(full.any().not().or(io.out.ready));
    io.out.valid.set(full.any());
    io.out.data.set(kept);
  },
});
