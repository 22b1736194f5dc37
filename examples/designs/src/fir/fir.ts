// A symmetric FIR filter: pre-adders, one multiplier per pair of taps, an adder tree, one rounding at the end.
// Invariant: nothing is lost before the last stage, since every operator grows; the cut is one line.

import {
  bool,
  defineModule,
  input,
  named,
  output,
  registered,
  regs,
  sint,
  stream,
  sumTree,
  vec,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const STAGES = 4;

export const Fir = defineModule({
  name: 'Fir',
  doc: 'symmetric FIR filter, rounded and saturated once.',
  params: z.object({
    width: z.int().min(2).max(32).default(16).meta({ description: 'sample width' }),
    half: z
      .array(z.int())
      .min(2)
      .refine((half) => half.some((h) => h !== 0), 'one coefficient at least is not 0')
      .default([-12, 0, 147, 298, 366])
      .meta({ description: 'the first half of the coefficients; the last one is the centre' }),
    shift: z.int().min(1).max(30).default(10).meta({ description: 'fraction bits of the coefficients' }),
  }),
  ports: (p) => ({ in: input(stream(sint(p.width))), out: output(stream(sint(p.width))) }),
  build(io, p) {
    const sample = sint(p.width);
    const centre = p.half.length - 1;
    const { line } = regs({ line: vec(2 * centre, sample) }, { line: Array(2 * centre).fill(0) });
    const { valid } = regs({ valid: vec(STAGES, bool) }, { valid: Array(STAGES).fill(false) });

    // The pipeline moves as one, unless the value at its end is still wanted.
    const moves = named('moves', io.out.ready.or(io.out.valid.not()));
    const window = [io.in.data, ...line];
    when(io.in.fire, () => line.next(window.slice(0, -1)));
    when(moves, () => valid.next([io.in.valid, ...valid].slice(0, -1)));

    // Samples that share a coefficient are added first; a coefficient of 0 costs nothing.
    const taps = p.half
      .map((h, i) => ({ h, x: i === centre ? window[i]! : window[i]!.add(window[2 * centre - i]!) }))
      .filter(({ h }) => h !== 0);
    const pairs = taps.map(({ x }) => x);
    const pair = registered('pair', pairs, { enable: moves });
    const products = taps.map(({ h }, i) => pair[i]!.mul(h));
    const product = registered('product', products, { enable: moves });
    const sum = registered('sum', sumTree(product), { enable: moves });
    const rounded = sum.add(1 << (p.shift - 1)).shr(p.shift);
    const y = registered('y', rounded.saturate(p.width), { enable: moves });

    io.in.ready.set(moves);
    io.out.valid.set(valid.at(STAGES - 1));
    io.out.data.set(y);
  },
});
