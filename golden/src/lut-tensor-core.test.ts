// The LUT Tensor Core reference: the table of the paper, built and looked up literally, gives what the reference says.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import {
  decodeLutWeights,
  encodeLutWeights,
  lutDot,
  lutLevels,
  lutSumBits,
  quantiseLut,
} from './lut-tensor-core.ts';

test('encoded weights decode to themselves, for every index of four one-bit weights and random others', () => {
  for (let i = 0; i < 16; i++) {
    const q = [i & 1, (i >> 1) & 1, (i >> 2) & 1, (i >> 3) & 1];
    expect(decodeLutWeights(encodeLutWeights(q, 1), 4)).toEqual(q);
  }
  fc.assert(
    fc.property(fc.array(fc.nat(15), { minLength: 2, maxLength: 6 }), (q) => {
      expect(decodeLutWeights(encodeLutWeights(q, 4), q.length)).toEqual(q);
    }),
  );
});

test('the published rule - table, index, negation, shift by plane - gives the dot product', () => {
  const numbers = fc.integer({ min: -128, max: 127 });
  fc.assert(
    fc.property(
      fc.tuple(numbers, numbers, numbers, numbers),
      fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }),
      (a, q) => {
        const table = Array.from({ length: 8 }, (_, i) =>
          a.reduce((sum, x, k) => sum + ((i >> k) & 1 ? x : -x), 0),
        );
        let sum = 0;
        encodeLutWeights(q, 3).forEach((code, b) => {
          const found = table[code & 7]!;
          sum += (code & 8 ? -found : found) * 2 ** b;
        });
        expect(lutDot(a, q, 3)).toBe(sum);
      },
    ),
  );
});

test('the widest sum', () => {
  // 128 * 15 * 4096 is below 2^23.
  expect(lutSumBits(4, 4096)).toBe(24);
  expect(lutSumBits(1, 4)).toBe(11);
});

test('the quantiser: odd multiples of a scale per output', () => {
  const shape = { outFeatures: 2, inFeatures: 4 };
  const w = quantiseLut(Float32Array.of(3, -3, 0.9, -2, 0, 0, 0, 0), shape, 2);
  expect(Array.from(w.scales, (code) => floatToNumber(FP16, code))).toEqual([1, 1]);
  // -2 lies between -3 and -1, which is q = 0.5: to even. Zero has no code of its own: q = 1.5, to even.
  expect([...lutLevels(w)]).toEqual([3, -3, 1, -3, 1, 1, 1, 1]);
  const signs = quantiseLut(Float32Array.of(4, -1, 2, -1), { outFeatures: 1, inFeatures: 4 }, 1);
  expect(floatToNumber(FP16, signs.scales[0]!)).toBe(2);
  expect([...lutLevels(signs)]).toEqual([1, -1, 1, -1]);
  expect(() => quantiseLut(Float32Array.of(Number.NaN), { outFeatures: 1, inFeatures: 1 }, 4)).toThrow(
    'weights[row 0, column 0] is NaN',
  );
});
