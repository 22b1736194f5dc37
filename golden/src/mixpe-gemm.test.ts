import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertFloatRne, multiplyFloatRne } from './float-arithmetic.ts';
import { FP16, FP32 } from './float-format.ts';
import { fp32Codes } from './fp32.ts';
import { mixpeDot } from './mixpe.ts';
import { type MixpeWeights, mixpeGemm, scaleTokens } from './mixpe-gemm.ts';

const layer = fc
  .record({
    tokens: fc.integer({ min: 1, max: 4 }),
    outFeatures: fc.integer({ min: 1, max: 4 }),
    inFeatures: fc.integer({ min: 1, max: 150 }),
    groupSize: fc.integer({ min: 1, max: 100 }),
    weightSigned: fc.boolean(),
  })
  .chain((shape) => {
    const groups = Math.ceil(shape.inFeatures / shape.groupSize);
    const array = (value: fc.Arbitrary<number>, length: number) =>
      fc.array(value, { minLength: length, maxLength: length });
    const code = shape.weightSigned ? fc.integer({ min: -128, max: 127 }) : fc.integer({ min: 0, max: 255 });
    return fc.record({
      tokens: fc.constant(shape.tokens),
      x: array(fc.integer({ min: -128, max: 127 }), shape.tokens * shape.inFeatures),
      weights: fc.record({
        ...(Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, fc.constant(value)])) as {
          [key in keyof typeof shape]: fc.Arbitrary<(typeof shape)[key]>;
        }),
        weightBits: fc.constant(8),
        zeroPoint: fc.constant('group' as const),
        codes: array(code, shape.outFeatures * shape.inFeatures),
        scales: array(fc.integer({ min: 0, max: 0x7bff }), shape.outFeatures * groups),
        zeroPoints: array(code, shape.outFeatures * groups),
      }),
    });
  });

test('every element is the dot product of its token and its output', () => {
  fc.assert(
    fc.property(layer, ({ tokens, x, weights }) => {
      const { outFeatures, inFeatures, groupSize } = weights;
      const groups = Math.ceil(inFeatures / groupSize);
      const y = fp32Codes(mixpeGemm(x, tokens, weights));
      for (let m = 0; m < tokens; m++) {
        for (let n = 0; n < outFeatures; n++) {
          const row = <T>(values: T[], index: number, length: number) =>
            values.slice(index * length, (index + 1) * length);
          const expected = mixpeDot(
            row(x, m, inFeatures),
            row(weights.codes, n, inFeatures),
            row(weights.scales, n, groups),
            row(weights.zeroPoints, n, groups),
            weights,
          );
          expect(y[m * outFeatures + n]).toBe(expected);
        }
      }
    }),
  );
});

test('hand-worked 2 tokens x 2 outputs, K = 3 in groups of 2, then token scales', () => {
  const weights: MixpeWeights = {
    outFeatures: 2,
    inFeatures: 3,
    groupSize: 2,
    weightBits: 4,
    weightSigned: true,
    zeroPoint: 'none',
    codes: [7, -8, 1, 1, 2, 3],
    scales: [0x3800, 0x3c00, 0x4000, 0x3400], // 0.5 1 / 2 0.25
    zeroPoints: [0, 0, 0, 0],
  };
  const y = mixpeGemm([3, -2, 5, -1, 0, 4], 2, weights);
  expect(y).toEqual(Float32Array.of(18.5 + 5, -2 + 3.75, -3.5 + 4, -2 + 3));
  expect(scaleTokens(y, [0x3c00, 0xc000])).toEqual(Float32Array.of(23.5, 1.75, -1, -2));
});

test('product and sum round separately: 131073 * (1 + 2^-10) rounds to 131201, so the sum with -131201 is +0', () => {
  // 8 * 127 * 127 = 129032; + 127 * 17 + 10 = 131201, and + 127 * 16 + 9 = 131073.
  const weights: MixpeWeights = {
    outFeatures: 1,
    inFeatures: 20,
    groupSize: 10,
    weightBits: 8,
    weightSigned: true,
    zeroPoint: 'none',
    codes: [...new Array<number>(8).fill(-127), -17, -10, ...new Array<number>(8).fill(127), 16, 9],
    scales: [0x3c00, 0x3c01],
    zeroPoints: [0, 0],
  };
  const x = [...new Array<number>(9).fill(127), 1, ...new Array<number>(9).fill(127), 1];
  expect(fp32Codes(mixpeGemm(x, 1, weights))).toEqual(Uint32Array.of(0));
});

test('the token scale is one FP32 rounding of the exact product', () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.array(finite, { minLength: 2, maxLength: 2 }),
      fc.integer({ min: 0, max: 0x7bff }),
      (values, scale) => {
        const y = Float32Array.from(values);
        const expected = Array.from(fp32Codes(y), (code) =>
          multiplyFloatRne(FP32, code, convertFloatRne(FP16, FP32, scale)),
        );
        expect(Array.from(fp32Codes(scaleTokens(y, [scale])))).toEqual(expected);
      },
    ),
  );
});

describe('errors', () => {
  const weights: MixpeWeights = {
    outFeatures: 1,
    inFeatures: 2,
    groupSize: 128,
    weightBits: 4,
    weightSigned: true,
    zeroPoint: 'none',
    codes: [1, 2],
    scales: [0x3c00],
    zeroPoints: [0],
  };
  test.each<[string, () => unknown]>([
    ['x has 3 elements, need 4 (tokens * inFeatures)', () => mixpeGemm([1, 2, 3], 2, weights)],
    [
      'codes has 1 elements, need 2 (outFeatures * inFeatures)',
      () => mixpeGemm([1, 2], 1, { ...weights, codes: [1] }),
    ],
    [
      'scales has 0 elements, need 1 (outFeatures * groups)',
      () => mixpeGemm([1, 2], 1, { ...weights, scales: [] }),
    ],
    ['codes[1] is 8, not in -8..7 (INT4)', () => mixpeGemm([1, 2], 1, { ...weights, codes: [1, 8] })],
    ['x[0] is 200, not in -128..127 (INT8)', () => mixpeGemm([200, 2], 1, weights)],
    ['tokenScales[0] is Infinity', () => scaleTokens(Float32Array.of(1), [0x7c00])],
    [
      'y has 3 elements, not a multiple of 2 tokens',
      () => scaleTokens(new Float32Array(3), [0x3c00, 0x3c00]),
    ],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
  });
});
