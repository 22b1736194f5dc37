// The layer against its definition: the dot product of every token with every output.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BITMOD_DATATYPES, bitmodUnit, bitmodUnits } from './bitmod-datatype.ts';
import { bitmodGemm, scaleChannels } from './bitmod-gemm.ts';
import { BITMOD_ROUNDINGS, bitmodDot } from './bitmod-pe.ts';
import { bitmodSpecialUnits, quantiseBitmod } from './bitmod-quantise.ts';
import { BF16, FP16 } from './float-format.ts';
import { fp32Codes } from './fp32.ts';

const layer = fc.record({
  tokens: fc.integer({ min: 1, max: 3 }),
  outFeatures: fc.integer({ min: 1, max: 6 }),
  inFeatures: fc.integer({ min: 1, max: 40 }),
  groupSize: fc.constantFrom(4, 12, 16, 128),
  lanes: fc.constantFrom(1, 2, 4),
  guardBits: fc.integer({ min: 0, max: 3 }),
  rounding: fc.constantFrom(...BITMOD_ROUNDINGS),
  activation: fc.constantFrom(FP16, BF16, 'int8' as const),
  datatype: fc.constantFrom(...BITMOD_DATATYPES),
  seed: fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 600, maxLength: 600 }),
});

test('every element is the dot product of its token and its output', () => {
  fc.assert(
    fc.property(layer, ({ tokens, outFeatures, inFeatures, groupSize, datatype, seed, ...config }) => {
      const { activation } = config;
      const finite = (code: number): number =>
        activation === 'int8'
          ? (code % 256) - 128
          : (code & 0x8000) | ((code & 0x7fff) % (activation === FP16 ? 0x7c00 : 0x7f80));
      const x = seed.slice(0, tokens * inFeatures).map(finite);
      const w = Float32Array.from(
        seed.slice(300, 300 + outFeatures * inFeatures),
        (code) => code / 32_768 - 1,
      );
      const q = quantiseBitmod(w, { outFeatures, inFeatures }, { datatype, groupSize });
      const y = fp32Codes(bitmodGemm(x, tokens, q, config));
      for (let m = 0; m < tokens; m++)
        for (let n = 0; n < outFeatures; n++) {
          const groups = Array.from({ length: q.groups }, (_, g) => {
            const special = bitmodSpecialUnits(datatype, q.specials[n * q.groups + g]!);
            const start = n * inFeatures + g * groupSize;
            const end = Math.min(start + groupSize, (n + 1) * inFeatures);
            const weights = [...q.codes.subarray(start, end)].map((c) => bitmodUnits(datatype, c, special));
            return { weights, unit: bitmodUnit(datatype), scale: q.scales[n * q.groups + g]! };
          });
          const row = x.slice(m * inFeatures, (m + 1) * inFeatures);
          expect(y[m * outFeatures + n]).toBe(bitmodDot(row, groups, config));
        }
    }),
    { numRuns: 300 },
  );
});

test('channel scales are one rounding', () => {
  const y = scaleChannels(Float32Array.of(1, 2, 3, 4), Float32Array.of(0.1, 0.5));
  expect([...y]).toEqual([Math.fround(0.1), 1, Math.fround(3 * Math.fround(0.1)), 2]);
  expect(() => scaleChannels(new Float32Array(3), new Float32Array(2))).toThrow('not a multiple of 2');
});

test('lengths that differ', () => {
  const q = quantiseBitmod(
    Float32Array.of(1, 2),
    { outFeatures: 1, inFeatures: 2 },
    { datatype: 'fp4', groupSize: 2 },
  );
  const config = { activation: FP16, guardBits: 2, lanes: 4, rounding: 'truncate' } as const;
  expect(() => bitmodGemm([0], 1, q, config)).toThrow('activations has 1 elements, need 2');
});
