// Every multiplier style against x * q in JavaScript, for every operand pair of several weight formats.

import { defineModule, input, output, sint, uint } from '@gatewright/hdl-core';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { MULTIPLIER_STYLES, multiplyByWeight } from './multiply.ts';

const Multiplier = defineModule({
  name: 'Multiplier',
  params: z.object({ weightBits: z.int(), weightSigned: z.boolean(), style: z.enum(MULTIPLIER_STYLES) }),
  ports: (p) => ({
    x: input(sint(8)),
    q: input(uint(p.weightBits)),
    product: output(sint(8 + p.weightBits)),
  }),
  build: (io, p) =>
    io.product.set(multiplyByWeight('product', io.x, io.q, p, p.style).extend(8 + p.weightBits)),
});

const cases = MULTIPLIER_STYLES.flatMap((style) =>
  [2, 3, 4, 8].flatMap((weightBits) =>
    [true, false]
      .filter((weightSigned) => weightSigned || style !== 'sign_mag')
      .map((weightSigned) => ({ style, weightBits, weightSigned })),
  ),
);

test.each(cases)('$style is exact for $weightBits-bit weights, signed $weightSigned', async (params) => {
  const codes = 2 ** params.weightBits;
  const wrong: string[] = [];
  await simulate(Multiplier, params, {}, async (dut) => {
    for (let code = 0; code < codes; code++) {
      const q = params.weightSigned && code >= codes / 2 ? code - codes : code;
      dut.q.poke(code);
      for (let x = -128; x < 128; x++) {
        dut.x.poke(x);
        const product = Number(dut.product.peek());
        if (product !== x * q) wrong.push(`${x} * ${q} = ${product}`);
      }
    }
  });
  expect(wrong.slice(0, 5)).toEqual([]);
});
