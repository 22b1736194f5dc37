// Alignment against arithmetic in binary64, and what it costs in precision.

import { compareTensors, FP16, floatToNumber, numberToFloatRne } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExponentAligner } from './exponent-aligner.ts';

const finite = fc.integer({ min: 0, max: 0xffff }).filter((code) => (code & 0x7c00) !== 0x7c00);
const near = fc.tuple(fc.nat(0x7ff), fc.boolean()).map(([low, minus]) => 0x3c00 + low + (minus ? 0x8000 : 0));
const group = fc.oneof(
  fc.array(finite, { minLength: 1, maxLength: 12 }),
  fc.array(near, { minLength: 1, maxLength: 12 }),
);

/** The unit in which the largest number below 2^14 fills `bits` - 1 bits: of subnormals that of exponent field 1. */
function unitOf(codes: readonly number[], bits: number): number {
  const largest = Math.max(...codes.map((code) => Math.abs(floatToNumber(FP16, code))));
  const exponent = Math.max(-14, largest === 0 ? -14 : Math.floor(Math.log2(largest)));
  return 2 ** (exponent + 2 - bits);
}

test.each([13, 14, 20])('activations as integers of %i bits, rounded toward zero', async (activationBits) => {
  const groups = fc.sample(group, { numRuns: 400, seed: 11 });
  await simulate(ExponentAligner, { activationBits }, { backend: 'native' }, async (dut, t) => {
    dut.enable.poke(true);
    // The first group is only looked at; groups differ in length, so the shorter of two is read to its end again.
    for (const [g, codes] of [[0], ...groups].entries()) {
      const next = groups[g] ?? [0];
      for (let i = 0; i < Math.max(codes.length, next.length); i++) {
        const x = codes[i % codes.length]!;
        dut.first.poke(i === 0);
        dut.ahead.poke(next[i % next.length]!);
        dut.x.poke(x);
        await t.step();
        if (g === 0) continue;
        const unit = unitOf(codes, activationBits);
        expect(Number(dut.aligned.peek()), `group ${g}: ${codes.join(' ')}`).toBe(
          Math.trunc(floatToNumber(FP16, x) / unit) + 0,
        );
        expect(2 ** (Number(dut.exponent.peek()) - activationBits - 13)).toBe(unit);
      }
    }
  });
});

test('what alignment drops: dot products of 128 normal numbers with 4-bit weights, against binary64', () => {
  let state = 5;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  const dots = Array.from({ length: 400 }, () =>
    Array.from({ length: 128 }, () => ({
      code: numberToFloatRne(FP16, normal()),
      q: Math.floor(random() * 16) - 8,
    })),
  );
  const exact = dots.map((dot) => dot.reduce((sum, { code, q }) => sum + q * floatToNumber(FP16, code), 0));
  const decibels = [12, 13, 14, 16].map((bits) => {
    const sums = dots.map((dot) => {
      const unit = unitOf(
        dot.map(({ code }) => code),
        bits,
      );
      return (
        dot.reduce((sum, { code, q }) => sum + q * Math.trunc(floatToNumber(FP16, code) / unit), 0) * unit
      );
    });
    return Math.round(compareTensors(Float32Array.from(exact), Float32Array.from(sums)).snrDb);
  });
  expect(decibels).toMatchInlineSnapshot(`
    [
      61,
      69,
      78,
      95,
    ]
  `);
});
