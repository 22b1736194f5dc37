// The quantiser on groups worked by hand, and its promises on random ones.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BITMOD_SPECIAL_VALUES } from './bitmod-datatype.ts';
import { dequantiseBitmod, quantiseBitmod } from './bitmod-quantise.ts';

const one = (values: readonly number[], datatype: 'fp3' | 'fp4' | 'int4', groupSize = values.length) =>
  quantiseBitmod(
    Float32Array.from(values),
    { outFeatures: 1, inFeatures: values.length },
    { datatype, groupSize },
  );

test('a group that lies on an extended grid gets its special value and no error', () => {
  // FP3 with +6: the largest value takes the code of negative zero, 4.
  const q = one([6, -4, 1, 2, 0, -1], 'fp3');
  expect([...q.codes]).toEqual([4, 7, 1, 2, 0, 5]);
  expect(BITMOD_SPECIAL_VALUES.fp3[q.specials[0]!]).toBe(12);
  expect([...q.scales]).toEqual([255]);
  // The channel scale, 1 / 255, is the only rounding: that of FP32.
  expect([...dequantiseBitmod(q)].map((w) => Number(w.toPrecision(6)))).toEqual([6, -4, 1, 2, 0, -1]);
});

test('FP4: -5 is the second special value, chosen where it is needed', () => {
  const q = one([6, -5, -5, 3, 0.5], 'fp4');
  expect(q.specials[0]).toBe(1);
  expect([...q.codes]).toEqual([7, 8, 8, 5, 1]);
});

test('a tie goes to the lower grid value', () => {
  // The channel scale is 1 and 3 is the special value; 1.5 lies between 1 and 2, -1.5 between -2 and -1.
  const q = one(
    [4, -4, 3, 1.5, -1.5].map((x) => 255 * x),
    'fp3',
  );
  expect(q.specials[0]).toBe(0);
  expect([...q.codes]).toEqual([3, 7, 4, 1, 6]);
});

test('of equal errors the earlier special value is taken', () => {
  expect(one([4, -4, 2], 'fp3').specials[0]).toBe(0);
});

test('second-level scales are the 8-bit share of the largest of the channel', () => {
  const q = one([7, -7, 2.8, 0, 1.4, 0.6], 'int4', 2);
  expect([...q.scales]).toEqual([255, 102, 51]);
  expect([...q.codes]).toEqual([7, 9, 7, 0, 7, 3]);
});

test('zeros stay zeros, in a group and in a channel', () => {
  const q = quantiseBitmod(
    Float32Array.from([1, 2, 0, 0, 0, 0, 0, 0]),
    { outFeatures: 2, inFeatures: 4 },
    { datatype: 'fp4', groupSize: 2 },
  );
  expect([...q.channelScales].map((s) => s > 0)).toEqual([true, false]);
  expect([...dequantiseBitmod(q)].slice(2)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('more choice of special values never makes the error of a group larger, but for the rounding of scales', () => {
  const squared = (w: Float32Array, specials: readonly number[]): number => {
    const q = quantiseBitmod(w, { outFeatures: 1, inFeatures: w.length }, { datatype: 'fp3', specials });
    return dequantiseBitmod(q).reduce((sum, v, i) => sum + (v - w[i]!) ** 2, 0);
  };
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 64 }),
      (values) => {
        const w = Float32Array.from(values);
        const alone = Math.min(...[0, 1, 2, 3].map((s) => squared(w, [s])));
        // One group: its 8-bit scale is 255 exactly, so nothing else is rounded but the FP32 channel scale.
        expect(squared(w, [0, 1, 2, 3])).toBeLessThanOrEqual(alone * (1 + 1e-5) + 1e-12);
      },
    ),
  );
});

test('bad input is named', () => {
  expect(() => one([1, Number.NaN], 'fp4')).toThrow('weights[row 0, column 1] is NaN: need finite');
  expect(() =>
    quantiseBitmod(
      new Float32Array(4),
      { outFeatures: 1, inFeatures: 4 },
      { datatype: 'fp4', specials: [4] },
    ),
  ).toThrow('special value index 4: need 0..3');
});
