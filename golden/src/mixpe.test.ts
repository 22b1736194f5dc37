import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fp32ToNumber } from './fp32.ts';
import { mixpeDequantise, mixpeDot, mixpeGroupSums } from './mixpe.ts';
import type { MixpeConfig } from './mixpe-config.ts';

const signed: MixpeConfig = { groupSize: 128, weightBits: 4, weightSigned: true, zeroPoint: 'none' };
const unsigned: MixpeConfig = { groupSize: 128, weightBits: 4, weightSigned: false, zeroPoint: 'group' };
const repeat = (n: number, count = 128) => new Array<number>(count).fill(n);

/**
 * RNE32 of n / 2^e for integers, from the definition: scan for the binade, then compare exact remainders. Returns a
 * rational over 2^e again. Nothing here uses floating point.
 */
function rne32(n: bigint, e: number): bigint {
  const magnitude = n < 0n ? -n : n;
  const unit = 1n << BigInt(Math.max(0, magnitude.toString(2).length - 24, e - 149));
  const below = (magnitude / unit) * unit;
  const twice = 2n * (magnitude - below);
  const up = twice > unit || (twice === unit && (magnitude / unit) % 2n === 1n);
  return (n < 0n ? -1n : 1n) * (up ? below + unit : below);
}

/** Every quantity as an integer over 2^24 (the least FP16 step), so the whole reference is integer arithmetic. */
function dotByIntegers(x: number[], q: number[], scales: bigint[], z: number[], groupSize: number): number {
  let y = 0n;
  for (let g = 0; g * groupSize < x.length; g++) {
    let T = 0n;
    for (let k = g * groupSize; k < Math.min(x.length, (g + 1) * groupSize); k++)
      T += BigInt(x[k]! * (q[k]! - z[g]!));
    y = rne32(y + rne32(T * scales[g]!, 24), 24);
  }
  return Number(y) / 2 ** 24;
}

describe('hand-worked', () => {
  test('two groups, the last one short', () => {
    const config: MixpeConfig = { ...signed, groupSize: 2 };
    expect(mixpeGroupSums([3, -2, 5], [7, -8, 1], undefined, config)).toEqual({
      P: Int32Array.of(37, 5),
      X: Int32Array.of(1, 5),
      T: Int32Array.of(37, 5),
    });
    expect(mixpeDot([3, -2, 5], [7, -8, 1], [0x3800, 0x3c00], undefined, config)).toBe(0x41bc0000); // 18.5 + 5 = 23.5
  });

  test('zero points: T = P - z * X', () => {
    const config: MixpeConfig = { ...unsigned, groupSize: 2 };
    expect(mixpeGroupSums([3, -2, 5, 4], [15, 0, 7, 1], [8, 15], config)).toEqual({
      P: Int32Array.of(45, 39),
      X: Int32Array.of(1, 9),
      T: Int32Array.of(37, -96),
    });
  });

  test('a product that needs rounding: 131073 * (1 + 2^-10) = 131201.0009765625 -> 131201', () => {
    expect(mixpeDequantise([131073], [0x3c01])).toBe(0x48002040);
  });

  test('product and sum round separately: two roundings, not a fused multiply-add', () => {
    // 2^24 + 1 * 1 ties to 2^24 each time; the terms 2^-1 + 2^-1 never reach the sum.
    expect(fp32ToNumber(mixpeDequantise([2 ** 18, 1, 1], [0x5400, 0x3c00, 0x3c00]))).toBe(2 ** 24);
    // 131073 * (1 + 2^-10) rounds to 131201 first; exact, the sum with -131201 would be 2^-10.
    expect(mixpeDequantise([-131201, 131073], [0x3c00, 0x3c01])).toBe(0);
  });

  test('the order of the groups is part of the contract', () => {
    expect(fp32ToNumber(mixpeDequantise([1, 2 ** 18, 1], [0x3c00, 0x5400, 0x3c00]))).toBe(2 ** 24);
    expect(fp32ToNumber(mixpeDequantise([1, 1, 2 ** 18], [0x3c00, 0x3c00, 0x5400]))).toBe(2 ** 24 + 2);
  });

  test('zeros: y starts from +0 and stays +0', () => {
    expect(mixpeDot([], [], [], undefined, signed)).toBe(0);
    expect(mixpeDot(repeat(0), repeat(-8), [0x3c00], undefined, signed)).toBe(0);
    expect(mixpeDequantise([0, 0], [0xbc00, 0x8000])).toBe(0); // +0 + -0 = +0
    expect(mixpeDequantise([1, -1], [0x3c00, 0x3c00])).toBe(0);
  });

  test('subnormal scales', () => {
    expect(mixpeDequantise([3], [0x0001])).toBe(0x34400000); // 3 * 2^-24
  });
});

