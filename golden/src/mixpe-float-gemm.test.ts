// The layer against its definition: the dot product of every token with every output.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fp32Codes } from './fp32.ts';
import { mixpeFloatDot } from './mixpe-float.ts';
import { mixpeFloatGemm } from './mixpe-float-gemm.ts';

const layer = fc.record({
  tokens: fc.integer({ min: 1, max: 2 }),
  outFeatures: fc.integer({ min: 1, max: 10 }),
  inFeatures: fc.integer({ min: 1, max: 30 }),
  groupSize: fc.constantFrom(4, 7, 128),
  activation: fc.constantFrom('fp16' as const, 'bf16' as const),
  zeroPoint: fc.constantFrom('none' as const, 'group' as const),
  weightSigned: fc.boolean(),
  seed: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 400, maxLength: 400 }),
});

test('every element is the dot product of its token and its output', () => {
  fc.assert(
    fc.property(layer, ({ tokens, outFeatures, inFeatures, seed, activation, ...format }) => {
      const infinity = activation === 'fp16' ? 0x7c00 : 0x7f80;
      const groups = Math.ceil(inFeatures / format.groupSize);
      const weight = (code: number): number => (code % 16) - (format.weightSigned ? 8 : 0);
      const x = seed.slice(0, tokens * inFeatures).map((c) => (c & 0x8000) | ((c & 0x7fff) % infinity));
      const weights = {
        ...format,
        weightBits: 4,
        outFeatures,
        inFeatures,
        codes: seed.slice(60, 60 + outFeatures * inFeatures).map(weight),
        scales: seed
          .slice(100, 100 + outFeatures * groups)
          .map((c) => (c & 0x8000) | ((c & 0x7fff) % 0x7c00)),
        zeroPoints: seed
          .slice(200, 200 + outFeatures * groups)
          .map((c) => (format.zeroPoint === 'none' ? 0 : weight(c))),
      };
      const y = fp32Codes(mixpeFloatGemm(x, tokens, weights, { activation }));
      const row = (list: readonly number[], index: number, length: number): number[] =>
        list.slice(index * length, (index + 1) * length);
      for (let m = 0; m < tokens; m++)
        for (let n = 0; n < outFeatures; n++) {
          const expected = mixpeFloatDot(
            row(x, m, inFeatures),
            row(weights.codes, n, inFeatures),
            row(weights.scales, n, groups),
            row(weights.zeroPoints, n, groups),
            {
              ...weights,
              activation,
              accumulator: 'fp32',
              product: 'mantissa',
              flushSubnormals: false,
            },
          );
          expect(y[m * outFeatures + n]).toBe(expected);
        }
    }),
    { numRuns: 300 },
  );
});

test('an infinite activation is named', () => {
  const weights = {
    groupSize: 4,
    weightBits: 4,
    weightSigned: true,
    zeroPoint: 'none' as const,
    outFeatures: 1,
    inFeatures: 1,
    codes: [1],
    scales: [0x3c00],
    zeroPoints: [0],
  };
  expect(() => mixpeFloatGemm([0x7c00], 1, weights, { activation: 'fp16' })).toThrow('x[0] is 0x7c00');
});
