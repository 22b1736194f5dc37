import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { dequantiseActivations, quantiseActivations } from './quantise-activations.ts';

test('hand-worked: one scale per token, ties to even, -128 unused', () => {
  const q = quantiseActivations(Float32Array.of(127, -127, 2.5, 0, 0, 0, 63.5, -0.25, 0.75), {
    tokens: 3,
    inFeatures: 3,
  });
  expect(q.scales).toEqual(Uint16Array.of(0x3c00, 0x3c00, 0x3800)); // 1, 1 (a token of zeros), 0.5
  expect(q.codes).toEqual(Int8Array.of(127, -127, 2, 0, 0, 0, 127, 0, 2)); // -0.5 ties to 0, 1.5 to 2
  expect(dequantiseActivations(q)).toEqual(Float32Array.of(127, -127, 2, 0, 0, 0, 63.5, 0, 1));
});

test('fewer bits', () => {
  const q = quantiseActivations(Float32Array.of(7, -7, 3.4), { tokens: 1, inFeatures: 3 }, { bits: 4 });
  expect(q.codes).toEqual(Int8Array.of(7, -7, 3));
});

test('a scale that rounds down in FP16 saturates at 127, never wraps to -128', () => {
  const q = quantiseActivations(Float32Array.of(190 * 2 ** -24, -190 * 2 ** -24), {
    tokens: 1,
    inFeatures: 2,
  });
  expect(q.scales[0]).toBe(1); // 1.496 steps of 2^-24 round to 1
  expect(q.codes).toEqual(Int8Array.of(127, -127));
});

test('the error of every element is at most half a step plus what saturation costs', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 8, maxLength: 8 }),
      (values) => {
        const x = Float32Array.from(values);
        const q = quantiseActivations(x, { tokens: 2, inFeatures: 4 });
        const back = dequantiseActivations(q);
        for (let i = 0; i < 8; i++) {
          const s = floatToNumber(FP16, q.scales[Math.floor(i / 4)]!);
          const beyond = Math.max(0, Math.abs(x[i]!) - 127 * s);
          expect(Math.abs(back[i]! - x[i]!)).toBeLessThanOrEqual(Math.max(s / 2, beyond));
          expect(Math.abs(q.codes[i]!)).toBeLessThanOrEqual(127);
        }
      },
    ),
  );
});

describe('errors', () => {
  test.each<[string, () => unknown]>([
    [
      'activations[token 1, column 0] is NaN',
      () => quantiseActivations(Float32Array.of(1, 2, Number.NaN, 4), { tokens: 2, inFeatures: 2 }),
    ],
    [
      'activations: 3 elements do not make 2 x 2 (token x column)',
      () => quantiseActivations(new Float32Array(3), { tokens: 2, inFeatures: 2 }),
    ],
    [
      'activation bits is 9',
      () => quantiseActivations(new Float32Array(4), { tokens: 2, inFeatures: 2 }, { bits: 9 }),
    ],
    [
      'activations[token 0]: the scale',
      () => quantiseActivations(Float32Array.of(1e9), { tokens: 1, inFeatures: 1 }),
    ],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
  });
});
