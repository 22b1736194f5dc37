// FloatConvert against golden: every code of every format below 32 bits into the others, corners and random codes of FP32.

import { convertFloatRne, floatWidth } from '@gatewright/golden';
import { test } from 'vitest';
import {
  BF16,
  cornerCodes,
  type Format,
  FP4_E2M1,
  FP6_E3M2,
  FP8_E4M3,
  FP8_E5M2,
  FP16,
  FP32,
  paramsOf,
  paramsOfSecond,
  randomCode,
  randomNumbers,
} from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { FloatConvert } from './float-convert.ts';

function codesOf(f: Format): Iterable<[number]> {
  if (f !== FP32) return allTuples(2 ** floatWidth(f));
  const random = randomNumbers(1);
  const corners = cornerCodes(f);
  return [...corners, ...Array.from({ length: 50_000 }, () => randomCode(f, random, corners))].map((c) => [
    c,
  ]);
}

const none = {};
const flush = { flushSubnormals: true };
const saturate = { saturate: true };
test.each([
  { from: FP16, to: FP32, options: none },
  { from: FP16, to: BF16, options: none },
  { from: BF16, to: FP32, options: none },
  { from: BF16, to: FP32, options: flush },
  { from: FP8_E5M2, to: FP16, options: none },
  { from: BF16, to: FP16, options: none },
  { from: FP16, to: FP8_E4M3, options: none },
  { from: FP16, to: FP8_E4M3, options: saturate },
  { from: FP16, to: FP8_E5M2, options: flush },
  { from: BF16, to: FP4_E2M1, options: none },
  { from: FP8_E4M3, to: FP16, options: flush },
  { from: FP8_E5M2, to: FP8_E4M3, options: { ...flush, ...saturate } },
  { from: FP6_E3M2, to: FP8_E5M2, options: none },
  { from: FP4_E2M1, to: BF16, options: none },
  { from: FP32, to: FP16, options: none },
  { from: FP32, to: BF16, options: saturate },
  { from: FP32, to: FP16, options: flush },
])('$from.name to $to.name, $options', async ({ from, to, options }) => {
  await sweep(
    FloatConvert,
    { ...paramsOf(from), ...paramsOfSecond('to', to), ...options },
    { inputs: ['x'], output: 'y' },
    codesOf(from),
    (x) => convertFloatRne(from, to, x, options),
  );
});
