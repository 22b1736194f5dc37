// The cost table of the bit-serial unit: its PE complete and shared, a tile, and the multiply-accumulate units beside it.
// Invariant: every circuit is generated and goes through one flow; products per cycle are those of two-term weights (FP3,
// FP4, INT3, INT4). Figures of the paper and of its published RTL carry their source.

import type { CostRow, PublishedFigure, UnitCost } from '@gatewright/sim/unit';
import { NormalisingAccumulator } from '../baseline/normalising-accumulator.ts';
import { PipelinedMac } from '../baseline/pipelined-mac.ts';
import { BitSerialArray } from './array.ts';
import { BitSerialCell } from './cell.ts';
import { BitSerialPe } from './pe.ts';

/** Four lanes, two cycles. */
const MACS = 2;

type MacInput = Parameters<typeof PipelinedMac.elaborate>[0];
const mac = (label: string, params: MacInput): CostRow => ({
  label,
  baseline: true,
  circuit: () => PipelinedMac.elaborate(params),
});
const loop = (label: string, alignment: 'drawn' | 'aligned'): CostRow => ({
  label,
  baseline: true,
  macs: MACS,
  circuit: () => NormalisingAccumulator.elaborate({ alignment }),
});

const TABLE = 'Table X, TSMC 28 nm, 1 GHz';
const RTL = "the authors' four stages joined, restyled; they diverge when chained; Yosys 0.23";
const published = (
  of: string,
  figure: string,
  value: string,
  tag: PublishedFigure['tag'],
  source: string,
): PublishedFigure => ({ of, figure, value, tag, source });

export const bitSerialCost: UnitCost = {
  clockMhz: 100,
  rows: [
    { label: 'complete PE', macs: MACS, circuit: () => BitSerialCell.elaborate({}) },
    {
      label: 'complete PE, 1 guard bit',
      macs: MACS,
      circuit: () => BitSerialCell.elaborate({ guardBits: 1 }),
    },
    {
      label: 'complete PE, 3 guard bits',
      macs: MACS,
      circuit: () => BitSerialCell.elaborate({ guardBits: 3 }),
    },
    { label: 'PE of a tile', macs: MACS, circuit: () => BitSerialPe.elaborate({}) },
    {
      label: 'tile of 8 x 8',
      macs: 64 * MACS,
      keepHierarchy: true,
      circuit: () => BitSerialArray.elaborate({}),
    },
    mac('FP16 MAC, FP16 sum', {}),
    mac('FP16 MAC, FP32 sum', { accumulator: 'fp32' }),
    mac('FP16 x INT8 FMA, FP32 sum', { weight: 'int8' }),
    loop('accumulation loop of the paper, as drawn', 'drawn'),
    loop('accumulation loop of the paper, aligned', 'aligned'),
  ],
  comparisons: [
    {
      label: 'FP16 MAC over complete PE',
      better: 'complete PE',
      than: 'FP16 MAC, FP16 sum',
      published: { ratio: 2.62, of: 'size', tag: 'derived', source: `1989.5 / (1517.0 / 2), ${TABLE}` },
    },
    { label: 'FP16 MAC over PE of a tile', better: 'PE of a tile', than: 'FP16 MAC, FP16 sum' },
    { label: 'FP16 MAC over tile of 8 x 8', better: 'tile of 8 x 8', than: 'FP16 MAC, FP16 sum' },
    {
      label: 'FP16 MAC (FP32 sum) over tile of 8 x 8, which has FP32 sums too',
      better: 'tile of 8 x 8',
      than: 'FP16 MAC, FP32 sum',
    },
    {
      label: 'FP16 x INT8 FMA over tile of 8 x 8',
      better: 'tile of 8 x 8',
      than: 'FP16 x INT8 FMA, FP32 sum',
    },
  ],
  published: [
    published('BitMoD PE', 'area', '1517.0 um2', 'paper', TABLE),
    published('BitMoD PE', 'power', '0.586 mW', 'paper', TABLE),
    published('FP16 MAC', 'area', '1989.5 um2', 'paper', TABLE),
    published('FP16 MAC', 'power', '0.770 mW', 'paper', TABLE),
    published('published PE', 'transistors', '16,338', 'peer', RTL),
    published('published PE', 'xc7 LUT / FF', '666 / 185', 'peer', RTL),
    published('published FP16 MAC, operands in registers', 'transistors', '16,274', 'peer', RTL),
    published('published FP16 MAC, operands in registers', 'xc7 LUT / FF', '1,003 / 64', 'peer', RTL),
  ],
};
