import { describe, expect, test } from 'vitest';
import { rotatePositions, windowAttention } from './attention.ts';
import type { TinyLmConfig } from './config.ts';

const config: TinyLmConfig = {
  dModel: 4,
  heads: 1,
  headDim: 4,
  layers: 1,
  dFfn: 8,
  window: 2,
  context: 8,
  ropeBase: 10000,
  normEpsilon: 1e-5,
  vocabulary: ['a'],
};

describe('windowAttention', () => {
  const v = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

  test('equal keys: the mean over the window, never beyond it, never ahead', () => {
    const flat = new Float32Array(12);
    expect(windowAttention(flat, flat, v, config)).toEqual(
      Float32Array.of(1, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0.5, 0.5, 0),
    );
  });

  test('scores are divided by sqrt(headDim): q.k = 2 ln 3 at headDim 4 weighs 3 to 1', () => {
    const q = Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0);
    const k = Float32Array.of(2 * Math.log(3), 0, 0, 0, 0, 0, 0, 0);
    const out = windowAttention(q, k, v.slice(0, 8), config);
    expect(out[4]).toBeCloseTo(0.75, 6);
    expect(out[5]).toBeCloseTo(0.25, 6);
  });

  test('heads do not mix', () => {
    const two = { ...config, heads: 2, headDim: 2 };
    const q = Float32Array.of(0, 0, 0, 0, 0, 0, 50, 0);
    const k = Float32Array.of(0, 0, 50, 0, 0, 0, 0, 0);
    const out = windowAttention(q, k, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), two);
    expect(out.subarray(4)).toEqual(Float32Array.of(3, 4, 3, 4)); // head 0: mean; head 1: all on the first key
  });

  test('huge scores do not overflow', () => {
    const big = new Float32Array(8).fill(1e18);
    expect(windowAttention(big, big, v.slice(0, 8), config)).toEqual(
      Float32Array.of(1, 0, 0, 0, 0.5, 0.5, 0, 0),
    );
  });
});

describe('rotatePositions', () => {
  test('position 0 stays; pair (0, 2) turns by 1 rad per position, pair (1, 3) by base^-1/2 = 0.01', () => {
    const x = Float32Array.of(1, 2, 3, 4, 1, 1, 0, 0);
    rotatePositions(x, config);
    expect(x.slice(0, 4)).toEqual(Float32Array.of(1, 2, 3, 4));
    // cos 1 = 0.540302, sin 1 = 0.841471, cos 0.01 = 0.999950, sin 0.01 = 0.009999833
    [0.5403023, 0.99995, 0.841471, 0.0099998].forEach((value, i) => {
      expect(x[4 + i]).toBeCloseTo(value, 6);
    });
  });
});
