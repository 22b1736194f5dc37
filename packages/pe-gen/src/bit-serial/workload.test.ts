// Whole layers on the array: what comes back is the layer reference of `golden`, which knows neither tiles nor streams.

import { bitmodGemm, FP16, numberToFloatRne, quantiseBitmod, scaleChannels } from '@gatewright/golden';
import { runWorkload } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { randomLayer } from '../../test/random-layer.ts';
import { arrayParams } from './params.ts';
import { bitSerial, goldenConfig } from './unit.ts';

// A multiple of nothing.
const gemm = randomLayer({ tokens: 5, outputs: 7, depth: 43, seed: 11 });
const { tokens, outputs, depth } = gemm;

test.each([undefined, 'fp3', 'int6'] as const)('weights %s', async (weightFormat) => {
  const params = { rows: 2, columns: 2, tileRows: 1, tileColumns: 2, groupSize: 16 };
  const report = await runWorkload(bitSerial, params, { ...gemm, weightFormat }, { backend: 'native' });
  expect(report.mismatchCount).toBe(0);
  expect(report.cycles).toBe(report.predictedCycles);
  const q = quantiseBitmod(
    gemm.weights,
    { outFeatures: outputs, inFeatures: depth },
    { datatype: weightFormat ?? 'fp4', groupSize: 16 },
  );
  const codes = Uint16Array.from(gemm.activations, (x) => numberToFloatRne(FP16, x));
  const y = bitmodGemm(codes, tokens, q, goldenConfig(arrayParams.parse(params)));
  expect(report.results).toEqual(scaleChannels(y, q.channelScales));
});

test('what the array cannot take', async () => {
  const run = (params: object, weightFormat?: string) =>
    runWorkload(
      bitSerial,
      { rows: 1, columns: 1, ...params },
      { ...gemm, weightFormat },
      { backend: 'native' },
    );
  await expect(run({}, 'fp5')).rejects.toThrow("there are no 'fp5' weights; there are fp3, fp4");
  await expect(run({ weightBits: 4 }, 'int6')).rejects.toThrow('int6 weights need weightBits 6, not 4');
  await expect(run({ activation: 'int8' })).rejects.toThrow("set activation to 'fp16'");
});
