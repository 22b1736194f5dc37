// The LUT Tensor Core reference: the table of the paper, built and looked up literally, gives what the reference says.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLutWeights, encodeLutWeights, lutDot, lutSumBits } from './lut-tensor-core.ts';

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
