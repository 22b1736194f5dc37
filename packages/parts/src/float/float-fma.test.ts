// FloatFma against the exact golden model: every triple of FP4 and FP6, every triple of FP8 pairs with chosen addends,
// corners and random triples of the larger formats, and of factors and sums in two formats.

import { floatWidth, mixedMultiplyAddFloatRne } from '@gatewright/golden';
import { expect, test } from 'vitest';
import {
  BF16,
  cornerAndRandomTriples,
  cornerCodes,
  FP4_E2M1,
  FP6_E2M3,
  FP6_E3M2,
  FP8_E4M3,
  FP8_E5M2,
  FP16,
  FP32,
  paramsOf,
  paramsOfSecond,
} from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { FloatFma } from './float-fma.ts';

const ports = { inputs: ['a', 'b', 'c'], output: 'sum' };

test.each([
  { f: FP4_E2M1, options: {} },
  { f: FP4_E2M1, options: { flushSubnormals: true } },
  { f: FP6_E3M2, options: {} },
  { f: FP6_E2M3, options: { flushSubnormals: true } },
])('every triple of $f.name, $options', async ({ f, options }) => {
  const codes = 2 ** floatWidth(f);
  const count = await sweep(
    FloatFma,
    { ...paramsOf(f), ...options },
    ports,
    allTuples(codes, codes, codes),
    (a, b, c) => mixedMultiplyAddFloatRne(f, f, a, b, c, options),
  );
  expect(count).toBe(codes ** 3);
});

test.each([
  { f: FP8_E5M2, options: {} },
  { f: FP8_E4M3, options: { saturate: true } },
  { f: FP8_E4M3, options: { flushSubnormals: true } },
])('every pair of factors with corner addends, $f.name, $options', async ({ f, options }) => {
  const addends = cornerCodes(f);
  function* rows(): Generator<[number, number, number]> {
    let i = 0;
    for (const [a, b] of allTuples(256, 256)) yield [a, b, addends[i++ % addends.length]!];
  }
  await sweep(FloatFma, { ...paramsOf(f), ...options }, ports, rows(), (a, b, c) =>
    mixedMultiplyAddFloatRne(f, f, a, b, c, options),
  );
});

test.each([
  { f: FP16, sum: FP16, options: {} },
  { f: FP16, sum: FP32, options: {} },
  { f: BF16, sum: BF16, options: {} },
  { f: BF16, sum: FP32, options: { flushSubnormals: true } },
  { f: FP32, sum: FP32, options: {} },
  { f: FP8_E4M3, sum: FP16, options: {} },
  { f: FP8_E5M2, sum: FP32, options: {} },
  { f: FP4_E2M1, sum: FP16, options: { saturate: true } },
  { f: FP32, sum: FP16, options: { flushSubnormals: true } },
])('corner and random triples, $f.name x $f.name + $sum.name, $options', async ({ f, sum, options }) => {
  await sweep(
    FloatFma,
    { ...paramsOf(f), ...paramsOfSecond('sum', sum), ...options },
    ports,
    cornerAndRandomTriples(f, sum, 20_000),
    (a, b, c) => mixedMultiplyAddFloatRne(f, sum, a, b, c, options),
  );
});
