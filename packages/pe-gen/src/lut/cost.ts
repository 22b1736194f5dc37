// The cost table of LUT Tensor Core: tiles beside dot-product elements of plain multipliers, per product.
// Invariant: the adders that make the tables are in every tile. Published figures leave them out, and carry their tag.

import type { CostRow, PublishedFigure, UnitCost } from '@gatewright/sim/unit';
import { FloatDot } from '../baseline/float-dot.ts';
import { FloatMac } from '../baseline/float-mac.ts';
import { MixPe } from '../mixpe/pe.ts';
import { LutTileFloat } from './float-tile.ts';
import { LutTile } from './tile.ts';

const tile = { tokens: 2, outputs: 16, tableInputs: 4 };
const macs = (weightBits: number): number => (tile.tokens * tile.outputs * tile.tableInputs) / weightBits;

const SOURCE = 'TSMC 28HPC+, Design Compiler, 1 GHz; table precompute outside the unit and not counted';
const published: readonly PublishedFigure[] = [
  {
    of: 'DP4, W1 x FP16, look-up',
    figure: 'compute density',
    value: '61.55 TFLOPs/mm2',
    tag: 'paper',
    source: SOURCE,
  },
  {
    of: 'DP4, FP16 multipliers',
    figure: 'compute density',
    value: '3.39 TFLOPs/mm2',
    tag: 'paper',
    source: SOURCE,
  },
  { of: 'tile M*N*K = 512, W2A8', figure: 'area', value: '11,991 um2', tag: 'paper', source: SOURCE },
];

const integerTile = (weightBits: number): CostRow => ({
  label: `LUT tile M2 N16 K4, W${weightBits}A8`,
  circuit: () => LutTile.elaborate({ ...tile, weightBits }),
  macs: macs(weightBits),
});
const integerDot = (weightBits: number): CostRow => ({
  label: `DP4 of INT${weightBits} x INT8, \`*\``,
  baseline: true,
  macs: 4,
  circuit: () =>
    MixPe.elaborate({ weightBits, weightSigned: false, multiplier: 'operator', lanes: 4, groupSize: 4096 }),
});

type Sum = 'fp16' | 'fp32';
const sumName = (sum: Sum): string => (sum === 'fp16' ? 'FP16' : 'FP32');
const floatTile = (weightBits: number, accumulator: Sum): CostRow => ({
  label: `LUT tile M2 N16 K4, W${weightBits}A16, ${sumName(accumulator)} sum`,
  circuit: () => LutTileFloat.elaborate({ ...tile, weightBits, accumulator }),
  keepHierarchy: true,
  macs: macs(weightBits),
});
const floatDot = (accumulator: Sum): CostRow => ({
  label: `DP4 of FP16 x FP16, ${sumName(accumulator)} sum`,
  baseline: true,
  macs: 4,
  circuit: () => FloatDot.elaborate({ accumulator }),
});
const floatMac = (accumulator: Sum): CostRow => ({
  label: `FP16 FMA, ${sumName(accumulator)} sum`,
  baseline: true,
  circuit: () => FloatMac.elaborate({ accumulator }),
});

const DENSITY = {
  ratio: 18.2,
  of: 'size',
  tag: 'derived',
  source: `61.55 / 3.39, compute density of DP4 units, ${SOURCE}`,
} as const;

const SUMS = ['fp16', 'fp32'] as const;
/** Bits of weights in the table, for each format of sums. */
const FLOAT_BITS = { fp16: [1, 2, 4], fp32: [1, 4] } as const;

/** Both units show the whole table: the paper's gain is that of one half of it over the other. */
export const lutCost: UnitCost = {
  clockMhz: 25,
  rows: [
    ...[1, 2, 4].map(integerTile),
    ...[2, 4].map(integerDot),
    ...SUMS.flatMap((sum) => FLOAT_BITS[sum].map((bits) => floatTile(bits, sum))),
    ...SUMS.map(floatDot),
    ...SUMS.map(floatMac),
  ],
  comparisons: [
    ...[2, 4].map((bits) => ({
      label: `multipliers over look-up, W${bits}A8`,
      better: integerTile(bits).label,
      than: integerDot(bits).label,
    })),
    ...SUMS.flatMap((sum) =>
      FLOAT_BITS[sum].flatMap((bits) => [
        {
          label: `DP4 over look-up, W${bits}A16, ${sumName(sum)} sums`,
          better: floatTile(bits, sum).label,
          than: floatDot(sum).label,
          ...(bits === 1 && sum === 'fp16' ? { published: DENSITY } : {}),
        },
        {
          label: `FMA over look-up, W${bits}A16, ${sumName(sum)} sums`,
          better: floatTile(bits, sum).label,
          than: floatMac(sum).label,
        },
      ]),
    ),
  ],
  published,
};
