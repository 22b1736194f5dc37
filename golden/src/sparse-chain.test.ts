import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chainSums,
  PACKINGS,
  type Packing,
  packedFields,
  packedOperands,
  packedSums,
  safeProducts,
  splitSums,
  type Tap,
} from './sparse-chain.ts';

const range = (bits: number) => ({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const tapOf = (p: Packing, symmetric: boolean): fc.Arbitrary<Tap> => {
  const operand = (bits: number, least: number): fc.Arbitrary<number> =>
    fc.oneof(fc.integer({ ...range(bits), min: least }), fc.constantFrom(least, range(bits).max));
  const exactly = (value: fc.Arbitrary<number>, n: number) => fc.array(value, { minLength: n, maxLength: n });
  return fc.record({
    activations: exactly(operand(p.activationBits, range(p.activationBits).min), p.rows),
    weights: exactly(operand(p.weightBits, range(p.weightBits).min + (symmetric ? 1 : 0)), p.columns),
  });
};

describe.each(Object.entries(PACKINGS))('%s', (_, p) => {
  const least = range(p.activationBits).min;
  const all = (activation: number, weight: number, n: number): Tap[] =>
    new Array<Tap>(n).fill({
      activations: new Array<number>(p.rows).fill(activation),
      weights: new Array<number>(p.columns).fill(weight),
    });

  test.each(['full', 'symmetric'] as const)(
    '%s weights are exact up to the bound, and not beyond',
    (weights) => {
      const most = safeProducts(p, weights);
      const tap = tapOf(p, weights === 'symmetric');
      fc.assert(
        fc.property(fc.array(tap, { minLength: 1, maxLength: Math.min(most, 40) }), (taps) => {
          expect(packedSums(p, taps)).toEqual(chainSums(p, taps));
          expect(packedSums(p, taps, false)).toEqual(chainSums(p, taps));
        }),
      );
      const weight = range(p.weightBits).min + (weights === 'symmetric' ? 1 : 0);
      expect(packedSums(p, all(least, weight, most))).toEqual(chainSums(p, all(least, weight, most)));
      const beyond = all(least, weight, most + 1);
      expect(packedSums(p, beyond)).not.toEqual(chainSums(p, beyond));
    },
  );

  test('the operands fit the multiplier: 27 and 18 bits', () => {
    fc.assert(
      fc.property(tapOf(p, false), (tap) => {
        const { a, b } = packedOperands(p, tap);
        expect([BigInt.asIntN(27, a), BigInt.asIntN(18, b)]).toEqual([a, b]);
      }),
    );
  });
});

test('the bounds: 7 full-range INT8 products, 8 without -128; 127 of W4A8; 15 of INT4, 18 without -8', () => {
  const bounds = Object.values(PACKINGS).map((p) => [safeProducts(p, 'full'), safeProducts(p, 'symmetric')]);
  expect(bounds).toEqual([
    [7, 8],
    [127, 146],
    [15, 18],
  ]);
});

test('all 65,536 INT4 quads; without the borrow given back about half of the upper fields are off by one', () => {
  const p = PACKINGS.int4;
  const off = [0, 0, 0, 0];
  let wrong = 0;
  for (let i = 0; i < 65_536; i++) {
    const [x0, x1, w0, w1] = [0, 4, 8, 12].map((s) => ((i >> s) & 15) - 8) as [
      number,
      number,
      number,
      number,
    ];
    const tap = { activations: [x0, x1], weights: [w0, w1] };
    const { a, b } = packedOperands(p, tap);
    const exact = [x0 * w0, x1 * w0, x0 * w1, x1 * w1].map((v) => v + 0);
    if (packedFields(p, a * b, false).some((v, k) => v !== exact[k])) wrong++;
    [0, 11, 22, 33].forEach((low, k) => {
      if (Number(BigInt.asIntN(11, (a * b) >> BigInt(low))) !== exact[k]) off[k]! += 1;
    });
  }
  expect(wrong).toBe(0);
  expect(off[0]).toBe(0);
  for (const k of [1, 2, 3]) {
    expect(off[k]! / 65_536).toBeGreaterThan(0.43);
    expect(off[k]! / 65_536).toBeLessThan(0.54);
  }
});

test('a split running sum is exact with 10 kept bits, and 11 are too many', () => {
  const p = PACKINGS.int8;
  fc.assert(
    fc.property(fc.array(tapOf(p, true), { minLength: 1, maxLength: 32 }), (taps) => {
      expect(splitSums(p, taps, 8, 10)).toEqual(chainSums(p, taps));
    }),
  );
  // 1023 or 2047 in the kept bits after eight taps, then eight of the largest products.
  const corner: Tap[] = [
    { activations: [-1, -1], weights: [1] },
    ...new Array<Tap>(7).fill({ activations: [0, 0], weights: [0] }),
    ...new Array<Tap>(8).fill({ activations: [-128, -128], weights: [-127] }),
  ];
  expect(splitSums(p, corner, 8, 10)).toEqual(chainSums(p, corner));
  expect(splitSums(p, corner, 8, 11)).not.toEqual(chainSums(p, corner));
});
