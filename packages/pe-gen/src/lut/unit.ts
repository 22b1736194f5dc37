// The LUT Tensor Core tile as a unit: golden model, stimulus, cycle law, and its cost beside multipliers.

import { decodeLutWeights, lutDot } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { lutCost } from './cost.ts';
import { LUT_LATENCY } from './planes.ts';
import { everyCode, everyPair, longRuns, randomTransfers, times } from './stimulus.ts';
import { LutTile, type LutTileParams } from './tile.ts';
import { mapLutLayer } from './workload.ts';

/** Transfers to a dot product of the tile's depth, but no more than `most`. */
const longest = (p: LutTileParams, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(p.maxDepth / p.tableInputs)));

export const lutTensorCore = defineUnit({
  name: 'lut-tensor-core',
  summary:
    'Matrix tile by table look-up: low-bit weights choose sums of INT8 activations, a bit plane per cycle.',
  paper: {
    title: 'LUT Tensor Core: A Software-Hardware Co-Design for LUT-Based Low-Bit LLM Inference',
    reference: 'arXiv 2408.06003',
  },
  module: LutTile,

  golden(p, inputs) {
    const zero = () => times(p.tokens, () => times(p.outputs, () => 0n));
    const out: bigint[][][] = [];
    let sums = zero();
    for (const { a, code, last } of inputs.in) {
      const weights = code.map((planes) => decodeLutWeights(planes.map(Number), p.tableInputs));
      sums = sums.map((row, m) =>
        row.map((sum, n) => sum + BigInt(lutDot(a[m]!.map(Number), weights[n]!, p.weightBits))),
      );
      if (!last) continue;
      out.push(sums);
      sums = zero();
    }
    return { out };
  },

  stimulus: (p) => ({
    directed: [
      {
        name: `every activation with every weight (256 x ${2 ** p.weightBits})`,
        inputs: {
          in: everyPair(
            p,
            times(256, (i) => i - 128),
          ),
        },
      },
      {
        name: 'every code in every plane',
        inputs: { in: everyCode(p, (m, k) => (m % 2 ? -1 : 1) * (k < 4 ? 1 : -1) * 5 ** (k % 4)) },
      },
      {
        name: 'extremes',
        inputs: {
          in: longRuns(
            p,
            longest(p, 1024),
            [-128, 127].flatMap((a) => [
              [a, 0],
              [a, 2 ** p.weightBits - 1],
            ]),
          ),
        },
      },
    ],
    random: randomTransfers(p, fc.integer({ min: -128, max: 127 }), longest(p, 16)),
  }),

  performance: (p, inputs) => ({
    cycles: inputs.in.length === 0 ? 0 : p.weightBits * inputs.in.length + 1 + LUT_LATENCY,
    macs: inputs.in.length * p.tokens * p.outputs * p.tableInputs,
  }),

  workload(p, gemm) {
    const { inputs, results } = mapLutLayer(p, gemm);
    return { inputs, results: ({ out }) => results(out) };
  },

  configurations: [
    { outputs: 4, maxDepth: 256 },
    { tokens: 1, outputs: 3, weightBits: 1, maxDepth: 64 },
    { tokens: 2, outputs: 2, weightBits: 3, tableInputs: 3, maxDepth: 99 },
    { tokens: 1, outputs: 2, weightBits: 2, tableInputs: 5, maxDepth: 320 },
  ],

  cost: lutCost,
});
