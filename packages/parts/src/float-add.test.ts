// FloatAdd against the exact adder of golden: every pair of two 8-bit formats, and FP32 against Math.fround.

import { addFloatRne, defineFloatFormat, FP8_E5M2, fp32Add, fp32FromNumber } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FloatAdd } from './float-add.ts';

const E4M3 = defineFloatFormat({ name: 'E4M3 with infinities', exponentBits: 4, mantissaBits: 3 });

test.each([FP8_E5M2, E4M3])('every pair of $name is correctly rounded', async (format) => {
  const wrong: string[] = [];
  await simulate(
    FloatAdd,
    { exponentBits: format.exponentBits, mantissaBits: format.mantissaBits },
    {},
    async (dut) => {
      for (let a = 0; a < 256; a++) {
        dut.a.poke(a);
        for (let b = 0; b < 256; b++) {
          dut.b.poke(b);
          const sum = Number(dut.sum.peek());
          const expected = addFloatRne(format, a, b);
          if (sum !== expected) wrong.push(`${a} + ${b} = ${sum}, expected ${expected}`);
        }
      }
    },
  );
  expect(wrong.slice(0, 5)).toEqual([]);
});

/** FP32 codes near the places where adders fail: close exponents, subnormals, infinities, NaN, long carries. */
const corners = [
  0, 1, 2, 0x7fffff, 0x800000, 0x800001, 0xffffff, 0x3f800000, 0x3f7fffff, 0x3f800001, 0x4b800000, 0x7f7fffff,
  0x7f800000, 0x7fc00000, 0x7f800001,
].flatMap((c) => [c, (c | 0x80000000) >>> 0]);
const code = fc.oneof(
  fc.constantFrom(...corners),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc
    .tuple(fc.integer({ min: 0x3f000000, max: 0x41000000 }), fc.boolean())
    .map(([c, n]) => (n ? c | 0x80000000 : c) >>> 0),
);

test.each([true, false])('FP32 sums are those of Math.fround (full range: %s)', async (fullRange) => {
  const normal = (c: number): boolean => {
    const exponent = (c >>> 23) & 0xff;
    return exponent === 0 ? (c & 0x7fffff) === 0 : exponent < 255;
  };
  await simulate(FloatAdd, { fullRange }, {}, async (dut) => {
    const sum = (a: number, b: number): number => {
      dut.a.poke(a);
      dut.b.poke(b);
      return Number(dut.sum.peek());
    };
    const check = (a: number, b: number): void => {
      const expected = fp32Add(a, b);
      if (fullRange || [a, b, expected].every(normal)) expect([a, b, sum(a, b)]).toEqual([a, b, expected]);
    };
    for (const a of corners) for (const b of corners) check(a, b);
    fc.assert(fc.property(code, code, check), { numRuns: 20_000 });
  });
  expect(fp32FromNumber(1)).toBe(0x3f800000);
});
