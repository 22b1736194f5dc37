// Masks by their definition, schedules against masks, and the array model against binary64.

import { expect, test } from 'vitest';
import { type AttentionArrayConfig, attentionArray } from './attention-array.ts';
import { quantiseByteRows } from './attention-int8.ts';
import {
  type AttentionMask,
  bigBirdMask,
  causalWindowMask,
  denseMask,
  dilatedMask,
  longformerMask,
  windowMask,
} from './attention-mask.ts';
import { attentionReference, headRows, keyHeadOf, rotateRows } from './attention-reference.ts';
import { type AttentionStep, maskSteps, windowSteps } from './attention-steps.ts';
import { BF16, type FloatFormat, FP16, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';

/** The keys of each query step. */
function keysOf(steps: readonly AttentionStep[], cores: number, keys?: readonly number[]): number[][] {
  const held: (number | undefined)[] = new Array(cores).fill(undefined);
  let loads = 0;
  return steps.flatMap((step) => {
    if (step.clear) held.fill(undefined);
    if (step.load) {
      held[step.slot] = keys ? keys[loads] : loads;
      loads++;
    } else if (step.drop) held[step.slot] = undefined;
    return step.query ? [held.filter((key) => key !== undefined).sort((a, b) => a - b)] : [];
  });
}

test('a window steps through its keys: every length to 24, every window to 9, every look-ahead', () => {
  for (let rows = 1; rows <= 24; rows++) {
    for (let cores = 1; cores <= 9; cores++) {
      for (let ahead = 0; ahead < cores; ahead++) {
        const steps = windowSteps(rows, cores, ahead);
        const mask = windowMask(cores - 1 - ahead, ahead);
        const expected = Array.from({ length: rows }, (_, i) => [...mask(i, rows)]);
        expect(keysOf(steps, cores)).toEqual(expected);
        expect(steps.filter((s) => s.load)).toHaveLength(rows);
        expect(expected.map((k) => k.length)).toEqual(
          expected.map((_, i) => Math.min(i, cores - 1 - ahead) + 1 + Math.min(rows - 1 - i, ahead)),
        );
      }
    }
  }
});

test('masks by their definition, for every length to 20', () => {
  const allow = (rule: (i: number, j: number) => boolean, rows: number) =>
    Array.from({ length: rows }, (_, i) =>
      Array.from({ length: rows }, (_, j) => j).filter((j) => rule(i, j)),
    );
  const rowsOf = (mask: AttentionMask, rows: number) =>
    Array.from({ length: rows }, (_, i) => [...mask(i, rows)]);
  for (let rows = 1; rows <= 20; rows++) {
    for (let w = 1; w <= 5; w++) {
      expect(rowsOf(causalWindowMask(w), rows)).toEqual(allow((i, j) => j <= i && j > i - w, rows));
      const globals = [0, 3, 17].filter((g) => g < rows);
      expect(rowsOf(longformerMask(w, globals), rows)).toEqual(
        allow((i, j) => Math.abs(i - j) <= w || globals.includes(i) || globals.includes(j), rows),
      );
      expect(rowsOf(dilatedMask(w, 2), rows)).toEqual(
        allow((i, j) => Math.abs(i - j) <= 2 * w && (i - j) % 2 === 0, rows),
      );
      expect(rowsOf(dilatedMask(w, 3, true), rows)).toEqual(
        allow((i, j) => j <= i && i - j <= 3 * w && (i - j) % 3 === 0, rows),
      );
    }
    expect(rowsOf(denseMask, rows)).toEqual(allow(() => true, rows));
  }
});

test('BigBird counts a random block that is also a neighbour twice', () => {
  const mask = bigBirdMask({ block: 2, random: [[3], [1], [5], [1]] });
  expect(mask(0, 12)).toHaveLength(12);
  expect(mask(2, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10, 11]);
  // Query block 2: 0, 1, 2, 3, 5 and again 1.
  expect(mask(4, 12)).toEqual([0, 1, 2, 2, 3, 3, 4, 5, 6, 7, 10, 11]);
  expect(mask(9, 12)).toEqual([0, 1, 2, 3, 6, 7, 8, 9, 10, 11]);
});

test('BigBird by its definition, random blocks counted as often as they are listed', () => {
  for (const [block, count] of [
    [1, 5],
    [2, 6],
    [3, 8],
  ] as const) {
    for (let seed = 0; seed < 6; seed++) {
      const random = Array.from({ length: count - 2 }, (_, b) => [
        (b * 5 + seed) % count,
        (b + 2 * seed) % count,
      ]);
      const mask = bigBirdMask({ block, random });
      const rows = block * count;
      for (let i = 0; i < rows; i++) {
        const b = Math.floor(i / block);
        const global = b === 0 || b === count - 1;
        const times = (c: number): number => {
          if (global) return 1;
          const near = Math.abs(b - c) <= 1 || c === 0 || c === count - 1;
          return (near ? 1 : 0) + random[b - 1]!.filter((r) => r === c).length;
        };
        const expected = Array.from({ length: rows }, (_, j) => j).flatMap((j) =>
          new Array(times(Math.floor(j / block))).fill(j),
        );
        expect([...mask(i, rows)]).toEqual(expected);
      }
    }
  }
});

test.each([
  ['causal', causalWindowMask(4), 4],
  ['Longformer', longformerMask(2, [0, 7]), 16],
  ['dilated', dilatedMask(2, 3), 5],
  ['BigBird', bigBirdMask({ block: 2, random: [[3], [1], [5], [1], [2], [7]] }), 16],
] as const)('a schedule of %s holds exactly its keys', (_, mask, cores) => {
  const { steps, keys } = maskSteps(mask, 16, cores);
  expect(keysOf(steps, cores, keys)).toEqual(Array.from({ length: 16 }, (_, i) => [...mask(i, 16)]));
});

/** Reproducible N(0, sigma). */
function gaussian(seed: number, sigma = 1): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => sigma * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const base: AttentionArrayConfig = {
  cores: 64,
  headDim: 64,
  format: FP16,
  sum: FP16,
  lanes: 1,
  exp: 'quadratic_4',
  maximum: 'none',
  division: 'exact',
};

function errorOf(config: AttentionArrayConfig, rows: number, sigma: number) {
  const random = gaussian(5, sigma);
  const plain = gaussian(9);
  const codes = (next: () => number): number[] =>
    Array.from({ length: rows * config.headDim }, () => numberToFloatRne(config.format, next()));
  const data = { q: codes(random), k: codes(random), v: codes(plain) };
  const got = attentionArray(config, windowSteps(rows, config.cores, 0), data);
  const numbers = (f: FloatFormat, list: readonly number[]) => list.map((c) => floatToNumber(f, c));
  const [q, k, v] = [data.q, data.k, data.v].map((c) => numbers(config.format, c)) as [
    number[],
    number[],
    number[],
  ];
  const right = attentionReference(
    { q, k, v, rows, headDim: config.headDim },
    causalWindowMask(config.cores),
  );
  const errors = numbers(config.format, got).map((x, n) => Math.abs(x - right[n]!));
  return { max: Math.max(...errors), rms: Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / errors.length) };
}

