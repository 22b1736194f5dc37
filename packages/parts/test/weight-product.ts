// The product of an activation and a weight code as a module of its own, for the tests and proofs of its styles.

import { defineModule, input, output, sint, uint } from '@gatewright/hdl-core';
import { z } from 'zod';
import { MULTIPLIER_STYLES, multiplyByWeight } from '../src/index.ts';

/** product = x * q of INT8 x a weight code of `weightBits`, as wide as any operands need. */
export const WeightProduct = defineModule({
  name: 'WeightProduct',
  params: z.object({ weightBits: z.int(), weightSigned: z.boolean(), style: z.enum(MULTIPLIER_STYLES) }),
  ports: (p) => ({
    x: input(sint(8)),
    q: input(uint(p.weightBits)),
    product: output(sint(8 + p.weightBits)),
  }),
  build: (io, p) =>
    io.product.set(multiplyByWeight('product', io.x, io.q, p, p.style).extend(8 + p.weightBits)),
});

/** Its Verilog, as `proveEquivalent` takes it. */
export const weightProduct = (params: Parameters<typeof WeightProduct.elaborate>[0]) => ({
  top: 'WeightProduct',
  files: WeightProduct.elaborate(params).verilog({ locations: false }),
});
