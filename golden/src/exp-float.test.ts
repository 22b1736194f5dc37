// The kinds of exponential units over every FP16 and BF16 argument: how far from the true exponential, and monotone.

import { expect, test } from 'vitest';
import { expFloat } from './exp-float.ts';
import { EXP_KINDS, expTable } from './exp-kind.ts';
import { BF16, type FloatFormat, FP16, FP32, infinityBits } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';
import { powerMinimax } from './power-minimax.ts';

/** Codes of all numbers, from the most negative to the largest. */
function ordered(f: FloatFormat): number[] {
  const top = infinityBits(f);
  const sign = 2 ** (f.exponentBits + f.mantissaBits);
  return [
    ...Array.from({ length: top }, (_, k) => sign + top - 1 - k),
    ...Array.from({ length: top }, (_, k) => k),
  ];
}

function measure(kind: (typeof EXP_KINDS)[number], f: FloatFormat) {
  let [worst, exact, interesting, previous, monotone] = [0, 0, 0, -1, true];
  const one = numberToFloatRne(f, 1);
  for (const code of ordered(f)) {
    const got = expFloat(kind, f, f, code);
    const right = numberToFloatRne(f, Math.exp(floatToNumber(f, code)));
    worst = Math.max(worst, Math.abs(got - right));
    monotone &&= got >= previous;
    previous = got;
    if (right === 0 || right === one || right === infinityBits(f)) continue;
    interesting++;
    if (got === right) exact++;
  }
  return { worst, monotone, correct: Math.round((1000 * exact) / interesting) / 10 };
}

// The percentages are those of the published survey of these schemes, to a point.
test.each([
  ['table_64', 12, 7],
  ['table_1024', 1, 76],
  ['linear_8', 2, 54],
  ['linear_16', 1, 88.7],
  ['linear_32', 1, 97.3],
  ['quadratic_4', 1, 97.2],
  ['quadratic_8', 1, 99.68],
  ['cubic_4', 1, 99.92],
  ['cubic_8', 1, 99.9],
] as const)('FP16 %s: at most %d ulp, monotone', (kind, ulps, percent) => {
  const { worst, monotone, correct } = measure(kind, FP16);
  expect(worst).toBe(ulps);
  expect(monotone).toBe(true);
  expect(Math.abs(correct - percent)).toBeLessThan(1.1);
});

test.each(['linear_4', 'linear_8', 'quadratic_2', 'quadratic_4'] as const)(
  'BF16 %s: at most 1 ulp, monotone',
  (kind) => {
    const { worst, monotone } = measure(kind, BF16);
    expect(worst).toBe(1);
    expect(monotone).toBe(true);
  },
);

test('FP32 cubic_8: at most 1 ulp at 40,000 arguments between -104 and 89', () => {
  for (let k = 0; k < 40_000; k++) {
    const code = numberToFloatRne(FP32, k % 2 ? -104 + (193 * k) / 40_000 : (k - 20_000) * 2 ** -14.3);
    const right = numberToFloatRne(FP32, Math.exp(floatToNumber(FP32, code)));
    expect(Math.abs(expFloat('cubic_8', FP32, FP32, code) - right)).toBeLessThanOrEqual(1);
  }
});

test('infinities and NaN', () => {
  expect(expFloat('quadratic_4', FP16, FP16, 0xfc00)).toBe(0);
  expect(expFloat('quadratic_4', FP16, FP16, 0x7c00)).toBe(0x7c00);
  expect(expFloat('quadratic_4', FP16, FP16, 0xfe01)).toBe(0x7e00);
  expect(expFloat('quadratic_4', FP32, FP16, 0xff800000)).toBe(0);
});

test('every approximation stays below 2', () => {
  for (const kind of EXP_KINDS) {
    const { coefficient, segments } = expTable(kind);
    const last = segments.at(-1)!.reduce((a, b) => a + b);
    expect(last).toBeLessThan(2n << BigInt(coefficient));
  }
});

test('the table that the literature gives for four quadratic segments, 16 fraction bits', () => {
  const rows = expTable('quadratic_4').segments.map((row) => row.map((c) => c.toString(16)).join(' '));
  expect(rows).toEqual(['10002 2c3b 431', '13072 349a 4fb', '16a0c 3e8e 5ed', '1ae8d 4a64 70c']);
});

// Relative errors of 2^f in bits, as approximation theory gives them for these degrees and segments.
test.each([
  [1, 1, 5.07],
  [1, 4, 9.06],
  [1, 32, 15.06],
  [2, 1, 9.18],
  [2, 4, 15.17],
  [3, 1, 13.71],
  [3, 8, 25.7],
] as const)('degree %d, %d segments: nearest to 2^f within 2^-%d', (degree, segments, bits) => {
  const p = powerMinimax(degree, segments);
  let worst = 0;
  for (let k = 0; k <= 1000; k++) {
    const u = k / 1000;
    const value = p.reduceRight((sum, c) => sum * u + c, 0);
    worst = Math.max(worst, Math.abs(value / 2 ** (u / segments) - 1));
  }
  expect(Math.abs(-Math.log2(worst) - bits)).toBeLessThan(0.02);
});