test('errors against binary64, N(0,1), window 64', () => {
  expect(errorOf(base, 192, 1).max).toBeLessThan(4e-3);
  expect(errorOf({ ...base, lanes: 3 }, 192, 1).max).toBeLessThan(4e-3);
  expect(errorOf({ ...base, sum: FP32 }, 192, 1).max).toBeLessThan(6e-4);
  expect(errorOf({ ...base, sum: FP32, maximum: 'online' }, 192, 1).max).toBeLessThan(6e-4);
  expect(errorOf({ ...base, maximum: 'online' }, 192, 2).rms).toBeLessThan(4e-3);
  expect(errorOf({ ...base, format: BF16, sum: FP32 }, 192, 1).max).toBeLessThan(2e-2);
});

test('queries and keys as bytes with a scale per row: outputs within 1 % in the mean', () => {
  const [rows, headDim] = [192, 64];
  const [random, random2] = [gaussian(5), gaussian(6)];
  const numbers = (next: () => number): number[] => Array.from({ length: rows * headDim }, next);
  const [q, k, v] = [numbers(random), numbers(random2), numbers(random)] as [number[], number[], number[]];
  const [queries, keys] = [quantiseByteRows(q, headDim, headDim ** -0.5), quantiseByteRows(k, headDim)];
  expect(Math.max(...queries.integers.map(Math.abs), ...keys.integers.map(Math.abs))).toBe(127);
  const config = { ...base, sum: FP32, scores: 'int8' as const, maximum: 'online' as const };
  const got = attentionArray(config, windowSteps(rows, 64, 0), {
    q: queries.integers,
    k: keys.integers,
    v: v.map((x) => numberToFloatRne(FP16, x)),
    qScale: queries.scales,
    kScale: keys.scales,
  });
  const right = attentionReference({ q, k, v, rows, headDim }, causalWindowMask(64));
  const sum = (list: ArrayLike<number>, of: (x: number, n: number) => number): number =>
    Array.from(list).reduce((total, x, n) => total + of(x, n), 0);
  const error = sum(right, (x, n) => Math.abs(x - floatToNumber(FP16, got[n]!)));
  expect(error / sum(right, Math.abs)).toBeLessThan(0.01);
});

test('without a maximum large scores overflow; with it they do not', () => {
  expect(errorOf(base, 192, 3).max).toBeNaN();
  expect(errorOf({ ...base, maximum: 'online' }, 192, 3).max).toBeLessThan(0.2);
});

test('equal keys give the mean, one huge score its value', () => {
  const config = { ...base, cores: 4, headDim: 4, maximum: 'online' as const };
  const one = 0x3c00;
  const flat = new Array(16).fill(0);
  const v = [0, 0, 0, 0, one, one, one, one, 0, 0, 0, 0, one, one, one, one];
  const steps = windowSteps(4, 4, 0);
  expect(attentionArray(config, steps, { q: flat, k: flat, v }).slice(12)).toEqual(new Array(4).fill(0x3800));
  const huge = [...new Array(12).fill(0), 0x5c00, 0, 0, 0];
  expect(
    attentionArray(config, steps, {
      q: huge,
      k: [...huge.slice(0, 4), 0x5c00, ...huge.slice(5, 12), 0, 0, 0, 0],
      v,
    }).slice(12),
  ).toEqual(new Array(4).fill(one));
});

test('rotary positions, heads and groups', () => {
  const x = Float64Array.of(1, 2, 3, 4, 1, 1, 0, 0);
  rotateRows(x, 4);
  expect([...x.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  expect(x[4]).toBeCloseTo(Math.cos(1), 12);
  expect(x[6]).toBeCloseTo(Math.sin(1), 12);
  expect(x[5]).toBeCloseTo(Math.cos(0.01), 12);
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((h) => keyHeadOf(h, 8, 2))).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  expect([...headRows([1, 2, 3, 4, 5, 6, 7, 8], 4, 1, 2)]).toEqual([3, 4, 7, 8]);
});
