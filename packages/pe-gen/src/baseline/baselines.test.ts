// The baselines compute what they say: products and sums against the reference arithmetic, the loop against its description.

import {
  addFloatRne,
  FP16,
  FP32,
  floatToNumber,
  multiplyFloatRne,
  numberToFloatRne,
} from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlignedMac } from './aligned-mac.ts';
import { FloatDot } from './float-dot.ts';
import { NormalisingAccumulator } from './normalising-accumulator.ts';
import { PipelinedMac } from './pipelined-mac.ts';

const finite = fc.integer({ min: 0, max: 0xffff }).filter((code) => (code & 0x7c00) !== 0x7c00);
const draw = <T>(value: fc.Arbitrary<T>, count: number): T[] => fc.sample(value, { numRuns: count, seed: 7 });
/** Sums of products of these stay finite. */
const moderate = finite.filter((code) => (code & 0x7c00) < 0x5000);

/** Feeds pairs one per cycle; each sum stands at the output after three edges. */
async function follow(
  params: NonNullable<Parameters<typeof PipelinedMac.elaborate>[0]>,
  pairs: readonly { readonly x: number; readonly w: number; readonly first: boolean }[],
  sums: readonly number[],
): Promise<void> {
  await simulate(PipelinedMac, params, { backend: 'native' }, async (dut, t) => {
    for (const [i, { x, w, first }] of pairs.entries()) {
      dut.x.poke(x);
      dut.w.poke(w);
      dut.first.poke(first || i === 0);
      await t.step();
      if (i >= 2) expect(Number(dut.sum.peek()), `sum ${i - 2}`).toBe(sums[i - 2]);
    }
  });
}
const sometimes = fc.nat(7).map((n) => n === 0);

test('integer sums at their extremes, and of random operands', async () => {
  await simulate(AlignedMac, { groupSize: 8 }, { backend: 'native' }, async (dut, t) => {
    dut.enable.poke(true);
    let sum = 0;
    const random = draw(
      fc.tuple(fc.integer({ min: -8192, max: 8191 }), fc.integer({ min: -8, max: 7 })),
      800,
    );
    const extremes = Array.from({ length: 16 }, (_, i) => [-8192, i < 8 ? -8 : 7] as const);
    for (const [i, [x, q]] of [...extremes, ...random].entries()) {
      sum = (i % 8 === 0 ? 0 : sum) + x * q;
      dut.first.poke(i % 8 === 0);
      dut.x.poke(x);
      dut.q.poke(q);
      await t.step();
      expect(Number(dut.sum.peek())).toBe(sum);
    }
  });
});

test('FP16 products and sums', async () => {
  const pairs = draw(fc.record({ x: moderate, w: moderate, first: sometimes }), 500);
  let sum = 0;
  const sums = pairs.map(({ x, w, first }, i) => {
    sum = addFloatRne(FP16, multiplyFloatRne(FP16, x, w), first || i === 0 ? 0 : sum);
    return sum;
  });
  await follow({}, pairs, sums);
});

test.each(['fp16', 'int8'] as const)('%s weights, FP32 products and sums', async (weight) => {
  const code = weight === 'fp16' ? finite : fc.integer({ min: 0, max: 255 });
  const pairs = draw(fc.record({ x: finite, w: code, first: sometimes }), 500);
  const valueOfWeight = (w: number): number => (weight === 'fp16' ? floatToNumber(FP16, w) : (w << 24) >> 24);
  let sum = 0;
  const sums = pairs.map(({ x, w, first }, i) => {
    // Exact in binary64 and in FP32; a zero keeps the sign of its factors.
    const product = numberToFloatRne(FP32, floatToNumber(FP16, x) * valueOfWeight(w));
    sum = addFloatRne(FP32, product, first || i === 0 ? 0 : sum);
    return sum;
  });
  await follow({ weight, accumulator: 'fp32' }, pairs, sums);
});

test.each(['drawn', 'aligned'] as const)('the loop that normalises, %s', async (alignment) => {
  const step = fc.record({
    dot: fc.integer({ min: -65536, max: 65535 }),
    exponent: fc.integer({ min: 8, max: 34 }),
    term: fc.constantFrom(0, 2, 4),
    clear: sometimes,
  });
  let acc = { mantissa: 0, exponent: 0 };
  await simulate(NormalisingAccumulator, { alignment }, { backend: 'native' }, async (dut, t) => {
    dut.enable.poke(true);
    for (const [i, drawn] of draw(step, 500).entries()) {
      const clear = drawn.clear || i === 0;
      // As drawn it is right only for exponents that do not fall.
      const exponent =
        alignment === 'drawn' && !clear ? Math.max(drawn.exponent, acc.exponent) : drawn.exponent;
      if (exponent > 50) continue;
      const old = clear ? { mantissa: 0, exponent } : acc;
      const larger = Math.max(exponent, old.exponent);
      let mantissa =
        Math.floor((drawn.dot * 2 ** drawn.term) / 2 ** (larger - exponent)) +
        Math.floor(old.mantissa / 2 ** (larger - old.exponent));
      let shift = 0;
      for (; mantissa >= 2 ** 14 || mantissa < -(2 ** 14); shift++) mantissa = Math.floor(mantissa / 2);
      acc = { mantissa, exponent: larger + shift };
      dut.dot.poke(drawn.dot);
      dut.exponent.poke(exponent);
      dut.term.poke(drawn.term);
      dut.clear.poke(clear);
      await t.step();
      expect({ mantissa: Number(dut.mantissa.peek()), exponent: Number(dut.sum_exponent.peek()) }).toEqual(
        acc,
      );
    }
  });
});

test.each(['fp16', 'fp32'] as const)(
  'DP4 with %s sums: products and sums rounded pair by pair',
  async (accumulator) => {
    const format = accumulator === 'fp16' ? FP16 : FP32;
    const codes = draw(moderate, 8 * 2000);
    const wrong: string[] = [];
    await simulate(FloatDot, { accumulator }, { backend: 'native' }, async (dut, t) => {
      dut.enable.poke(true);
      let sum = 0;
      for (let i = 0; i < 2000; i++) {
        const [x, w] = [codes.slice(8 * i, 8 * i + 4), codes.slice(8 * i + 4, 8 * i + 8)];
        const first = i % 5 === 0;
        dut.first.poke(first);
        dut.x.poke(x.map(BigInt));
        dut.w.poke(w.map(BigInt));
        await t.step();
        // Products of FP16 numbers are exact in binary64: one rounding.
        const p = x.map((code, k) =>
          numberToFloatRne(format, floatToNumber(FP16, code) * floatToNumber(FP16, w[k]!)),
        );
        const pairs = [addFloatRne(format, p[0]!, p[1]!), addFloatRne(format, p[2]!, p[3]!)];
        sum = addFloatRne(format, first ? 0 : sum, addFloatRne(format, pairs[0]!, pairs[1]!));
        if (dut.sum.peek() !== BigInt(sum)) wrong.push(`step ${i}: ${dut.sum.peek()}, expected ${sum}`);
      }
    });
    expect(wrong).toEqual([]);
  },
);
