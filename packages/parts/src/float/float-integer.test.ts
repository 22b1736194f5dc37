// IntToFloat and FloatToInt against golden: every 16-bit integer and every FP16, BF16 and FP8 code; corners of larger ones.

import { floatToIntSaturating, floatWidth, intToFloatRne } from '@gatewright/golden';
import { test } from 'vitest';
import {
  BF16,
  cornerCodes,
  FP8_E4M3,
  FP8_E5M2,
  FP16,
  FP32,
  paramsOf,
  randomCode,
  randomNumbers,
} from '../../test/float-formats.ts';
import { allTuples, sweep } from '../../test/sweep.ts';
import { FloatToInt, IntToFloat } from './float-integer.ts';

const ports = { inputs: ['x'], output: 'y' };

test.each([
  { f: FP32, bits: 16, signed: true, saturate: false },
  { f: FP16, bits: 16, signed: true, saturate: false },
  { f: FP16, bits: 16, signed: false, saturate: false },
  { f: FP16, bits: 16, signed: false, saturate: true },
  { f: BF16, bits: 16, signed: false, saturate: false },
  { f: FP8_E4M3, bits: 12, signed: true, saturate: false },
  { f: FP8_E5M2, bits: 4, signed: true, saturate: false },
])('every $bits-bit integer to $f.name, signed $signed, saturate $saturate', async (c) => {
  const codes = 2 ** c.bits;
  const value = (x: number) => (c.signed && x >= codes / 2 ? x - codes : x);
  await sweep(
    IntToFloat,
    { ...paramsOf(c.f), integerBits: c.bits, integerSigned: c.signed, saturate: c.saturate },
    ports,
    allTuples(codes),
    (x) => intToFloatRne(c.f, value(x), { saturate: c.saturate }),
  );
});

test('32-bit integers to FP32: powers of two and their neighbours, random ones', async () => {
  const random = randomNumbers(1);
  const near = Array.from({ length: 32 }, (_, i) => [
    2 ** i - 1,
    2 ** i,
    2 ** i + 1,
    2 ** i + 2 ** Math.max(0, i - 24),
  ]);
  const rows = [...near.flat(), ...Array.from({ length: 20_000 }, () => random() >>> (random() % 32))];
  await sweep(
    IntToFloat,
    {},
    ports,
    rows.map((x): [number] => [x % 2 ** 32]),
    (x) => intToFloatRne(FP32, x | 0),
  );
});

test.each([
  { f: FP16, bits: 8, signed: true, rounding: 'nearest_even' },
  { f: FP16, bits: 8, signed: false, rounding: 'toward_zero' },
  { f: FP16, bits: 32, signed: true, rounding: 'nearest_even' },
  { f: BF16, bits: 16, signed: false, rounding: 'nearest_even' },
  { f: BF16, bits: 8, signed: true, rounding: 'toward_zero' },
  { f: FP8_E4M3, bits: 4, signed: true, rounding: 'nearest_even' },
  { f: FP8_E5M2, bits: 24, signed: true, rounding: 'toward_zero' },
] as const)('every $f.name code to $bits bits, signed $signed, $rounding', async (c) => {
  await sweep(
    FloatToInt,
    { ...paramsOf(c.f), integerBits: c.bits, integerSigned: c.signed, rounding: c.rounding },
    ports,
    allTuples(2 ** floatWidth(c.f)),
    (x) => Number(BigInt.asUintN(c.bits, floatToIntSaturating(c.f, x, c, c.rounding))),
  );
});

test('FP32 to 32-bit integers: corners and random codes', async () => {
  const random = randomNumbers(1);
  const corners = cornerCodes(FP32);
  const near = Array.from({ length: 20_000 }, () => randomCode(FP32, random, corners, 0x4b000000));
  await sweep(
    FloatToInt,
    {},
    ports,
    [...corners, ...near].map((x): [number] => [x]),
    (x) => Number(BigInt.asUintN(32, floatToIntSaturating(FP32, x, { bits: 32, signed: true }))),
  );
});
