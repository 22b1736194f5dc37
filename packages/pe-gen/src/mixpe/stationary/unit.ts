// The weight-stationary array as a unit: golden model, stimulus, cycle law and workload mapping.
// The golden model is the reference of the specification, in `golden`; nothing here computes an expected value.

import { dequantiseFirstTile, fp32ToNumber, scaleTokens, weightStationaryCycles } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { everyPair, extremes, mixed, scales } from '../array/stimulus.ts';
import type { ArrayTile } from '../array/transactions.ts';
import { goldenConfig, goldenResults, goldenTile } from '../array/unit.ts';
import { layerTiles } from '../array/workload.ts';
import { MIXPE } from '../paper.ts';
import { MixPeStationary } from './array.ts';
import { pipeline, type StationaryParams } from './params.ts';
import { passTokens, stationaryInputs, stationaryTiles } from './transactions.ts';

/** The parameters that tiles of `tokens` tokens are made with. */
const tileShape = (p: StationaryParams, tokens: number) => ({ ...p, rows: tokens, columnsPerUnit: 1 });
const tile = (p: StationaryParams, tokens: number, depth: number, seed: number): ArrayTile =>
  mixed(tileShape(p, tokens), depth, seed);

/** What the golden model makes of a tile: FP32 codes by token and output. */
export const stationaryResults = (p: StationaryParams, whole: ArrayTile): number[][] =>
  p.dequantise === 'sums'
    ? goldenResults(p, whole)
    : dequantiseFirstTile(goldenTile(p, whole), goldenConfig(p));

export const mixpeStationary = defineUnit({
  name: 'mixpe-array-ws',
  summary: 'Weight-stationary systolic array of MixPE elements, with a dequantisation unit for each column.',
  paper: MIXPE,
  module: MixPeStationary,

  golden(p, inputs) {
    const out = stationaryTiles(p, inputs).flatMap((whole) => stationaryResults(p, whole));
    return { out: out.map((row) => row.map(BigInt)) };
  },

  stimulus: (p) => {
    const scenario = (name: string, tiles: readonly ArrayTile[]) => ({
      name,
      inputs: stationaryInputs(p, tiles),
    });
    const codes = 2 ** p.weightBits;
    const some = tileShape(p, Math.min(p.maxTokens, 4));
    const limits = [1, 2, p.rows - 1, p.rows, p.rows + 1, p.maxTokens].filter((m) => m <= p.maxTokens);
    const depths = [1, p.rows, p.rows + 1, p.groupSize, p.groupSize + 1, 2 * p.groupSize + p.rows];
    const one = fc.record({
      tokens: fc.integer({ min: 1, max: Math.min(p.maxTokens, 2 * p.rows) }),
      depth: fc.integer({ min: 1, max: 3 * p.groupSize }),
      seed: fc.noShrink(fc.nat()),
    });
    return {
      directed: [
        scenario(`every operand pair (256 x ${codes})`, everyPair(tileShape(p, p.maxTokens), 'weights')),
        ...(p.zeroPoint === 'group'
          ? [
              scenario(
                `every zero point (256 x ${codes})`,
                everyPair(tileShape(p, p.maxTokens), 'zero points'),
              ),
            ]
          : []),
        scenario('group extremes', extremes(some)),
        scenario('scale corners', scales(some)),
        scenario(
          'tokens and depths around every limit',
          limits.flatMap((m, i) => depths.map((k, j) => tile(p, m, k, 10 * i + j))),
        ),
      ],
      random: fc.array(one, { minLength: 1, maxLength: 4 }).map((list) =>
        stationaryInputs(
          p,
          list.map(({ tokens, depth, seed }) => tile(p, tokens, depth, seed)),
        ),
      ),
    };
  },

  performance(p, inputs) {
    const tokens = passTokens(inputs);
    return {
      cycles: weightStationaryCycles({ rows: p.rows, columns: p.columns, pipeline: pipeline(p) }, tokens),
      macs: inputs.activations.length * p.rows * p.columns,
    };
  },

  configurations: [
    { rows: 2, columns: 2, groupSize: 16, maxTokens: 8, addStages: 0 },
    { rows: 4, columns: 6, groupSize: 4, maxTokens: 16, zeroPoint: 'none', weightSigned: true },
    {
      rows: 5,
      columns: 3,
      groupSize: 15,
      maxTokens: 7,
      weightBits: 3,
      weightSigned: true,
      multiplier: 'booth4',
      addStages: 3,
    },
    { rows: 8, columns: 8, maxTokens: 32, zeroPoint: 'constant', zeroPointValue: 8 },
    { rows: 4, columns: 2, groupSize: 4, maxTokens: 8 },
    { rows: 16, columns: 16, maxTokens: 32 },
    { rows: 2, columns: 2, groupSize: 4, maxTokens: 5, addStages: 0, activation: 'fp16' },
    {
      rows: 3,
      columns: 2,
      groupSize: 9,
      maxTokens: 6,
      addStages: 1,
      activation: 'fp16',
      accumulator: 'fp16',
    },
    {
      rows: 4,
      columns: 3,
      groupSize: 8,
      maxTokens: 8,
      activation: 'bf16',
      zeroPoint: 'none',
      weightSigned: true,
    },
    { rows: 4, columns: 4, groupSize: 16, maxTokens: 8, activation: 'fp16', accumulator: 'fixed' },
    {
      rows: 2,
      columns: 3,
      groupSize: 4,
      maxTokens: 5,
      addStages: 0,
      activation: 'fp16',
      dequantise: 'weights',
    },
    {
      rows: 4,
      columns: 4,
      groupSize: 8,
      maxTokens: 12,
      activation: 'fp16',
      dequantise: 'weights',
      zeroPoint: 'none',
      weightSigned: true,
    },
    {
      rows: 5,
      columns: 2,
      groupSize: 5,
      maxTokens: 9,
      activation: 'fp16',
      dequantise: 'weights',
      zeroPoint: 'constant',
      zeroPointValue: 8,
    },
  ],

  workload(p, gemm) {
    const { tokens, outputs } = gemm;
    const rows = Math.min(p.maxTokens, tokens);
    const { tiles, scales: tokenScales } = layerTiles(tileShape(p, rows), gemm);
    return {
      inputs: stationaryInputs(p, tiles),
      results: ({ out }) => {
        const y = new Float32Array(tokens * outputs);
        const across = Math.ceil(outputs / p.columns);
        out.forEach((row, i) => {
          const at = Math.floor(i / rows);
          const token = Math.floor(at / across) * rows + (i % rows);
          row.forEach((code, c) => {
            const output = (at % across) * p.columns + c;
            if (token < tokens && output < outputs) y[token * outputs + output] = fp32ToNumber(Number(code));
          });
        });
        return scaleTokens(y, tokenScales);
      },
    };
  },
});
