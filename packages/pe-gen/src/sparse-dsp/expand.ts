// The low-bit expand unit: packed weights of 2 to 8 bits become INT8, shifted left by their block's exponent.
// Invariant: a word in, a row of values out; bits are packed little-endian, value i at bits i * width upward.

import {
  bundle,
  defineModule,
  input,
  mux,
  named,
  output,
  type SIntSig,
  sint,
  stream,
  uint,
  vec,
} from '@gatewright/hdl-core';
import { z } from 'zod';

export const expandParams = z.object({
  lanes: z.int().min(1).max(64).default(32).meta({ description: 'values at a time' }),
  widths: z
    .array(z.int().min(2).max(8))
    .min(1)
    .default([2, 3, 4, 5, 6, 8])
    .meta({ description: 'widths that can be chosen at run time' }),
});

/** A word of `lanes` codes of up to `widest` bits, and how to read it. */
export const codeFields = (lanes: number, widest: number) => ({
  word: uint(lanes * widest),
  width: uint(4),
  shift: uint(3),
});

/** out8 = sign-extended code * 2^shift; what leaves INT8 is cut off at the top, as the shift is chosen so that nothing does. */
export const WeightExpand = defineModule({
  name: 'WeightExpand',
  doc: 'packed 2- to 8-bit weights as INT8.',
  params: expandParams,
  ports: (p) => ({
    in: input(
      stream(bundle(codeFields(p.lanes, Math.max(...p.widths)))),
      'codes side by side, value 0 lowest; their width and the shift of their block',
    ),
    out: output(stream(vec(p.lanes, sint(8)))),
  }),
  build(io, p) {
    io.in
      .map(vec(p.lanes, sint(8)), ({ word, width, shift }) =>
        Array.from({ length: p.lanes }, (_, lane) => {
          const codes = p.widths.map((w) =>
            word
              .bits((lane + 1) * w - 1, lane * w)
              .asSInt()
              .extend(8),
          );
          const code = codes.reduce<SIntSig>(
            (other, c, i) => mux(width.eq(p.widths[i]!), c, other),
            codes[0]!,
          );
          return named(`code_${lane}`, code).shl(shift).trunc(8);
        }),
      )
      .stage('forward', { name: 'expanded' })
      .to(io.out);
  },
});
