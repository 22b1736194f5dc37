// The ternary lane as a unit: golden model, stimulus, cycle law, and its cost beside two-bit multipliers.

import { ternaryDot } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { MixPe } from '../mixpe/pe.ts';
import { TERNARY_LATENCY, TernaryLane, type TernaryParams } from './lane.ts';
import { mapTernaryLayer, type TernaryBeat } from './workload.ts';

const CODES = [0, 1, 3];
const row = <T>(p: TernaryParams, of: (lane: number) => T): T[] =>
  Array.from({ length: p.lanes }, (_, i) => of(i));

/** Every activation with every code, alone in its lane, moving over the lanes. */
function everyPair(p: TernaryParams): TernaryBeat[] {
  const beats: TernaryBeat[] = [];
  for (let x = -128; x < 128; x++)
    for (const t of CODES) {
      const lane = (x + 128 + t) % p.lanes;
      beats.push({
        x: row(p, (i) => (i === lane ? x : 0)),
        t: row(p, (i) => (i === lane ? t : 3)),
        last: true,
      });
    }
  return beats;
}

/** The largest and smallest sums of the longest dot products, back to back. */
function extremes(p: TernaryParams): TernaryBeat[] {
  const beats = Math.max(1, Math.floor(p.maxDepth / p.lanes));
  return [
    [-128, 3],
    [-128, 1],
    [127, 1],
    [127, 3],
  ].flatMap(([x, t]) =>
    Array.from({ length: beats }, (_, i) => ({
      x: row(p, () => x!),
      t: row(p, () => t!),
      last: i === beats - 1,
    })),
  );
}

function randomBeats(p: TernaryParams): fc.Arbitrary<{ in: TernaryBeat[] }> {
  const list = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(of, { minLength: p.lanes, maxLength: p.lanes, size: 'max' });
  const beat = fc.record({
    x: list(fc.integer({ min: -128, max: 127 })),
    t: list(fc.constantFrom(...CODES)),
    last: fc.boolean(),
  });
  const most = Math.max(1, Math.min(64, Math.floor(p.maxDepth / p.lanes)));
  return fc
    .array(beat, { minLength: 1, maxLength: most })
    .map((beats) => ({ in: beats.map((b, i) => (i === beats.length - 1 ? { ...b, last: true } : b)) }));
}

const LANES = 16;
const twoBit = (multiplier: 'and_shift' | 'operator') => () =>
  MixPe.elaborate({ weightBits: 2, weightSigned: true, multiplier, lanes: LANES, groupSize: 2048 });

export const ternary = defineUnit({
  name: 'ternary',
  summary: 'Dot-product lane of INT8 activations and ternary weights: add, subtract or leave out.',
  paper: { title: 'Scalable MatMul-free Language Modeling', reference: 'arXiv 2406.02528' },
  module: TernaryLane,

  golden(_, inputs) {
    const out: bigint[] = [];
    let [x, t]: [number[], number[]] = [[], []];
    for (const beat of inputs.in) {
      x.push(...beat.x.map(Number));
      t.push(...beat.t.map(Number));
      if (!beat.last) continue;
      out.push(BigInt(ternaryDot(x, t)));
      [x, t] = [[], []];
    }
    return { out };
  },

  stimulus: (p) => ({
    directed: [
      { name: 'every activation with every code (256 x 3)', inputs: { in: everyPair(p) } },
      { name: 'extremes of the longest dot products', inputs: { in: extremes(p) } },
    ],
    random: randomBeats(p),
  }),

  performance: (p, inputs) => ({
    cycles: inputs.in.length === 0 ? 0 : inputs.in.length + TERNARY_LATENCY,
    macs: inputs.in.length * p.lanes,
  }),

  workload(p, gemm) {
    const { inputs, results } = mapTernaryLayer(p, gemm);
    return { inputs, results: ({ out }) => results(out) };
  },

  configurations: [{}, { lanes: 1, maxDepth: 64 }, { lanes: 5, maxDepth: 1000 }],

  cost: {
    clockMhz: 25,
    rows: [
      { label: '16 ternary lanes', circuit: () => TernaryLane.elaborate({ lanes: LANES }), macs: LANES },
      { label: '16 x INT2 x INT8, gated shifts', circuit: twoBit('and_shift'), macs: LANES, baseline: true },
      { label: '16 x INT2 x INT8, `*`', circuit: twoBit('operator'), macs: LANES, baseline: true },
    ],
    comparisons: [
      { label: 'INT2 x INT8 `*` over ternary', better: '16 ternary lanes', than: '16 x INT2 x INT8, `*`' },
    ],
    published: [
      {
        of: 'FPGA build, billion-parameter models',
        figure: 'power',
        value: '13 W',
        tag: 'paper',
        source: "the abstract's early version, by recollection; no resource figures found",
      },
    ],
  },
});
