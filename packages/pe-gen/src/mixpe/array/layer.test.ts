// Whole layers on arrays: what comes back is the layer reference of `golden`, which knows neither tiles nor streams.

import {
  FP16,
  fp32ToNumber,
  mixpeFloatDot,
  mixpeGemm,
  numberToFloatRne,
  quantiseActivations,
  scaleTokens,
} from '@gatewright/golden';
import { type AnyUnit, runWorkload } from '@gatewright/sim';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mixpeFloat } from '../../mixpe-float/unit.ts';
import { mixpeStationarySequencer } from '../gemm/stationary-unit.ts';
import { mixpeSequencer } from '../gemm/unit.ts';
import { mixpeStationary } from '../stationary/unit.ts';
import { quantiseFor } from '../workload.ts';
import { arrayParams } from './params.ts';
import { mixpeArray } from './unit.ts';

/** A layer that is a multiple of nothing: 5 tokens, 9 outputs, depth 75. */
const [tokens, outputs, depth] = [5, 9, 75];
const random = fc.sample(fc.double({ min: -1, max: 1, noNaN: true }), {
  numRuns: (tokens + outputs) * depth,
  seed: 7,
});
const gemm = {
  activations: Float32Array.from(random.slice(0, tokens * depth)),
  weights: Float32Array.from(random.slice(tokens * depth)),
  tokens,
  depth,
  outputs,
};

const goldenFormat = {
  groupSize: 32,
  weightBits: 4,
  weightSigned: false,
  zeroPoint: 'group',
  activation: 'fp16',
  product: 'mantissa',
  flushSubnormals: false,
} as const;

describe.each([mixpeArray, mixpeSequencer, mixpeStationary, mixpeStationarySequencer])('$name', (unit) => {
  test.each([
    { zeroPoint: 'group' },
    { zeroPoint: 'none', weightSigned: true },
    { zeroPoint: 'constant', zeroPointValue: 8 },
  ] as const)('%j', async (format) => {
    const params = { ...format, rows: 4, columns: 4, groupSize: 32 };
    const report = await runWorkload<AnyUnit>(unit, params, gemm, { backend: 'native' });
    expect(report.mismatchCount).toBe(0);
    expect(report.cycles).toBe(report.predictedCycles);
    const { codes, scales } = quantiseActivations(gemm.activations, { tokens, inFeatures: depth });
    const weights = quantiseFor(arrayParams.parse(params), gemm);
    expect(report.results).toEqual(scaleTokens(mixpeGemm(codes, tokens, weights), scales));
  });
});

test.each([
  [mixpeFloat, { accumulator: 'fixed' }],
  [mixpeArray, { rows: 4, columns: 4 }],
  [mixpeSequencer, { rows: 4, columns: 4 }],
  [mixpeStationary, { rows: 4, columns: 4, maxTokens: 6 }],
] as const)('FP16 activations on $name', async (unit, more) => {
  const params = { activation: 'fp16', groupSize: 32, zeroPoint: 'group', ...more };
  const report = await runWorkload<AnyUnit>(unit as AnyUnit, params, gemm, { backend: 'native' });
  expect(report.mismatchCount).toBe(0);
  expect(report.cycles).toBe(report.predictedCycles);
  const w = quantiseFor(arrayParams.parse({ groupSize: 32 }), gemm);
  const config = { ...goldenFormat, accumulator: unit === mixpeFloat ? 'fixed' : 'fp32' } as const;
  const groups = Math.ceil(depth / 32);
  for (let m = 0; m < tokens; m++)
    for (let n = 0; n < outputs; n++) {
      const x = Array.from(gemm.activations.slice(m * depth, (m + 1) * depth), (a) =>
        numberToFloatRne(FP16, a),
      );
      const [q, s, z] = [w.codes, w.scales, w.zeroPoints].map((of, i) =>
        Array.from(of).slice(n * (i ? groups : depth), (n + 1) * (i ? groups : depth)),
      ) as [number[], number[], number[]];
      const y = fp32ToNumber(mixpeFloatDot(x, q, s, z, config));
      expect(report.results[m * outputs + n], `token ${m}, output ${n}`).toBe(y);
    }
});
