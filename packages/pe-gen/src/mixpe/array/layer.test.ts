// Whole layers on arrays: what comes back is the layer reference of `golden`, which knows neither tiles nor streams.

import { mixpeGemm, quantiseActivations, scaleTokens } from '@gatewright/golden';
import { type AnyUnit, runWorkload } from '@gatewright/sim';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

describe.each([mixpeArray, mixpeSequencer, mixpeStationary])('$name', (unit) => {
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
