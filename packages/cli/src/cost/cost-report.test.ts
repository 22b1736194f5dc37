// How figures of real data stand in the tables, beside those of one activity for all inputs.

import { expect, test } from 'vitest';
import { costText } from './cost-report.ts';
import type { CostTable } from './cost-table.ts';

const row = (label: string, areaUm2: number, powerMw: number, dataPowerMw?: number) => ({
  label,
  baseline: false,
  macs: 1,
  figures: { areaUm2, delayNs: 1.5, powerMw, ...(dataPowerMw === undefined ? {} : { dataPowerMw }) },
});
const published = { ratio: 5, of: 'size x power', tag: 'paper', source: 'On Halves' } as const;
const table: CostTable = {
  unit: 'halves',
  clockMhz: 25,
  targets: [
    { target: 'osu018', rows: [row('whole', 100, 2, 9), row('half', 50, 1, 3), row('unfed', 70, 1)] },
  ],
  comparisons: [
    {
      label: 'half',
      better: 'half',
      than: 'whole',
      target: 'osu018',
      size: 2,
      power: 2,
      dataPower: 3,
      published,
    },
    {
      label: 'unfed',
      better: 'unfed',
      than: 'whole',
      target: 'osu018',
      size: 1.5,
      power: 2,
      dataPower: undefined,
    },
  ],
  published: [],
};

test('power of data has columns of its own, and a product with size of its own', () => {
  expect(costText(table, 140)).toMatchInlineSnapshot(`
    "osu018 standard cells (Yosys and ABC; path and power by OpenSTA at 25 MHz, wires not counted)

    circuit  kind  area um2  path ns  power mW  power of data mW
    ────────────────────────────────────────────────────────────
    whole    unit       100     1.50     2.000             9.000
    half     unit        50     1.50     1.000             3.000
    unfed    unit        70     1.50     1.000                 -

    Times better, per multiply-accumulate (size: LUT at equal DSP slices, transistors or area)

    comparison  target  size  power  power of data  of            ours  ours, of data  paper  tag
    ───────────────────────────────────────────────────────────────────────────────────────────────
    half        osu018  2.00   2.00           3.00  size x power  4.00           6.00   5.00  paper
    unfed       osu018  1.50   2.00              -  size x power  3.00              -      -  ours
    half: On Halves
    "
  `);
});

test('there are no such columns where nothing was fed', () => {
  const unfed = { ...table, targets: [{ target: 'osu018', rows: [row('whole', 100, 2)] }], comparisons: [] };
  expect(costText(unfed, 140)).not.toContain('of data');
});
