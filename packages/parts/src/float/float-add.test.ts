// FloatAdd against the exact adder of golden: every pair of the 8-, 6- and 4-bit formats, corners and random pairs of the
// larger ones; FP32 also against Math.fround.

import { addFloatRne, floatWidth, fp32Add } from '@gatewright/golden';
import { test } from 'vitest';
import { BF16, cornerAndRandomPairs, FP16, FP32, paramsOf, SMALL_FORMATS } from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { FloatAdd } from './float-add.ts';

const ports = { inputs: ['a', 'b'], output: 'sum' };
test.each(SMALL_FORMATS)('every pair of $f.name, $options', async ({ f, options: rounding }) => {
  const codes = 2 ** floatWidth(f);
  await sweep(FloatAdd, { ...paramsOf(f), ...rounding }, ports, allTuples(codes, codes), (a, b) =>
    addFloatRne(f, a, b, rounding),
  );
});

const largeFormats = [
  { f: FP16, options: {} },
  { f: BF16, options: {} },
  { f: FP32, options: { flushSubnormals: true, saturate: true } },
];

test.each(largeFormats)('corner and random pairs of $f.name, $options', async ({ f, options: rounding }) => {
  await sweep(FloatAdd, { ...paramsOf(f), ...rounding }, ports, cornerAndRandomPairs(f, 20_000), (a, b) =>
    addFloatRne(f, a, b, rounding),
  );
});

test.each([true, false])('FP32 sums are those of Math.fround (full range: %s)', async (fullRange) => {
  const normal = (c: number): boolean => {
    const exponent = (c >>> 23) & 0xff;
    return exponent === 0 ? (c & 0x7fffff) === 0 : exponent < 255;
  };
  const inContract = (a: number, b: number) => fullRange || [a, b, fp32Add(a, b)].every(normal);
  const pairs = [...cornerAndRandomPairs(FP32, 20_000)].filter(([a, b]) => inContract(a, b));
  await sweep(FloatAdd, { fullRange }, ports, pairs, fp32Add);
});
