import { describe, expect, test } from 'vitest';
import { compareTensors } from './error-metrics.ts';
import {
  type ApproximateNormalisation,
  accumulateApproximate,
  EMPTY_WINDOW,
  roundWindow,
} from './float-accumulate-approximate.ts';
import { BF16, FP32 } from './float-format.ts';
import { floatToNumber, numberToFloatRne } from './float-number.ts';

const config = (windowBits: number, coarseBits: number, fineBits: number): ApproximateNormalisation => ({
  factors: BF16,
  windowBits,
  coarseBits,
  fineBits,
});
const bf16 = (x: number) => numberToFloatRne(BF16, x);
const value = (c: ApproximateNormalisation, pairs: readonly (readonly [number, number])[]) =>
  floatToNumber(
    FP32,
    roundWindow(
      c,
      pairs.reduce((s, [a, b]) => accumulateApproximate(c, s, bf16(a), bf16(b)), EMPTY_WINDOW),
      FP32,
    ),
  );

describe('hand-worked', () => {
  const c = config(16, 1, 2);
  test('exact while the window holds the sum', () => {
    expect(
      value(c, [
        [1.5, 2],
        [0.25, 0.5],
        [-3, 1],
      ]),
    ).toBe(0.125);
    expect(
      value(c, [
        [1, 1],
        [-1, 1],
      ]),
    ).toBe(0);
    expect(value(c, [])).toBe(0);
  });
  test('a product under the window is dropped, on either side of zero', () => {
    // 1 is 0100…0 with a top bit of weight 2, moved up by one: its last bit weighs 2^-15.
    expect(
      value(c, [
        [1, 1],
        [2 ** -16, 1],
      ]),
    ).toBe(1);
    expect(
      value(c, [
        [1, 1],
        [2 ** -15, 1],
      ]),
    ).toBe(1 + 2 ** -15);
  });
  test('leading zeros that are left are shifted out by the steps that follow', () => {
    // 1 - (1 - 2^-7) leaves seven leading zeros and more; each step takes away at most three.
    const state = [
      [1, 1],
      [1 - 2 ** -7, -1],
    ].reduce((s, [a, b]) => accumulateApproximate(c, s, bf16(a!), bf16(b!)), EMPTY_WINDOW);
    const zeros = (s: bigint) => 16 - s.toString(2).length;
    const next = accumulateApproximate(c, state, 0, 0);
    expect(zeros(state.significand)).toBeGreaterThan(3);
    expect(zeros(next.significand)).toBe(zeros(state.significand) - 3);
    expect(roundWindow(c, next, FP32)).toBe(roundWindow(c, state, FP32));
  });
  test('a window narrower than a product is refused', () => {
    expect(() => value(config(15, 1, 1), [[1, 1]])).toThrow(
      'a window of 15 bits is narrower than a product, 16',
    );
  });
});

/** Signal-to-noise ratio in dB of dot products of N(0, 1) numbers in BF16. */
function snr(c: ApproximateNormalisation, length: number): number {
  let seed = 1;
  const uniform = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed + 0.5) / 2 ** 32;
  };
  const normal = () => bf16(Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
  const exact: number[] = [];
  const ours: number[] = [];
  for (let i = 0; i < 100; i++) {
    let state = EMPTY_WINDOW;
    let sum = 0;
    for (let j = 0; j < length; j++) {
      const [a, b] = [normal(), normal()];
      state = accumulateApproximate(c, state, a, b);
      sum += floatToNumber(BF16, a) * floatToNumber(BF16, b);
    }
    exact.push(sum);
    ours.push(floatToNumber(FP32, roundWindow(c, state, FP32)));
  }
  return compareTensors(Float32Array.from(exact), Float32Array.from(ours)).snrDb;
}

test('error over dot products of 256: as exact normalisation, down to (k, lambda) = (3, 3)', () => {
  const figures = [
    [1, 1],
    [1, 2],
    [2, 2],
    [3, 3],
  ].map(([k, lambda]) => snr(config(16, k!, lambda!), 256));
  expect(figures.map((f) => Math.round(f))).toMatchInlineSnapshot(`
    [
      76,
      76,
      74,
      74,
    ]
  `);
  for (const f of figures) expect(f).toBeGreaterThan(60);
  expect(snr(config(24, 1, 2), 256)).toBeGreaterThan(figures[1]! + 30);
});
