// The element of designs that align activations before the array (FIGNA, HPCA 2024): a group's activations come as integers
// with one exponent, and elements multiply integers. What aligns them stands outside, once per row, and is not in here.
// Invariant: the sum of a group is exact and cannot overflow; what alignment loses is lost before.

import {
  bool,
  defineModule,
  input,
  literal,
  mux,
  named,
  output,
  regs,
  sint,
  when,
} from '@gatewright/hdl-core';
import { z } from 'zod';

const alignedParams = z.object({
  activationBits: z.int().min(2).max(32).default(14).meta({ description: 'bits of an aligned activation' }),
  weightBits: z.int().min(2).max(8).default(4).meta({ description: 'bits of a signed weight' }),
  groupSize: z.int().min(1).max(4096).default(128).meta({ description: 'longest sum' }),
});
/** Bits of a sum: both operands at their most negative give the largest product. */
export const alignedSumBits = (p: z.output<typeof alignedParams>): number =>
  p.activationBits + p.weightBits - 1 + Math.floor(Math.log2(p.groupSize)) + 1;

/** Adds x * q to the sum in each enabled cycle; `first` starts a new one. The ports are those of the other elements. */
export const AlignedMac = defineModule({
  name: 'AlignedMac',
  doc: 'integer multiply-accumulate of aligned activations, the baseline of float elements.',
  params: alignedParams,
  ports: (p) => ({
    enable: input(bool, 'the operands are taken at this edge'),
    first: input(bool, 'they begin a sum'),
    x: input(sint(p.activationBits), 'aligned activation'),
    q: input(sint(p.weightBits), 'weight'),
    sum: output(sint(alignedSumBits(p)), 'sum of products'),
  }),
  build(io, p) {
    const bits = alignedSumBits(p);
    const { accumulator } = regs({ accumulator: sint(bits) }, {});
    const previous = named('previous', mux(io.first, literal(0, sint(bits)), accumulator));
    const product = named('product', io.x.mul(io.q));
    when(io.enable, () => accumulator.next(previous.add(product).trunc(bits)));
    io.sum.set(accumulator);
  },
});
