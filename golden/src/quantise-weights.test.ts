import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FP16 } from './float-format.ts';
import { floatToNumber } from './float-number.ts';
import { fp32Codes } from './fp32.ts';
import { mixpeGemm } from './mixpe-gemm.ts';
import {
  dequantiseWeights,
  offsetBinaryWeights,
  type QuantisedWeights,
  quantiseWeights,
} from './quantise-weights.ts';

const row = (...values: number[]) => Float32Array.from(values);

describe('hand-worked', () => {
  test('symmetric, two outputs, groups of 2, the last one short', () => {
    const q = quantiseWeights(
      row(7, -3.5, 0.4375, 0, 1.75, -0.875),
      { outFeatures: 2, inFeatures: 3 },
      { bits: 4, groupSize: 2, scheme: 'symmetric' },
    );
    expect(q.groups).toBe(2);
    expect(q.scales).toEqual(Uint16Array.of(0x3c00, 0x2c00, 0x3400, 0x3000)); // 1, 1/16, 1/4, 1/8
    // -3.5 / 1 ties to -4 (even); 0.4375 / (1/16) = 7; 1.75 / 0.25 = 7; -0.875 / 0.125 = -7
    expect(q.codes).toEqual(Int8Array.of(7, -4, 7, 0, 7, -7));
    expect(q.zeroPoints).toEqual(new Int8Array(4));
    expect([q.weightSigned, q.zeroPoint]).toEqual([true, 'none']);
    expect(dequantiseWeights(q)).toEqual(row(7, -4, 0.4375, 0, 1.75, -0.875));
  });

  test('asymmetric: scale (high - low) / 15, zero point -low / s', () => {
    const q = quantiseWeights(
      row(-5, 10, 0, 2.4),
      { outFeatures: 1, inFeatures: 4 },
      { bits: 4, scheme: 'asymmetric' },
    );
    expect(q.scales).toEqual(Uint16Array.of(0x3c00));
    expect(q.zeroPoints).toEqual(Uint8Array.of(5));
    expect(q.codes).toEqual(Uint8Array.of(0, 15, 5, 7));
    expect([q.weightSigned, q.zeroPoint]).toEqual([false, 'group']);
  });

  test('the scale is rounded to FP16 before the codes: 1000 / 7 becomes 142.875, so 500 codes as 3, not 4', () => {
    const q = quantiseWeights(
      row(1000, 500.03),
      { outFeatures: 1, inFeatures: 2 },
      { bits: 4, scheme: 'symmetric' },
    );
    expect(q.scales).toEqual(Uint16Array.of(0x5877)); // 1143 / 8 = 142.875
    expect(q.codes).toEqual(Int8Array.of(7, 3)); // 500.03 / 142.857 = 3.50021 but / 142.875 = 3.49977
  });

  test('groups of equal values: all 0, all positive, all negative', () => {
    const q = (value: number) =>
      quantiseWeights(
        new Float32Array(3).fill(value),
        { outFeatures: 1, inFeatures: 3 },
        { bits: 4, scheme: 'asymmetric' },
      );
    expect([q(0).scales[0], q(0).zeroPoints[0], ...q(0).codes]).toEqual([0x3c00, 0, 0, 0, 0]);
    expect([q(30).scales[0], q(30).zeroPoints[0], ...q(30).codes]).toEqual([0x4000, 0, 15, 15, 15]);
    expect([q(-30).scales[0], q(-30).zeroPoints[0], ...q(-30).codes]).toEqual([0x4000, 15, 0, 0, 0]);
    const zeros = quantiseWeights(
      new Float32Array(3),
      { outFeatures: 1, inFeatures: 3 },
      { bits: 4, scheme: 'symmetric' },
    );
    expect([zeros.scales[0], ...zeros.codes]).toEqual([0x3c00, 0, 0, 0]);
    expect(dequantiseWeights(zeros)).toEqual(new Float32Array(3));
  });

  test('a group too small for FP16 keeps the smallest scale', () => {
    const q = quantiseWeights(
      row(2 ** -24, 2 ** -30),
      { outFeatures: 1, inFeatures: 2 },
      { bits: 4, scheme: 'symmetric' },
    );
    expect(q.scales).toEqual(Uint16Array.of(1));
    expect(q.codes).toEqual(Int8Array.of(1, 0));
  });

  test('a scale that rounds down in FP16 leaves the zero point inside the code range', () => {
    // 22 steps of 2^-24 over 15 codes: 1.47 rounds to a scale of one step, so -low / s = 22 has to saturate at 15.
    const q = quantiseWeights(
      row(-22 * 2 ** -24),
      { outFeatures: 1, inFeatures: 1 },
      { bits: 4, scheme: 'asymmetric' },
    );
    expect([q.scales[0], q.zeroPoints[0], q.codes[0]]).toEqual([1, 15, 0]);
  });

  test('group size defaults to 128', () => {
    const q = quantiseWeights(
      new Float32Array(300),
      { outFeatures: 1, inFeatures: 300 },
      { bits: 4, scheme: 'symmetric' },
    );
    expect([q.groupSize, q.groups]).toEqual([128, 3]);
  });
});

