// MixPE as a unit: the lane with its golden model, stimulus, cycle law and workload mapping.
// The golden model is the reference of the specification, in `golden`; nothing here computes an expected value.

import { type MixpeConfig, mixpeDot } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import { mixpeCost } from './cost.ts';
import { MixPeLane } from './lane.ts';
import { LANE_LATENCY } from './lane-control.ts';
import { MIXPE } from './paper.ts';
import type { LaneParams } from './params.ts';
import {
  allPairs,
  allZeroPoints,
  groupExtremes,
  randomDots,
  roundingTies,
  scaleCorners,
} from './stimulus.ts';
import { mapLayer } from './workload.ts';

const config = (p: LaneParams): MixpeConfig => ({
  groupSize: p.groupSize,
  weightBits: p.weightBits,
  weightSigned: p.weightSigned,
  zeroPoint: p.zeroPoint,
});

/** The operands of each dot product: beats up to and including a last one. */
function dotsOf(
  beats: Iterable<{ readonly x: readonly unknown[]; readonly q: readonly unknown[]; readonly last: boolean }>,
) {
  const dots: { x: number[]; q: number[] }[] = [];
  let open: { x: number[]; q: number[] } | undefined;
  for (const beat of beats) {
    open ??= { x: [], q: [] };
    open.x.push(...beat.x.map(Number));
    open.q.push(...beat.q.map(Number));
    if (!beat.last) continue;
    dots.push(open);
    open = undefined;
  }
  return dots;
}

export const mixpe = defineUnit({
  name: 'mixpe',
  summary:
    'Multiplier-free dot-product lane: low-bit weights x INT8 activations, dequantised once per group.',
  paper: MIXPE,
  module: MixPeLane,

  golden(p, inputs) {
    let group = 0;
    const out = dotsOf(inputs.in).map(({ x, q }) => {
      const constants = inputs.group.slice(group, group + Math.ceil(x.length / p.groupSize));
      group += constants.length;
      const zero = (code: number | bigint): number =>
        p.zeroPoint === 'constant' ? p.zeroPointValue : Number(code);
      const zeros = constants.map((c) => zero(c.zero));
      const scales = constants.map((c) => Number(c.scale));
      return BigInt(mixpeDot(x, q, scales, p.zeroPoint === 'none' ? undefined : zeros, config(p)));
    });
    return { out };
  },

  stimulus: (p) => ({
    directed: [
      { name: `every operand pair (256 x ${2 ** p.weightBits})`, inputs: allPairs(p) },
      ...(p.zeroPoint === 'group'
        ? [{ name: `every zero point (256 x ${2 ** p.weightBits})`, inputs: allZeroPoints(p) }]
        : []),
      { name: 'group extremes', inputs: groupExtremes(p) },
      { name: 'scale corners', inputs: scaleCorners(p) },
      { name: 'rounding ties', inputs: roundingTies(p) },
    ],
    random: randomDots(p),
  }),

  performance: (p, inputs) => ({
    cycles: inputs.in.length === 0 ? 0 : inputs.in.length + LANE_LATENCY,
    macs: inputs.in.length * p.lanes,
  }),

  configurations: [
    { zeroPoint: 'group' },
    { zeroPoint: 'none', weightSigned: true },
    { zeroPoint: 'group', weightSigned: true, multiplier: 'booth4', lanes: 4, groupSize: 64 },
    { zeroPoint: 'constant', zeroPointValue: 8, multiplier: 'booth4', lanes: 1, groupSize: 32 },
    { zeroPoint: 'none', weightSigned: true, multiplier: 'sign_mag', lanes: 16 },
    { zeroPoint: 'group', multiplier: 'operator', lanes: 2, groupSize: 32 },
  ],

  workload(p, gemm) {
    const layer = mapLayer(p, gemm);
    return { inputs: layer.inputs, results: ({ out }) => layer.results(out) };
  },

  cost: mixpeCost,
});
