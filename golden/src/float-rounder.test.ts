// The fast rounder against the reference conversion: every code, every midpoint and its neighbours, random numbers.

import { expect, test } from 'vitest';
import { BF16, FP8_E4M3, FP16, FP32, floatWidth } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { floatRounder } from './float-rounder.ts';

test.each([FP16, BF16, FP32, FP8_E4M3])('$name rounds like the reference', (f) => {
  const round = floatRounder(f);
  const same = (x: number): boolean => Object.is(round(x), floatToNumber(f, numberToFloatRne(f, x)));
  const codes = Math.min(65_536, 2 ** floatWidth(f));
  const stride = 2 ** floatWidth(f) / codes;
  let checked = 0;
  for (let k = 0; k + 1 < codes; k++) {
    const a = floatToNumber(f, k * stride);
    const b = floatToNumber(f, k * stride + 1);
    const middle = (a + b) / 2;
    for (const x of [a, middle, middle * (1 + 2 ** -52), middle * (1 - 2 ** -52), a * 1.0001])
      if (!same(x)) expect.fail(`${f.name}: ${x} gives ${round(x)}`);
    checked++;
  }
  for (const x of [0, -0, Infinity, -Infinity, Number.NaN, 1e-300, -1e-300, 1e300, -1e300])
    expect(same(x)).toBe(true);
  expect(checked).toBe(codes - 1);
});
