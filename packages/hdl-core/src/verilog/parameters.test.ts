// The values of the parameters of a module that is written in Verilog, as an instance prints them.

import { expect, test } from 'vitest';
import { z } from 'zod';
import { bool, defineModule, externModule, output } from '../index.ts';

test('numbers of a given width, wide numbers, strings and booleans', () => {
  const Cell = externModule({
    name: 'CELL',
    params: z.object({
      ROUND: z.bigint().transform((value) => ({ bits: 48, value })),
      DEPTH: z.int(),
      WIDE: z.bigint(),
      MODE: z.string(),
      ON: z.boolean(),
    }),
    ports: () => ({ y: output(bool) }),
  });
  const Top = defineModule({
    name: 'Top',
    params: z.object({}),
    ports: () => ({ y: output(bool) }),
    build(io) {
      io.y.set(Cell.inst('u_cell', { ROUND: -1n, DEPTH: 3, WIDE: 1n << 40n, MODE: 'FAST', ON: true }).y);
    },
  });
  const { text } = Top.elaborate().verilog({ locations: false })[0]!;
  expect(text.slice(text.indexOf('CELL'), text.indexOf(') u_cell'))).toBe(`CELL #(
    .ROUND (48'hffffffffffff),
    .DEPTH (3),
    .WIDE  (41'h10000000000),
    .MODE  ("FAST"),
    .ON    (1'b1)
  `);
});
