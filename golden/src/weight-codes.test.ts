import fc from 'fast-check';
import { expect, test } from 'vitest';
import { narrowestCodes, weightsOfWord, weightWord } from './weight-codes.ts';

const widths = [2, 3, 4, 5, 6, 8];

test('a word gives back its weights, in the narrowest format that holds them', () => {
  const list = fc
    .record({ width: fc.constantFrom(...widths), shift: fc.nat(7) })
    .chain(({ width, shift }) => {
      const bits = Math.min(width, 8 - shift);
      return fc.array(
        fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 }).map((c) => c * 2 ** shift),
        { minLength: 1, maxLength: 32 },
      );
    });
  fc.assert(
    fc.property(list, (weights) => {
      const format = narrowestCodes(weights, widths);
      expect(weightsOfWord(weightWord(weights, format), weights.length, format)).toEqual(weights);
      const narrower = widths.filter((w) => w < format.width);
      for (const width of narrower)
        expect(() => weightWord(weights, { ...format, width })).toThrow(RangeError);
    }),
  );
});

test('3-bit codes by hand; what does not fit is refused', () => {
  expect(weightWord([1, -1, 3, -4], { width: 3, shift: 0 })).toBe(0b100_011_111_001n);
  expect(narrowestCodes([8, -16, 0], widths)).toEqual({ width: 2, shift: 3 });
  expect(narrowestCodes([0, 0], widths)).toEqual({ width: 2, shift: 0 });
  expect(() => weightWord([4], { width: 3, shift: 0 })).toThrow('weight 0 is 4, no 3-bit code times 2^0');
  expect(() => narrowestCodes([100], [2, 4])).toThrow('need more than 4 bits');
});
