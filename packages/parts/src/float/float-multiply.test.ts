// FloatMultiply against the exact multiplier of golden: every pair of the 8-, 6- and 4-bit formats, corners and random
// pairs of the larger ones.

import { floatToNumber, floatWidth, multiplyFloatRne, numberToFloatRne } from '@gatewright/golden';
import { test } from 'vitest';
import {
  BF16,
  cornerAndRandomPairs,
  type Format,
  FP8_E4M3_IEEE,
  FP16,
  FP32,
  paramsOf,
  SMALL_FORMATS,
} from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { FloatMultiply } from './float-multiply.ts';

const ports = { inputs: ['a', 'b'], output: 'product' };
test.each(SMALL_FORMATS)('every pair of $f.name, $options', async ({ f, options: rounding }) => {
  const codes = 2 ** floatWidth(f);
  await sweep(FloatMultiply, { ...paramsOf(f), ...rounding }, ports, allTuples(codes, codes), (a, b) =>
    multiplyFloatRne(f, a, b, rounding),
  );
});

const largeFormats = [
  { f: FP16, options: {} },
  { f: FP16, options: { flushSubnormals: true } },
  { f: BF16, options: {} },
  { f: FP32, options: {} },
  { f: FP32, options: { flushSubnormals: true, saturate: true } },
];

test.each(largeFormats)('corner and random pairs of $f.name, $options', async ({ f, options: rounding }) => {
  await sweep(
    FloatMultiply,
    { ...paramsOf(f), ...rounding },
    ports,
    cornerAndRandomPairs(f, 20_000),
    (a, b) => multiplyFloatRne(f, a, b, rounding),
  );
});

test.each<readonly [Format, Format]>([
  [FP16, FP32],
  [BF16, FP32],
  [FP8_E4M3_IEEE, FP16],
])('products of $0.name in $1.name are exact', async (f, product) => {
  const params = {
    ...paramsOf(f),
    productExponentBits: product.exponentBits,
    productMantissaBits: product.mantissaBits,
    productNonFinite: product.nonFinite,
  };
  await sweep(FloatMultiply, params, ports, cornerAndRandomPairs(f, 10_000), (a, b) =>
    // The product of two of these formats is exact in binary64.
    numberToFloatRne(product, floatToNumber(f, a) * floatToNumber(f, b)),
  );
});
