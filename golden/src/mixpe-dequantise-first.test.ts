import { expect, test } from 'vitest';
import type { MixpeConfig } from './mixpe-config.ts';
import { dequantisedWeight, dequantiseFirstDot } from './mixpe-dequantise-first.ts';
import { mixpeFloatDot } from './mixpe-float.ts';

const config: MixpeConfig = { groupSize: 2, weightBits: 4, weightSigned: false, zeroPoint: 'group' };
const [ONE, TWO, HALF] = [0x3c00, 0x4000, 0x3800];

test('hand-worked: two groups, the last one short', () => {
  // (1 * (3 - 1) + 2 * (0 - 1)) * 2 = 0, then 1 * (15 - 8) / 2 = 3.5.
  expect(dequantiseFirstDot([ONE, TWO, ONE], [3, 0, 15], [TWO, HALF], [1, 8], config)).toBe(0x4060_0000);
});

test('a weight is rounded once, to even, and never becomes infinite', () => {
  // 3 * (1 + 2^-10) = 3 + 3 * 2^-10 lies between 3 + 2^-9 and 3 + 2^-8, in the middle: the even one is 3 + 2^-8.
  expect(dequantisedWeight(3, 0, 0x3c01)).toBe(0x4202);
  expect(dequantisedWeight(15, 0, 0x7bff)).toBe(0x7bff);
  expect(dequantisedWeight(0, 15, 0x7bff)).toBe(0xfbff);
  expect(dequantisedWeight(3, 0, 0x0001)).toBe(0x0003);
  expect(dequantisedWeight(8, 8, 0x8001)).toBe(0x8000);
});

test('rounding weights first is not the same as scaling the sum', () => {
  const symmetric: MixpeConfig = { ...config, weightSigned: true, zeroPoint: 'none' };
  const [x, q, s] = [[ONE, ONE], [3, -3], [0x3c01]] as const;
  expect(dequantiseFirstDot(x, q, s, undefined, symmetric)).toBe(0);
  const [x3, q3] = [[ONE], [3]] as const;
  const deferred = mixpeFloatDot([...x3], [...q3], [0x3c01], undefined, {
    ...{ ...symmetric, activation: 'fp16', accumulator: 'fp32', product: 'mantissa' },
    flushSubnormals: false,
  });
  // 3 + 3 * 2^-10 exactly, and 3 + 2^-8.
  expect(deferred).toBe(0x4040_3000);
  expect(dequantiseFirstDot(x3, q3, [0x3c01], undefined, symmetric)).toBe(0x4040_4000);
});

test('errors name the place', () => {
  expect(() => dequantiseFirstDot([0x7c00], [1], [ONE], [0], config)).toThrow('x[0] is 0x7c00: need finite');
  expect(() => dequantiseFirstDot([ONE], [16], [ONE], [0], config)).toThrow('q[0] is 16');
});
