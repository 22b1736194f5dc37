// FloatExp against the exponential units of golden: every FP16 and BF16 argument, corners and random ones of FP32.

import { EXP_KINDS, expFloat, expTable as goldenTable } from '@gatewright/golden';
import { expect, test } from 'vitest';
import {
  BF16,
  cornerCodes,
  FP16,
  FP32,
  paramsOf,
  paramsOfSecond,
  randomNumbers,
} from '../../test/float-formats.ts';
import { sweep } from '../../test/sweep.ts';
import { expTable } from './exp-table.ts';
import { FloatExp } from './float-exp.ts';

const ports = { inputs: ['x'], output: 'y' };
const every = Array.from({ length: 65_536 }, (_, code) => [code] as [number]);

test.each(EXP_KINDS)('the written table of %s is the one that golden derives', (kind) => {
  expect(expTable(kind)).toEqual(goldenTable(kind));
});

test.each(EXP_KINDS)('every FP16 argument, %s', async (kind) => {
  await sweep(FloatExp, { ...paramsOf(FP16), kind }, ports, every, (x) => expFloat(kind, FP16, FP16, x));
});

test.each(['linear_4', 'linear_8', 'quadratic_2', 'quadratic_4'] as const)(
  'every BF16 argument, %s',
  async (kind) => {
    await sweep(FloatExp, { ...paramsOf(BF16), kind }, ports, every, (x) => expFloat(kind, BF16, BF16, x));
  },
);

test.each([
  ['FP32', FP32, 'cubic_8'],
  ['FP16', FP16, 'quadratic_4'],
  ['BF16', BF16, 'linear_4'],
] as const)('FP32 arguments, %s results, %s', async (_, to, kind) => {
  const random = randomNumbers(Number(process.env.GATEWRIGHT_SEED ?? 1));
  // Exponents from 2^-30 to 2^9, where results are neither 1 nor out of range everywhere.
  const near = Array.from({ length: 20_000 }, () => {
    const exponent = 97 + (random() % 40);
    return ((random() % 2) * 2 ** 31 + exponent * 2 ** 23 + (random() % 2 ** 23)) >>> 0;
  });
  const rows = [...cornerCodes(FP32), ...near].map((x) => [x] as [number]);
  const params = { ...paramsOf(FP32), ...paramsOfSecond('to', to), kind };
  const { toNonFinite: _unused, ...rest } = params;
  await sweep(FloatExp, rest, ports, rows, (x) => expFloat(kind, FP32, to, x));
  expect(rows.length).toBeGreaterThan(20_000);
});