test('every code is the nearest one its group allows, and the scale the FP16 nearest to the ideal', () => {
  const tensor = fc.record({
    outFeatures: fc.integer({ min: 1, max: 3 }),
    inFeatures: fc.integer({ min: 1, max: 12 }),
    groupSize: fc.integer({ min: 1, max: 8 }),
    bits: fc.integer({ min: 2, max: 8 }),
    scheme: fc.constantFrom('symmetric' as const, 'asymmetric' as const),
    values: fc.array(fc.float({ min: -64, max: 64, noNaN: true }), { minLength: 36, maxLength: 36 }),
  });
  fc.assert(
    fc.property(tensor, ({ outFeatures, inFeatures, groupSize, bits, scheme, values }) => {
      const w = Float32Array.from(values.slice(0, outFeatures * inFeatures));
      const q = quantiseWeights(w, { outFeatures, inFeatures }, { bits, groupSize, scheme });
      const decoded = dequantiseWeights(q);
      const [lowest, highest] =
        scheme === 'symmetric' ? [1 - 2 ** (bits - 1), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
      for (let i = 0; i < w.length; i++) {
        const g = Math.floor(i / inFeatures) * q.groups + Math.floor((i % inFeatures) / groupSize);
        const s = floatToNumber(FP16, q.scales[g]!);
        expect(decoded[i]).toBe(s * (q.codes[i]! - q.zeroPoints[g]!));
        const allowed = Array.from({ length: highest - lowest + 1 }, (_, j) => lowest + j - q.zeroPoints[g]!);
        const least = Math.min(...allowed.map((steps) => Math.abs(w[i]! - s * steps)));
        expect(Math.abs(w[i]! - decoded[i]!)).toBe(least);
        const start =
          Math.floor(i / inFeatures) * inFeatures + Math.floor((i % inFeatures) / groupSize) * groupSize;
        const group = w.slice(
          start,
          Math.min(start + groupSize, (Math.floor(i / inFeatures) + 1) * inFeatures),
        );
        const span =
          scheme === 'symmetric'
            ? Math.max(...group.map(Math.abs))
            : Math.max(0, ...group) - Math.min(0, ...group);
        if (span === 0) expect(s).toBe(1);
        else {
          for (const neighbour of [q.scales[g]! - 1, q.scales[g]! + 1]) {
            if (neighbour === 0) continue;
            const distance = Math.abs(floatToNumber(FP16, neighbour) - span / highest);
            expect(Math.abs(s - span / highest)).toBeLessThanOrEqual(distance);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

describe('offset binary', () => {
  const w = Float32Array.from({ length: 20 }, (_, i) => Math.cos(i * 1.7));
  const signed = quantiseWeights(
    w,
    { outFeatures: 2, inFeatures: 10 },
    { bits: 4, groupSize: 4, scheme: 'symmetric' },
  );

  test('stands for the same weights and gives the same bits through the reference', () => {
    const offset = offsetBinaryWeights(signed);
    expect([offset.weightSigned, offset.zeroPoint, offset.zeroPoints[0]]).toEqual([false, 'constant', 8]);
    expect(dequantiseWeights(offset)).toEqual(dequantiseWeights(signed));
    const x = Int8Array.from({ length: 30 }, (_, i) => ((i * 89) % 256) - 128);
    expect(fp32Codes(mixpeGemm(x, 3, offset))).toEqual(fp32Codes(mixpeGemm(x, 3, signed)));
  });

  test('refuses codes that are unsigned already', () => {
    expect(() => offsetBinaryWeights(offsetBinaryWeights(signed))).toThrow("zeroPoint 'constant'");
  });
});

describe('errors', () => {
  const quantise = (w: Float32Array, over: object = {}): QuantisedWeights =>
    quantiseWeights(w, { outFeatures: 2, inFeatures: 3 }, { bits: 4, scheme: 'symmetric', ...over });
  test.each<[string, () => unknown]>([
    ['weights[row 1, column 2] is NaN: need finite', () => quantise(row(1, 2, 3, 4, 5, Number.NaN))],
    ['weights[row 0, column 1] is -Infinity: need finite', () => quantise(row(1, -Infinity, 3, 4, 5, 6))],
    ['weights: 5 elements do not make 2 x 3 (row x column)', () => quantise(row(1, 2, 3, 4, 5))],
    ['weightBits is 1: need an integer in 2..8', () => quantise(new Float32Array(6), { bits: 1 })],
    ['groupSize is 1.5', () => quantise(new Float32Array(6), { groupSize: 1.5 })],
    ['weights[row 1, group 0]: the scale 100000 overflows FP16', () => quantise(row(1, 1, 1, 700_000, 0, 0))],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
  });
  test('a shape that is no matrix', () => {
    expect(() =>
      quantiseWeights(
        new Float32Array(0),
        { outFeatures: 2, inFeatures: 0 },
        { bits: 4, scheme: 'symmetric' },
      ),
    ).toThrow('weights: shape 2 x 0 is not a matrix');
  });
});
