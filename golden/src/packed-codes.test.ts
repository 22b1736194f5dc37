// Packed codes: bytes written out by hand, and the way back for every width.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packCodes, packedBytes, unpackCodes } from './packed-codes.ts';

test('bytes by hand', () => {
  expect([...packCodes([0x1, 0x2, 0xf], 1, 3, 4)]).toEqual([0x21, 0x0f]);
  // 3 bits: 101 011 111 from the low end up is 1_11011101 and the high bit of the third code in the next byte.
  expect([...packCodes([5, 3, 7], 1, 3, 3)]).toEqual([0b11_011_101, 0b1]);
  expect([...packCodes([-1, -8], 1, 2, 4)]).toEqual([0x8f]);
  // Each row begins on a byte.
  expect([...packCodes([1, 2, 3, 3, 2, 1], 2, 3, 2)]).toEqual([0b111001, 0b011011]);
});

test('what is packed comes back, in as many bytes as it takes', () => {
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.nat(4), fc.integer({ min: 1, max: 40 }))
    .chain(([bits, rows, count]) =>
      fc.record({
        bits: fc.constant(bits),
        rows: fc.constant(rows),
        count: fc.constant(count),
        codes: fc.uint8Array({ minLength: rows * count, maxLength: rows * count, max: 2 ** bits - 1 }),
      }),
    );
  fc.assert(
    fc.property(matrix, ({ bits, rows, count, codes }) => {
      const packed = packCodes(codes, rows, count, bits);
      expect(packed).toHaveLength(rows * packedBytes(count, bits));
      expect(unpackCodes(packed, rows, count, bits)).toEqual(codes);
    }),
  );
});

test('a wrong number of bytes is refused', () => {
  expect(() => unpackCodes(new Uint8Array(3), 1, 3, 4)).toThrow(
    '3 bytes do not hold 1 rows of 3 codes of 4 bits, which take 2',
  );
});
