// The float baselines against golden arithmetic, step by step: they must be right to be compared with.

import {
  convertFloatRne,
  FP16,
  FP32,
  floatToNumber,
  isFiniteFloat,
  mixedMultiplyAddFloatRne,
  multiplyFloatRne,
  numberToFloatRne,
} from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { FloatMac } from './float-mac.ts';

/** Numbers below 2^32, the same on every run. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield (state ^ (state >>> 13)) >>> 0;
  }
}

test.each([
  { adder: 'aligned', accumulator: 'fp32' },
  { adder: 'fused', accumulator: 'fp32' },
  { adder: 'fused', accumulator: 'fp16' },
  { adder: 'aligned', accumulator: 'fp16' },
  { adder: 'aligned', accumulator: 'fixed' },
  { weight: 'integer', adder: 'aligned' },
  { weight: 'integer', weightBits: 8, adder: 'fused' },
  { weight: 'dequantised', adder: 'aligned' },
] as const)('%j does one rounded multiply-add per cycle', async (params) => {
  const p = FloatMac.params.parse(params);
  const sumFormat = p.accumulator === 'fp32' ? FP32 : FP16;
  const fixed = p.accumulator === 'fixed';
  const random = numbers(42);
  const wrong: string[] = [];
  let steps = 0;
  await simulate(FloatMac, params, { backend: 'native' }, async (dut, t) => {
    const io = dut as unknown as Record<string, { poke(v: number | boolean): void; peek(): bigint }>;
    let sum = 0;
    let exact = 0n;
    const finite = (): number => {
      // Many codes near one another, many subnormal or large ones.
      const code = random.next().value;
      const n = [code & 0xffff, (code & 0x83ff) | 0x3c00, code & 0x83ff, (code & 0x87ff) | 0x7000][
        (code >>> 16) & 3
      ]!;
      return isFiniteFloat(FP16, n) ? n : n & 0x83ff;
    };
    let [x, q] = [0, 0];
    io.enable!.poke(true);
    for (let i = 0; i < 40_000; i++) {
      const first = i % 8 === 0;
      const scale = finite();
      // Every fourth product nearly cancels the one before.
      if (i % 4 === 3) x = (x ^ 0x8000 ^ (random.next().value & 3)) & 0xfbff;
      else {
        x = finite();
        q = p.weight === 'fp16' ? finite() : random.next().value & (2 ** p.weightBits - 1);
      }
      const signed = q >= 2 ** (p.weightBits - 1) ? q - 2 ** p.weightBits : q;
      const converted = p.weight === 'fp16' ? q : numberToFloatRne(FP16, signed);
      const w = p.weight === 'dequantised' ? multiplyFloatRne(FP16, converted, scale) : converted;
      if (!isFiniteFloat(FP16, w)) continue;
      io.first!.poke(first);
      io.x!.poke(x);
      io.q!.poke(q);
      if (p.weight === 'dequantised') io.scale!.poke(scale);
      await t.step();
      // The product of two FP16 numbers is exact in binary64, and a multiple of 2^-48.
      exact = (first ? 0n : exact) + BigInt(floatToNumber(FP16, x) * floatToNumber(FP16, w) * 2 ** 48);
      sum = mixedMultiplyAddFloatRne(FP16, sumFormat, x, w, first ? 0 : sum);
      steps++;
      const expected = fixed ? BigInt.asUintN(88, exact) : BigInt(sum);
      if (io.sum!.peek() !== expected && wrong.length < 5)
        wrong.push(`step ${i}: ${io.sum!.peek().toString(16)}, expected ${expected.toString(16)}`);
    }
  });
  expect(wrong).toEqual([]);
  expect(steps).toBeGreaterThan(10_000);
});

test('FP16 holds every INT8 exactly, so that the conversion rounds nothing', () => {
  for (let n = -128; n < 128; n++)
    expect(convertFloatRne(FP16, FP32, numberToFloatRne(FP16, n))).toBe(numberToFloatRne(FP32, n));
});
