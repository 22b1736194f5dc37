// The LUT Tensor Core tile for FP16 activations simulated against its golden model; whole layers; broken ones.

import { FP16, FP32, floatToNumber, lutFloatDot, numberToFloatRne, quantiseLut } from '@gatewright/golden';
import { runWorkload } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { broken, expectCaught } from '../../test/broken.ts';
import { randomLayer } from '../../test/random-layer.ts';
import { expectSound } from '../../test/sound.ts';
import { lutTensorCoreFloat } from './float-unit.ts';

test.each(lutTensorCoreFloat.configurations)(
  '%j is bit exact, as fast as predicted, and clean in three tools',
  async (params) => {
    await expectSound(lutTensorCoreFloat, params, { runs: 10 });
  },
  600_000,
);

test('a layer that is a multiple of nothing', async () => {
  const gemm = randomLayer({ tokens: 3, outputs: 5, depth: 14, seed: 13 });
  const params = { tokens: 2, outputs: 2, accumulator: 'fp32', entry: 'fp16' } as const;
  const report = await runWorkload(lutTensorCoreFloat, params, gemm, { backend: 'native' });
  expect(report.mismatchCount).toBe(0);
  expect(report.cycles).toBe(report.predictedCycles);
  const w = quantiseLut(gemm.weights, { outFeatures: 5, inFeatures: 14 }, 4);
  const padded = (list: readonly number[]): number[] => [...list, 0, 0];
  const expected = Array.from({ length: 15 }, (_, i) => {
    const [m, n] = [Math.floor(i / 5), i % 5];
    const row = Array.from(gemm.activations.subarray(m * 14, (m + 1) * 14), (x) => numberToFloatRne(FP16, x));
    const sum = lutFloatDot(padded(row), padded([...w.codes.subarray(n * 14, (n + 1) * 14)]), {
      ...{ weightBits: 4, groupSize: 4, entry: FP16, accumulator: FP32 },
    });
    return floatToNumber(FP32, sum) * floatToNumber(FP16, w.scales[n]!);
  });
  expect(report.results).toEqual(Float32Array.from(expected));
});

// What the released design does, and what a careless one would.
test.each([
  [
    'zeros that become 2^-14 in the next plane',
    'FloatDouble',
    /finite( *)= [^;]*;/,
    "finite$1= magnitude + 15'd1024;",
  ],
  ['a negation that is lost', 'LutTileFloat', /found_0_1\[15\] \^ negate_1/, 'found_0_1[15]'],
  ['sums that never restart', 'LutTileFloat', /previous_0_1( *)= [^;]*;/, 'previous_0_1$1= accumulator_0_1;'],
  ['a result that is not waited for', 'LutTileFloat', /step( *)= [^;]*;/, 'step$1= busy;'],
  ['sums that drop ties', 'FloatAdd', /sum_round_up( *)= [^;]*;/, "sum_round_up$1= 1'b0;"],
])(
  '%s is caught',
  async (_, module, from, to) => {
    const params = { tokens: 1, outputs: 2, weightBits: 3, accumulator: 'fp16' };
    await expectCaught(lutTensorCoreFloat, params, broken(module, from, to));
  },
  600_000,
);
