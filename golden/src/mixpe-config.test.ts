import { describe, expect, test } from 'vitest';
import {
  activationSumBits,
  checkMixpeConfig,
  correctedSumBits,
  correctedSumRange,
  groupCount,
  groupSumBits,
  groupSumRange,
  type MixpeConfig,
  productBits,
  productRange,
} from './mixpe-config.ts';

const config = (over: Partial<MixpeConfig> = {}): MixpeConfig => ({
  groupSize: 128,
  weightBits: 4,
  weightSigned: true,
  zeroPoint: 'none',
  ...over,
});

describe('widths of specification 1.3', () => {
  test.each([true, false])('products need 12 bits, signed weights %s', (weightSigned) => {
    expect(productBits(config({ weightSigned }))).toBe(12);
  });

  test.each([
    [32, 17],
    [64, 18],
    [128, 19],
    [256, 20],
  ])(
    'group sum of %i needs %i bits, one less for signed weights and activations within +-127',
    (groupSize, bits) => {
      expect(groupSumBits(config({ groupSize }))).toBe(bits);
      expect(groupSumBits(config({ groupSize, weightSigned: false }))).toBe(bits);
      const activations = { min: -127, max: 127 };
      expect(groupSumBits(config({ groupSize }), { activations })).toBe(bits - 1);
      expect(groupSumBits(config({ groupSize, weightSigned: false }), { activations })).toBe(bits);
    },
  );

  test('X is 15 bits and T 19 bits with |T| up to 245,760 at G = 128', () => {
    expect(activationSumBits(config())).toBe(15);
    for (const zeroPoint of ['constant', 'group'] as const) {
      expect(correctedSumBits(config({ weightSigned: false, zeroPoint }))).toBe(19);
      expect(correctedSumRange(config({ weightSigned: false, zeroPoint }))).toEqual({
        min: -245_760,
        max: 245_760,
      });
    }
    expect(correctedSumRange(config())).toEqual(groupSumRange(config()));
  });
});

test.each([2, 3, 4, 5, 6, 7, 8])(
  'the product range is the range over all pairs, %i-bit weights',
  (weightBits) => {
    for (const weightSigned of [true, false]) {
      const lowest = weightSigned ? -(2 ** (weightBits - 1)) : 0;
      let min = 0;
      let max = 0;
      for (let x = -128; x < 128; x++) {
        for (let q = lowest; q < lowest + 2 ** weightBits; q++) {
          min = Math.min(min, x * q);
          max = Math.max(max, x * q);
        }
      }
      expect(productRange(config({ weightBits, weightSigned }))).toEqual({ min, max });
    }
  },
);

test('groups', () => {
  expect([1, 127, 128, 129, 384].map((k) => groupCount(k, 128))).toEqual([1, 1, 1, 2, 3]);
});

test('impossible configurations are refused', () => {
  expect(() => checkMixpeConfig(config({ groupSize: 0 }))).toThrow(
    'groupSize is 0: need an integer in 1..65536',
  );
  expect(() => checkMixpeConfig(config({ weightBits: 9 }))).toThrow(
    'weightBits is 9: need an integer in 2..8',
  );
  // @ts-expect-error - a mode that does not exist
  expect(() => checkMixpeConfig(config({ zeroPoint: 'token' }))).toThrow("zeroPoint is 'token'");
});
