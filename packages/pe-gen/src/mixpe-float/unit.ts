// MixPE with float activations as a unit: the lane with its golden model, stimulus and cycle law.
// The golden model is the reference of the specification, in `golden`; nothing here computes an expected value.

import { type MixpeFloatConfig, mixpeFloatDot } from '@gatewright/golden';
import { defineUnit } from '@gatewright/sim/unit';
import { mixpeCost } from '../mixpe/cost.ts';
import { LANE_LATENCY } from '../mixpe/lane-control.ts';
import { MIXPE } from '../mixpe/paper.ts';
import { MixPeFloatLane } from './lane.ts';
import type { FloatLaneParams } from './params.ts';
import {
  cornerPairs,
  everyActivation,
  extremes,
  meetings,
  randomFloatDots,
  scaleCorners,
} from './stimulus.ts';
import { mapFloatLayer } from './workload.ts';

/** The same configuration in the golden model's words. */
export const goldenConfig = (p: FloatLaneParams): MixpeFloatConfig => ({
  groupSize: p.groupSize,
  weightBits: p.weightBits,
  weightSigned: p.weightSigned,
  zeroPoint: p.zeroPoint,
  activation: p.activation,
  accumulator: p.accumulator,
  product: p.product,
  flushSubnormals: p.flushSubnormals,
});

/** Of the activations, one in this many is tried alone by `verify`: all of them in the tests. */
const STEP = 8;

export const mixpeFloat = defineUnit({
  name: 'mixpe-float',
  summary:
    'Dot-product lane of FP16 or BF16 activations and low-bit weights: significands are shifted and added.',
  paper: MIXPE,
  module: MixPeFloatLane,

  golden(p, inputs) {
    const out: bigint[] = [];
    let group = 0;
    let x: number[] = [];
    let q: number[] = [];
    for (const beat of inputs.in) {
      x.push(Number(beat.x));
      q.push(Number(beat.q));
      if (!beat.last) continue;
      const constants = inputs.group.slice(group, group + Math.ceil(x.length / p.groupSize));
      group += constants.length;
      const zeros = constants.map((c) => (p.zeroPoint === 'constant' ? p.zeroPointValue : Number(c.zero)));
      const scales = constants.map((c) => Number(c.scale));
      out.push(
        BigInt(mixpeFloatDot(x, q, scales, p.zeroPoint === 'none' ? undefined : zeros, goldenConfig(p))),
      );
      [x, q] = [[], []];
    }
    return { out };
  },

  stimulus: (p) => ({
    directed: [
      { name: `every ${STEP}th activation`, inputs: everyActivation(p, STEP) },
      { name: `corner activations with every weight (30 x ${2 ** p.weightBits})`, inputs: cornerPairs(p) },
      { name: 'corners meeting corners', inputs: meetings(p) },
      { name: 'group extremes', inputs: extremes(p) },
      { name: 'scale corners', inputs: scaleCorners(p) },
    ],
    random: randomFloatDots(p),
  }),

  performance: (_, inputs) => ({
    cycles: inputs.in.length === 0 ? 0 : inputs.in.length + LANE_LATENCY,
    macs: inputs.in.length,
  }),

  configurations: [
    { zeroPoint: 'none', weightSigned: true, groupSize: 16 },
    { zeroPoint: 'group', groupSize: 16 },
    { zeroPoint: 'constant', zeroPointValue: 8, accumulator: 'fixed' },
    { zeroPoint: 'group', weightSigned: true, accumulator: 'fixed', groupSize: 16, multiplier: 'operator' },
    { zeroPoint: 'group', accumulator: 'fp16', groupSize: 8 },
    { zeroPoint: 'group', activation: 'bf16', weightBits: 3, groupSize: 16 },
    {
      zeroPoint: 'none',
      weightSigned: true,
      weightBits: 8,
      multiplier: 'operator',
      flushSubnormals: true,
      groupSize: 16,
    },
    { zeroPoint: 'none', weightSigned: true, product: 'exponent', flushSubnormals: true, groupSize: 16 },
  ],

  workload(p, gemm) {
    const layer = mapFloatLayer(p, gemm);
    return { inputs: layer.inputs, results: ({ out }) => layer.results(out) };
  },

  cost: mixpeCost,
});
