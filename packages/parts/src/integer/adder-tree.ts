// The exact sum of many integers, by the tree of one's choice.

import { defineModule, input, output, type SIntSig, type UIntSig, uint, vec } from '@gatewright/hdl-core';
import { z } from 'zod';
import { ADDER_TREES, addRows, rowOf } from './compressor.ts';

/** `sum` = the sum of all `x`, exact: ceil(log2(terms)) bits wider than they are. */
export const AdderTree = defineModule({
  name: 'AdderTree',
  doc: 'the exact sum of many integers.',
  params: z.object({
    terms: z.int().min(1).max(1024).default(8).meta({ description: 'how many integers' }),
    width: z.int().min(1).max(256).default(8).meta({ description: 'bits of each' }),
    signed: z.boolean().default(false).meta({ description: "two's complement" }),
    style: z.enum(ADDER_TREES).default('binary').meta({ description: 'kind of adders' }),
  }),
  ports: (p) => ({
    x: input(vec(p.terms, uint(p.width))),
    sum: output(uint(sumBits(p))),
  }),
  build(io, p) {
    const rows = io.x
      .map((x): UIntSig | SIntSig => (p.signed ? x.asSInt() : x))
      .map((x) => rowOf(x, sumBits(p)));
    io.sum.set(addRows('level', rows, p.style));
  },
});

const sumBits = (p: { terms: number; width: number }): number => p.width + Math.ceil(Math.log2(p.terms));
