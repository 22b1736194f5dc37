// The LUT Tensor Core tile for FP16 activations as a unit: golden model, stimulus, cycle law, cost.

import { decodeLutWeights, FP16, FP32, lutFloatDot } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { lutCost } from './cost.ts';
import { LutTileFloat } from './float-tile.ts';
import { mapLutFloatLayer, sumFormat } from './float-workload.ts';
import { LUT_LATENCY, type TileShape } from './planes.ts';
import { everyCode, everyPair, longRuns, randomTransfers, times, transfer } from './stimulus.ts';
import type { TileTransfer } from './workload.ts';

const LARGEST = 0x7bff;
const SIGN = 0x8000;
const bothSigns = (codes: readonly number[]): number[] => codes.flatMap((code) => [code, code + SIGN]);

/** Zeros, the ends of subnormals and normals, neighbours of powers of two. */
const CORNERS = bothSigns([
  ...[0, 1, 2, 3, 0x1ff, 0x200, 0x3ff, 0x400, 0x401, 0x7ff, 0x800],
  ...[0x3bff, 0x3c00, 0x3c01, 0x6800, 0x6801, 0x73ff, 0x7400, 0x7800, 0x7bfe, LARGEST],
]);

/** Activations whose tables are what the published unit gets wrong, and what rounding must get right. */
const TABLES: readonly (readonly [name: string, codes: readonly number[]])[] = [
  ['entries that are zero', [0x3c00, 0x3c00, 0x4000, 0x4000]],
  ['activations that are zero', [0, SIGN, 0, 0]],
  ['subnormal entries', [1, 2, 3, 0x1ff]],
  ['entries about the smallest normal number', [0x3ff, 1, 0x200, 0x400]],
  ['entries that pass the end of FP16', [0x7800, 0x7400, 0x7bff, 0x7000]],
  ['sums that round, ties among them', [0x6800, 0x3c00, 0x3e00, 0x6801]],
];

/** Sums that become infinite, then meet the other infinity. */
const infinities = (p: TileShape): TileTransfer[] =>
  [0, 2 ** p.weightBits - 1, 0].map((q, i) =>
    transfer(
      p,
      () => LARGEST,
      () => q,
      i > 0,
    ),
  );

/** Activations anywhere, near one another, or small. */
const activation = fc
  .tuple(
    fc.boolean(),
    fc.oneof(
      fc.integer({ min: 0, max: LARGEST }),
      fc.integer({ min: 0x3800, max: 0x4400 }),
      fc.integer({ min: 0, max: 0x402 }),
    ),
  )
  .map(([negative, magnitude]) => (negative ? magnitude + SIGN : magnitude));

export const lutTensorCoreFloat = defineUnit({
  name: 'lut-tensor-core-float',
  summary:
    'Matrix tile by table look-up: low-bit weights choose sums of FP16 activations, a bit plane per cycle.',
  paper: {
    title: 'LUT Tensor Core: A Software-Hardware Co-Design for LUT-Based Low-Bit LLM Inference',
    reference: 'arXiv 2408.06003',
  },
  module: LutTileFloat,

  golden(p, inputs) {
    const config = {
      weightBits: p.weightBits,
      groupSize: p.tableInputs,
      entry: p.entry === 'fp32' ? FP32 : FP16,
      accumulator: sumFormat(p),
    };
    const out: bigint[][][] = [];
    let begin = 0;
    inputs.in.forEach(({ last }, end) => {
      if (!last) return;
      const transfers = inputs.in.slice(begin, end + 1);
      begin = end + 1;
      const a = times(p.tokens, (m) => transfers.flatMap((t) => t.a[m]!.map(Number)));
      const q = times(p.outputs, (n) =>
        transfers.flatMap((t) => decodeLutWeights(t.code[n]!.map(Number), p.tableInputs)),
      );
      out.push(a.map((row) => q.map((column) => BigInt(lutFloatDot(row, column, config)))));
    });
    return { out };
  },

  stimulus: (p) => ({
    directed: [
      {
        name: `corner activations with every weight (${CORNERS.length} x ${2 ** p.weightBits})`,
        inputs: { in: everyPair(p, CORNERS) },
      },
      ...TABLES.map(([name, codes]) => ({
        name: `every code of ${name}`,
        inputs: { in: everyCode(p, (m, k) => codes[(m + k) % codes.length]!) },
      })),
      { name: 'both infinities', inputs: { in: infinities(p) } },
      {
        name: 'long runs of extremes',
        inputs: {
          in: longRuns(
            p,
            64,
            bothSigns([1, 0x3c01, LARGEST]).flatMap((a) => [
              [a, 0],
              [a, 2 ** p.weightBits - 1],
            ]),
          ),
        },
      },
    ],
    random: randomTransfers(p, activation, 16),
  }),

  performance: (p, inputs) => ({
    cycles: inputs.in.length === 0 ? 0 : p.weightBits * inputs.in.length + 1 + LUT_LATENCY,
    macs: inputs.in.length * p.tokens * p.outputs * p.tableInputs,
  }),

  workload(p, gemm) {
    const { inputs, results } = mapLutFloatLayer(p, gemm);
    return { inputs, results: ({ out }) => results(out) };
  },

  configurations: [
    { outputs: 2 },
    { tokens: 1, outputs: 2, accumulator: 'fp16' },
    { tokens: 1, outputs: 1, entry: 'fp32', weightBits: 3 },
    { tokens: 1, outputs: 3, accumulator: 'fp16', weightBits: 1, tableInputs: 3 },
  ],

  cost: lutCost,
});
