// Whole layers on the lane: what comes back is the product of the dequantised numbers, which knows no lanes.

import {
  dequantiseActivations,
  productSums,
  quantiseActivations,
  quantiseTernary,
  ternaryWeight,
} from '@gatewright/golden';
import { runWorkload } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { randomLayer } from '../../test/random-layer.ts';
import { ternary } from './unit.ts';

const gemm = randomLayer({ tokens: 3, outputs: 5, depth: 43, seed: 12 });
const { tokens, outputs, depth } = gemm;

test.each([{}, { lanes: 1 }, { lanes: 43 }])('%j', async (params) => {
  const report = await runWorkload(ternary, params, gemm, { backend: 'native' });
  expect(report.mismatchCount).toBe(0);
  expect(report.cycles).toBe(report.predictedCycles);
  const { codes, scale } = quantiseTernary(gemm.weights);
  const x = quantiseActivations(gemm.activations, { tokens, inFeatures: depth });
  const real = Float64Array.from(codes, (code) => ternaryWeight(code) * scale);
  const shape = { tokens, outFeatures: outputs, inFeatures: depth };
  // Sums of multiples of one unit per token, all exact in binary64: one rounding.
  expect(report.results).toEqual(Float32Array.from(productSums(dequantiseActivations(x), real, shape)));
});

test('a depth that the sum does not hold, padding included', async () => {
  await expect(
    runWorkload(ternary, { lanes: 16, maxDepth: 43 }, gemm, { backend: 'native' }),
  ).rejects.toThrow('a depth of 43 in 16 lanes needs maxDepth 48, not 43');
});
