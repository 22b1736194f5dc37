// Stored formats: each gives back what its quantiser says, from bytes whose layout is as documented.

import { expect, test } from 'vitest';
import { dequantiseBitmod, quantiseBitmod } from './bitmod-quantise.ts';
import { dequantiseWeights, quantiseWeights } from './quantise-weights.ts';
import { storedBytes, WEIGHT_FORMATS, type WeightFormatInfo } from './weight-format.ts';

const shape = { outFeatures: 3, inFeatures: 21 };
/** Groups of 8, 8 and 5. */
const GROUP = 8;
const weights = Float32Array.from({ length: 63 }, (_, i) => Math.sin(7 * i) * (i % 5 === 0 ? 0.3 : 0.05));
const named = (name: string): WeightFormatInfo => WEIGHT_FORMATS.find((f) => f.name === name)!;

test('names are unique', () => {
  expect(new Set(WEIGHT_FORMATS.map((f) => f.name)).size).toBe(WEIGHT_FORMATS.length);
});

test.each(WEIGHT_FORMATS)('$name: parts are as large as announced, and all zeros stay zeros', (format) => {
  const parts = format.parts(shape, GROUP);
  const bytes = format.quantise(weights, shape, GROUP);
  expect(bytes.map((b) => b.length)).toEqual(parts.map(storedBytes));
  const zeros = format.quantise(new Float32Array(63), shape, GROUP);
  expect(format.restore(zeros, shape, GROUP).every((w) => w === 0)).toBe(true);
});

test.each([
  ['bitmod-fp3', 'fp3', [0, 1, 2, 3]],
  ['bitmod-fp4', 'fp4', [0, 1, 2, 3]],
  ['bitmod-int5', 'int5', []],
  ['fp4', 'fp4', []],
] as const)('%s restores what the quantiser means', (name, datatype, specials) => {
  const expected = dequantiseBitmod(quantiseBitmod(weights, shape, { datatype, groupSize: GROUP, specials }));
  const format = named(name);
  expect(format.restore(format.quantise(weights, shape, GROUP), shape, GROUP)).toEqual(expected);
});

test.each([
  ['int3-sym', 3, 'symmetric'],
  ['int8-sym', 8, 'symmetric'],
  ['int5-asym', 5, 'asymmetric'],
  ['mixpe-w4', 4, 'asymmetric'],
] as const)('%s restores what the quantiser means', (name, bits, scheme) => {
  const expected = dequantiseWeights(quantiseWeights(weights, shape, { bits, groupSize: GROUP, scheme }));
  const format = named(name);
  expect(format.restore(format.quantise(weights, shape, GROUP), shape, GROUP)).toEqual(expected);
});

test('BitMoD FP4 by hand: codes, scales and choices of a row', () => {
  // Group 0 holds +8 (special index 2), group 1 holds -5 and 6 (special index 1) at half the scale.
  const row = Float32Array.of(8, -6, 1, 0.5, 3, -2.5, 0.25, 0.5);
  const format = named('bitmod-fp4');
  const bytes = format.quantise(row, { outFeatures: 1, inFeatures: 8 }, 4);
  expect([...bytes[0]!]).toEqual([0xf8, 0x12, 0x87, 0x21]);
  expect([...bytes[3]!]).toEqual([0b01_10]);
  expect(
    format.parts({ outFeatures: 1, inFeatures: 8 }, 4).map((p) => [p.suffix, p.dtype, ...p.shape]),
  ).toEqual([
    ['codes', 'U8', 1, 4],
    ['scales', 'U8', 1, 2],
    ['channel_scales', 'F32', 1],
    ['specials', 'U8', 1, 1],
  ]);
});
