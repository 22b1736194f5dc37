// The LUT Tensor Core tile as a unit: golden model, stimulus, cycle law, and its cost beside multipliers.

import { decodeLutWeights, encodeLutWeights, lutDot } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { MixPe } from '../mixpe/pe.ts';
import { LUT_LATENCY } from './planes.ts';
import { LutTile, type LutTileParams } from './tile.ts';
import { mapLutLayer, type TileTransfer } from './workload.ts';

const times = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

/** A transfer of the given activations and weights: the same for every token and output unless they say otherwise. */
const transfer = (
  p: LutTileParams,
  a: (m: number, k: number) => number,
  q: (n: number, k: number) => number,
  last: boolean,
): TileTransfer => ({
  a: times(p.tokens, (m) => times(p.tableInputs, (k) => a(m, k))),
  code: times(p.outputs, (n) =>
    encodeLutWeights(
      times(p.tableInputs, (k) => q(n, k)),
      p.weightBits,
    ),
  ),
  last,
});

/** Every activation at every place, with every weight. */
function everyPair(p: LutTileParams): TileTransfer[] {
  const weights = 2 ** p.weightBits;
  const list: TileTransfer[] = [];
  for (let x = -128; x < 128; x++)
    for (let first = 0; first < weights; first += p.outputs) {
      const place = (x + 128) % p.tableInputs;
      list.push(
        transfer(
          p,
          (m, k) => (k === (place + m) % p.tableInputs ? x : 0),
          (n, k) => (first + n + 3 * k * (k === place ? 0 : 1)) % weights,
          true,
        ),
      );
    }
  return list;
}

/** Every table entry, plain and negated, in every plane. */
const everyCode = (p: LutTileParams): TileTransfer[] =>
  times(2 ** p.tableInputs, (code) => ({
    a: times(p.tokens, (m) =>
      times(p.tableInputs, (k) => (m % 2 ? -1 : 1) * 5 ** (k % 4) * (k < 4 ? 1 : -1)),
    ).map((row) => row.map((x) => Math.max(-128, Math.min(127, x)))),
    code: times(p.outputs, (n) => times(p.weightBits, (b) => (code + n * 3 + b * 5) % 2 ** p.tableInputs)),
    last: code % 3 === 2 || code === 2 ** p.tableInputs - 1,
  }));

/** The longest dot products of extreme operands. */
function extremes(p: LutTileParams): TileTransfer[] {
  const length = Math.max(1, Math.min(1024, Math.floor(p.maxDepth / p.tableInputs)));
  const top = 2 ** p.weightBits - 1;
  return [
    [-128, 0],
    [-128, top],
    [127, 0],
    [127, top],
  ].flatMap(([x, q]) =>
    times(length, (i) =>
      transfer(
        p,
        () => x!,
        () => q!,
        i === length - 1,
      ),
    ),
  );
}

function randomTransfers(p: LutTileParams): fc.Arbitrary<{ in: TileTransfer[] }> {
  const list = <T>(n: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(of, { minLength: n, maxLength: n, size: 'max' });
  const one = fc.record({
    a: list(p.tokens, list(p.tableInputs, fc.integer({ min: -128, max: 127 }))),
    code: list(p.outputs, list(p.weightBits, fc.nat(2 ** p.tableInputs - 1))),
    last: fc.boolean(),
  });
  const most = Math.max(1, Math.min(16, Math.floor(p.maxDepth / p.tableInputs)));
  return fc
    .array(one, { minLength: 1, maxLength: most })
    .map((l) => ({ in: l.map((t, i) => (i === l.length - 1 ? { ...t, last: true } : t)) }));
}

const tile = { tokens: 2, outputs: 16, tableInputs: 4 };
const lutRow = (weightBits: number) => ({
  label: `LUT tile M2 N16 K4, W${weightBits}A8`,
  circuit: () => LutTile.elaborate({ ...tile, weightBits }),
  macs: (tile.tokens * tile.outputs * tile.tableInputs) / weightBits,
});
const dotRow = (weightBits: number) => ({
  label: `DP4 of INT${weightBits} x INT8, \`*\``,
  baseline: true,
  macs: 4,
  circuit: () =>
    MixPe.elaborate({ weightBits, weightSigned: false, multiplier: 'operator', lanes: 4, groupSize: 4096 }),
});
const SOURCE = 'TSMC 28HPC+, Design Compiler, 1 GHz; table precompute outside the unit and not counted';

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
        inputs: { in: everyPair(p) },
      },
      { name: 'every code in every plane', inputs: { in: everyCode(p) } },
      { name: 'extremes', inputs: { in: extremes(p) } },
    ],
    random: randomTransfers(p),
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

  cost: {
    clockMhz: 25,
    rows: [lutRow(1), lutRow(2), lutRow(4), dotRow(2), dotRow(4)],
    comparisons: [2, 4].map((bits) => ({
      label: `multipliers over look-up, W${bits}A8`,
      better: `LUT tile M2 N16 K4, W${bits}A8`,
      than: `DP4 of INT${bits} x INT8, \`*\``,
    })),
    published: [
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
    ],
  },
});
