// The output-stationary array as a unit: golden model, stimulus, cycle law and workload mapping.
// The golden model is the reference of the specification, in `golden`; nothing here computes an expected value.

import {
  type MixpeConfig,
  mixpeFloatTile,
  mixpeTile,
  type OutputStationaryShape,
  outputStationaryCycles,
  outputStationaryOrder,
} from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import { arrayCost } from '../array-cost.ts';
import { MIXPE } from '../paper.ts';
import { MixPeArray } from './array.ts';
import { type ArrayParams, columnsPerUnit, type ElementParams, groupInterval, isFloat } from './params.ts';
import { stimulus } from './stimulus.ts';
import { type ArrayTile, tileEnds, tilesOf } from './transactions.ts';
import { mapLayer } from './workload.ts';

export const goldenConfig = (p: ElementParams): MixpeConfig => ({
  groupSize: p.groupSize,
  weightBits: p.weightBits,
  weightSigned: p.weightSigned,
  zeroPoint: p.zeroPoint,
});

/** Scales and zero points by output and group, as the golden model takes them. */
export function goldenTile(
  p: Pick<ArrayParams, 'columns' | 'zeroPoint' | 'zeroPointValue'>,
  { x, q, groups }: ArrayTile,
) {
  const byOutput = (of: (g: ArrayTile['groups'][number], n: number) => number): number[][] =>
    Array.from({ length: p.columns }, (_, n) => groups.map((g) => of(g, n)));
  const zero = (code: number): number => (p.zeroPoint === 'constant' ? p.zeroPointValue : code);
  return {
    x,
    q,
    scales: byOutput((g, n) => g.scale[n]!),
    zeroPoints: p.zeroPoint === 'none' ? undefined : byOutput((g, n) => zero(g.zero[n]!)),
  };
}

/** What the golden model makes of a tile: FP32 codes by token and output. */
export function goldenResults(
  p: Parameters<typeof goldenTile>[0] & ElementParams,
  tile: ArrayTile,
): number[][] {
  const config = goldenConfig(p);
  if (!isFloat(p)) return mixpeTile(goldenTile(p, tile), config);
  const { activation, accumulator = 'fp32' } = p;
  return mixpeFloatTile(goldenTile(p, tile), {
    ...{ ...config, activation, accumulator },
    product: 'mantissa',
    flushSubnormals: false,
  });
}

/**
 * Registers between operands and result besides those of the skew: at the edge, accumulator, shadow, drained sum, two of the
 * dequantisation, the FP32 adder's, the result's.
 */
const pipeline = (p: ArrayParams): number => 7 + p.addStages;

/** The array's shape in the terms of the golden cycle law. */
export const cycleShape = (p: ArrayParams): OutputStationaryShape => ({
  rows: p.rows,
  columns: p.columns,
  groupSize: p.groupSize,
  columnsPerUnit: columnsPerUnit(p),
  pipeline: pipeline(p),
  interval: groupInterval(p),
});

export const mixpeArray = defineUnit({
  name: 'mixpe-array',
  summary:
    'Output-stationary systolic array of MixPE elements, with shared dequantisation units at its columns.',
  paper: MIXPE,
  module: MixPeArray,

  golden(p, inputs) {
    const out = tilesOf(p, inputs).flatMap((tile) =>
      outputStationaryOrder(goldenResults(p, tile), columnsPerUnit(p)),
    );
    return { out: out.map((step) => step.map(BigInt)) };
  },

  stimulus,

  performance(p, inputs) {
    const ends = tileEnds(inputs);
    const depths = ends.map((end, i) => end - (ends[i - 1] ?? 0));
    return {
      cycles: outputStationaryCycles(cycleShape(p), depths),
      macs: (ends.at(-1) ?? 0) * p.rows * p.columns,
    };
  },

  configurations: [
    { rows: 2, columns: 2, groupSize: 32 },
    { rows: 4, columns: 8, groupSize: 32, columnsPerUnit: 2, zeroPoint: 'none', weightSigned: true },
    {
      rows: 3,
      columns: 5,
      groupSize: 17,
      weightBits: 3,
      weightSigned: true,
      multiplier: 'booth4',
      addStages: 0,
    },
    { rows: 8, columns: 8, zeroPoint: 'constant', zeroPointValue: 8 },
    { rows: 8, columns: 4, groupSize: 4, columnsPerUnit: 2, multiplier: 'operator', addStages: 5 },
    { rows: 16, columns: 16 },
    { rows: 2, columns: 2, groupSize: 8, activation: 'fp16' },
    { rows: 3, columns: 4, groupSize: 8, activation: 'fp16', accumulator: 'fp16', columnsPerUnit: 2 },
    { rows: 2, columns: 3, groupSize: 6, activation: 'bf16', zeroPoint: 'none', weightSigned: true },
    { rows: 4, columns: 4, groupSize: 16, activation: 'fp16', accumulator: 'fixed', multiplier: 'operator' },
    { rows: 8, columns: 8, groupSize: 32, activation: 'fp16', zeroPoint: 'constant', zeroPointValue: 8 },
  ],

  workload(p, gemm) {
    const layer = mapLayer(p, gemm);
    return { inputs: layer.inputs, results: ({ out }) => layer.results(out) };
  },

  cost: arrayCost,
});
