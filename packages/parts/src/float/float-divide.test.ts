// FloatDivide against the division of golden: every pair of FP8 codes, corners and random pairs of the larger formats.

import { divideByReciprocal, divideFloatRne } from '@gatewright/golden';
import { test } from 'vitest';
import {
  BF16,
  cornerAndRandomPairs,
  FP8_E5M2,
  FP16,
  FP32,
  paramsOf,
  paramsOfSecond,
} from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { FloatDivide } from './float-divide.ts';

const ports = { inputs: ['a', 'b'], output: 'quotient' };

test('every pair of FP8_E5M2', async () => {
  await sweep(FloatDivide, paramsOf(FP8_E5M2), ports, allTuples(256, 256), (a, b) =>
    divideFloatRne(FP8_E5M2, FP8_E5M2, a, b),
  );
});

test.each([FP16, BF16, FP32])('corner and random pairs of $name', async (f) => {
  await sweep(FloatDivide, paramsOf(f), ports, cornerAndRandomPairs(f, 10_000), (a, b) =>
    divideFloatRne(f, f, a, b),
  );
});

test.each([FP16, BF16])('FP32 operands, $name quotients', async (to) => {
  const params = { ...paramsOf(FP32), ...paramsOfSecond('to', to) };
  await sweep(FloatDivide, params, ports, cornerAndRandomPairs(FP32, 10_000), (a, b) =>
    divideFloatRne(FP32, to, a, b),
  );
});

test.each([
  { from: FP16, to: FP16, segmentBits: 6, fractionBits: 16 },
  { from: FP32, to: FP16, segmentBits: 7, fractionBits: 18 },
])('by reciprocal: $from.name to $to.name', async ({ from, to, ...table }) => {
  const params = { ...paramsOf(from), ...paramsOfSecond('to', to), ...table, method: 'reciprocal' as const };
  await sweep(FloatDivide, params, ports, cornerAndRandomPairs(from, 10_000), (a, b) =>
    divideByReciprocal(table, from, to, a, b),
  );
});