describe('extreme values of a group of 128', () => {
  test.each([
    [signed, -128, -8, 0, 131_072],
    [signed, 127, -8, 0, -130_048],
    [signed, -128, 7, 0, -114_688],
    [{ ...unsigned }, -128, 15, 0, -245_760],
    [{ ...unsigned }, -128, 0, 15, 245_760],
    [{ ...unsigned }, 127, 0, 15, -243_840],
    [{ ...unsigned }, 127, 15, 15, 0],
  ])('%o: x = %i, q = %i, z = %i gives T = %i', (config, x, q, z, T) => {
    expect(mixpeGroupSums(repeat(x), repeat(q), [z], config).T[0]).toBe(T);
    expect(fp32ToNumber(mixpeDot(repeat(x), repeat(q), [0x3c00], [z], config))).toBe(T);
  });

  test('the largest group and widest codes stay inside 32 bits', () => {
    const config: MixpeConfig = { ...unsigned, groupSize: 65536, weightBits: 8 };
    const sums = mixpeGroupSums(repeat(-128, 65536), repeat(0, 65536), [255], config);
    expect(sums.T[0]).toBe(2_139_095_040);
  });
});

test('all 256 x 16 products, both weight formats', () => {
  for (const [config, lowest] of [
    [{ ...signed, groupSize: 1 }, -8],
    [{ ...unsigned, groupSize: 1, zeroPoint: 'none' }, 0],
  ] as [MixpeConfig, number][]) {
    for (let x = -128; x < 128; x++) {
      for (let q = lowest; q < lowest + 16; q++) {
        expect(fp32ToNumber(mixpeDot([x], [q], [0x3c00], undefined, config))).toBe(x * q + 0);
      }
    }
  }
});

test('any dot product equals the all-integer reference', () => {
  const layer = fc
    .record({
      k: fc.integer({ min: 1, max: 300 }),
      groupSize: fc.integer({ min: 1, max: 130 }),
      bits: fc.integer({ min: 2, max: 8 }),
      isSigned: fc.boolean(),
    })
    .chain(({ k, groupSize, bits, isSigned }) => {
      const groups = Math.ceil(k / groupSize);
      const low = isSigned ? -(2 ** (bits - 1)) : 0;
      const code = fc.integer({ min: low, max: low + 2 ** bits - 1 });
      const array = <T>(value: fc.Arbitrary<T>, length: number) =>
        fc.array(value, { minLength: length, maxLength: length });
      // A scale as its fields: value = (hidden + fraction) * 2^(max(exponent, 1) - 25), either sign.
      const scale = fc.tuple(
        fc.boolean(),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 1023 }),
      );
      return fc.record({
        config: fc.constant<MixpeConfig>({
          groupSize,
          weightBits: bits,
          weightSigned: isSigned,
          zeroPoint: 'group',
        }),
        x: array(fc.oneof(fc.integer({ min: -128, max: 127 }), fc.constantFrom(-128, 127)), k),
        q: array(code, k),
        z: array(code, groups),
        scale: array(scale, groups),
      });
    });
  fc.assert(
    fc.property(layer, ({ config, x, q, z, scale }) => {
      const codes = scale.map(([negative, e, m]) => (negative ? 0x8000 : 0) + e * 1024 + m);
      const steps = scale.map(([negative, e, m]) => {
        const magnitude = BigInt(e === 0 ? m : m + 1024) << BigInt(Math.max(e, 1) - 1);
        return negative ? -magnitude : magnitude;
      });
      const expected = dotByIntegers(x, q, steps, z, config.groupSize);
      expect(fp32ToNumber(mixpeDot(x, q, codes, z, config))).toBe(expected + 0);
    }),
    { numRuns: 500 },
  );
});

describe('errors name the array, the index and the value', () => {
  test.each<[string, () => unknown]>([
    ['x[1] is 128, not in -128..127 (INT8)', () => mixpeDot([0, 128], [0, 0], [0x3c00], undefined, signed)],
    ['q[0] is 8, not in -8..7 (INT4)', () => mixpeDot([0], [8], [0x3c00], undefined, signed)],
    ['q[0] is -1, not in 0..15 (UINT4)', () => mixpeDot([0], [-1], [0x3c00], [0], unsigned)],
    ['zeroPoints[0] is 16, not in 0..15 (UINT4)', () => mixpeDot([0], [1], [0x3c00], [16], unsigned)],
    [
      "zeroPoints are missing: zeroPoint mode 'group' needs 1",
      () => mixpeDot([0], [1], [0x3c00], undefined, unsigned),
    ],
    ["zeroPoints[0] is 3: mode 'none' needs 0 everywhere", () => mixpeDot([0], [1], [0x3c00], [3], signed)],
    [
      "zeroPoints[1] is 7: mode 'constant' needs 8 everywhere",
      () => mixpeGroupSums([0, 0], [1, 1], [8, 7], { ...unsigned, groupSize: 1, zeroPoint: 'constant' }),
    ],
    [
      'zeroPoints has 1 elements, need 2 (groups)',
      () => mixpeGroupSums([0, 0], [1, 1], [8], { ...unsigned, groupSize: 1 }),
    ],
    ['q has 2 elements, need 1 (K activations)', () => mixpeDot([0], [1, 1], [0x3c00], undefined, signed)],
    ['scales has 2 elements, need 1 (groups)', () => mixpeDot([0], [1], [0x3c00, 0x3c00], undefined, signed)],
    ['scales[0] is Infinity (0x7c00): need finite', () => mixpeDot([0], [1], [0x7c00], undefined, signed)],
    ['scales[0] is NaN (0x7e00): need finite', () => mixpeDot([0], [1], [0x7e00], undefined, signed)],
    ['-1 is not a FP16 code', () => mixpeDot([0], [1], [-1], undefined, signed)],
  ])('%s', (message, run) => {
    expect(run).toThrow(message);
  });
});
