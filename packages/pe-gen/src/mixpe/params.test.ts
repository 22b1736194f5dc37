// Widths against the golden model's own (two tellings of one specification), and the parameter errors a user sees.

import {
  activationSumBits as goldenActivationSum,
  correctedSumBits as goldenCorrectedSum,
  groupSumBits as goldenGroupSum,
} from '@gatewright/golden';
import { ParameterError } from '@gatewright/hdl-core';
import { describe, expect, test } from 'vitest';
import { MixPeLane } from './lane.ts';
import { activationSumBits, correctedSumBits, groupSumBits, laneParams } from './params.ts';

const sweep = [true, false].flatMap((weightSigned) =>
  [2, 3, 4, 5, 8].flatMap((weightBits) =>
    [1, 8, 32, 64, 100, 128, 256, 4096].flatMap((groupSize) =>
      (['none', 'group'] as const).map((zeroPoint) => ({
        weightSigned,
        weightBits,
        groupSize,
        zeroPoint,
        lanes: 1,
      })),
    ),
  ),
);

test('accumulators are as wide as the golden model says, for every format and group size', () => {
  for (const params of sweep) {
    const p = laneParams.parse(params);
    expect([params, groupSumBits(p), activationSumBits(p), correctedSumBits(p)]).toEqual([
      params,
      goldenGroupSum(p),
      goldenActivationSum(p),
      goldenCorrectedSum(p),
    ]);
  }
});

test('the widths of the specification at 4 bits and groups of 128', () => {
  const p = laneParams.parse({});
  expect([groupSumBits(p), activationSumBits(p), correctedSumBits(p)]).toEqual([19, 15, 19]);
});

test('a constant zero point counts with its own value', () => {
  const bits = (zeroPointValue: number): number =>
    correctedSumBits(laneParams.parse({ zeroPoint: 'constant', zeroPointValue }));
  // |x * (q - 8)| reaches 128 * 8 * 128 = 2^17 with either sign; x * (q - 0) reaches 128 * 15 * 128 with one sign only.
  expect([bits(8), bits(0), bits(15)]).toEqual([19, 19, 19]);
  expect(
    correctedSumBits(
      laneParams.parse({ zeroPoint: 'constant', zeroPointValue: 2, weightBits: 2, lanes: 1, groupSize: 1 }),
    ),
  ).toBe(10);
});

describe('a bad parameter is one clear sentence', () => {
  const message = (params: Record<string, unknown>): string => {
    try {
      MixPeLane.elaborate(params);
    } catch (e) {
      if (e instanceof ParameterError) return e.message;
      throw e;
    }
    return 'no error';
  };
  test.each([
    [{ weightBits: 9 }],
    [{ multiplier: 'sign_mag' }],
    [{ lanes: 7 }],
    [{ zeroPoint: 'constant', zeroPointValue: 16 }],
    [{ multiplier: 'wallace' }],
    [{ groupSize: 100, multiplier: 'sign_mag' }],
  ])('%j', (params) => {
    expect(message(params)).toMatchSnapshot();
  });
});
