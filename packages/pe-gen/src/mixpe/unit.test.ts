// MixPE simulated against its golden model: all configurations, broken designs, and layers in every number format.

import { runWorkload, verifyUnit } from '@gatewright/sim';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { broken, expectCaught, expectTooSlow } from '../../test/broken.ts';
import { mixpe } from './unit.ts';

test.each(mixpe.configurations)('%j is bit exact and as fast as predicted', async (params) => {
  const report = await verifyUnit(mixpe, params);
  expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
  expect(report.ok).toBe(true);
  // 4096 operand pairs, each with and without stalls.
  expect(report.scenarios[0]).toMatchObject({
    name: 'every operand pair (256 x 16)',
    checks: 8192,
    cycles: 4100,
    predictedCycles: 4100,
  });
});

describe('a broken design is caught', () => {
  test.each([
    ['one flipped bit of a shifted row', 'MixPe', "x_0 : 8'sd0, 2'd0}", "x_0 : 8'sd0, 2'd1}"],
    ['a swapped weight bit', 'MixPe', 'product_1_row_2 = {q_1[2]', 'product_1_row_2 = {q_1[3]'],
    ['an accumulator that never restarts', 'MixPe', '{~first}', "{~(first & 1'b0)}"],
    ['a lost sign extension', 'MixPe', '{4{product_0_row_0[7]}}', "4'd0"],
    ['a zero point that is not subtracted', 'MixPeLane', 'pe_sum - correction', 'pe_sum + correction'],
    ['rounding that takes ties up', 'Dequantise', '| term_shift_1[5])', "| 1'b1)"],
    [
      'rounding that drops ties',
      'Dequantise',
      'term_shift_1[4] & (|term_shift_1[3:0] | term_shift_1[5])',
      'term_shift_1[4] & (|term_shift_1[3:0])',
    ],
    ['an exponent off by one', 'Dequantise', "9'd130", "9'd131"],
    [
      'a result that is not held',
      'MixPeLane',
      'dequantise_out_ready = ~y_valid | out_ready',
      "dequantise_out_ready = 1'b1",
    ],
  ])('%s', async (_, module, from, to) => {
    await expectCaught(mixpe, { lanes: 2 }, broken(module, from, to), { runs: 3 });
  });

  test('a lane that idles for a cycle is too slow', async () => {
    const slow = broken('MixPeLane', 'in_ready    = ~full | advance', 'in_ready    = ~full');
    await expectTooSlow(mixpe, { lanes: 2 }, slow);
  });
});

describe('a layer', () => {
  const layer = (depth: number) => {
    const random = fc.sample(fc.double({ min: -1, max: 1, noNaN: true }), { numRuns: 5 * depth, seed: 7 });
    return {
      activations: Float32Array.from(random.slice(0, 2 * depth)),
      weights: Float32Array.from(random.slice(2 * depth)),
      tokens: 2,
      depth,
      outputs: 3,
    };
  };
  test.each([
    { zeroPoint: 'group' },
    { zeroPoint: 'group', weightSigned: true },
    { zeroPoint: 'none', weightSigned: true },
    { zeroPoint: 'constant', zeroPointValue: 8 },
    { zeroPoint: 'group', weightBits: 8 },
  ] as const)('%j is close to its FP32 result', async (params) => {
    // 100 is a multiple neither of the lanes nor of the group.
    const gemm = layer(100);
    const report = await runWorkload(mixpe, { ...params, lanes: 8, groupSize: 64 }, gemm);
    expect([report.mismatchCount, report.checks]).toEqual([0, 6]);
    expect(report.cycles).toBe(report.predictedCycles);
    const bound = params.zeroPoint === 'group' && 'weightBits' in params ? 0.1 : 1.5;
    for (let m = 0; m < gemm.tokens; m++) {
      for (let n = 0; n < gemm.outputs; n++) {
        let exact = 0;
        for (let k = 0; k < gemm.depth; k++)
          exact += gemm.activations[m * gemm.depth + k]! * gemm.weights[n * gemm.depth + k]!;
        expect(Math.abs(report.results[m * gemm.outputs + n]! - exact)).toBeLessThan(bound);
      }
    }
  });

  test('weights of both signs need a way to be held', async () => {
    await expect(runWorkload(mixpe, { zeroPoint: 'none' }, layer(16))).rejects.toThrow(
      "weights of both signs need weightSigned or a zero point: set zeroPoint to 'group'",
    );
  });
});
