// Whole layers on the tile: what comes back is the product of the dequantised numbers, which knows neither tiles nor tables.

import {
  dequantiseActivations,
  FP16,
  floatToNumber,
  lutLevels,
  productSums,
  quantiseActivations,
  quantiseLut,
} from '@gatewright/golden';
import { runWorkload } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { randomLayer } from '../../test/random-layer.ts';
import { lutTensorCore } from './unit.ts';

// A multiple of nothing.
const gemm = randomLayer({ tokens: 5, outputs: 7, depth: 43, seed: 11 });
const { tokens, outputs, depth } = gemm;

test.each([{ weightBits: 4 }, { weightBits: 1, tableInputs: 3 }, { weightBits: 2, tokens: 3, outputs: 4 }])(
  '%j',
  async (params) => {
    const report = await runWorkload(lutTensorCore, params, gemm, { backend: 'native' });
    expect(report.mismatchCount).toBe(0);
    expect(report.cycles).toBe(report.predictedCycles);
    const shape = { outFeatures: outputs, inFeatures: depth };
    const w = quantiseLut(gemm.weights, shape, params.weightBits);
    const x = quantiseActivations(gemm.activations, { tokens, inFeatures: depth });
    const levels = lutLevels(w);
    const real = Float64Array.from(levels, (level, i) => {
      return level * floatToNumber(FP16, w.scales[Math.floor(i / depth)]!);
    });
    const expected = productSums(dequantiseActivations(x), real, { tokens, ...shape });
    // Sums of multiples of one unit, all exact in binary64: one rounding.
    expect(report.results).toEqual(Float32Array.from(expected));
  },
);

test('a depth that the sums do not hold', async () => {
  await expect(runWorkload(lutTensorCore, { maxDepth: 42 }, gemm, { backend: 'native' })).rejects.toThrow(
    'a depth of 43 needs maxDepth 43, not 42',
  );
});
