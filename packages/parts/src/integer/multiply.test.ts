// Every multiplier style against x * q in JavaScript, for every operand pair of several weight formats.

import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { WeightProduct } from '../../test/weight-product.ts';
import { MULTIPLIER_STYLES } from './multiply.ts';

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
  await simulate(WeightProduct, params, {}, async (dut) => {
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
