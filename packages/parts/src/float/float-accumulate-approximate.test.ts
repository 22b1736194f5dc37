// The approximate accumulator against its golden model, state by state: long random accumulations, cancellations and corners.

import {
  accumulateApproximate,
  EMPTY_WINDOW,
  isFiniteFloat,
  roundWindow,
  storedExponent,
} from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import {
  BF16,
  cornerCodes,
  FP8_E5M2,
  FP16,
  FP32,
  randomCode,
  randomNumbers,
} from '../../test/float-formats.ts';
import { FloatAccumulateApproximate, FloatAccumulatorRound } from './float-accumulate-approximate.ts';

test.each([
  { f: BF16, to: FP32, windowBits: 16, coarseBits: 1, fineBits: 2, flushSubnormals: true },
  { f: BF16, to: BF16, windowBits: 24, coarseBits: 2, fineBits: 2, flushSubnormals: false },
  { f: FP16, to: FP32, windowBits: 22, coarseBits: 3, fineBits: 3, flushSubnormals: false },
  { f: FP8_E5M2, to: FP16, windowBits: 9, coarseBits: 1, fineBits: 1, flushSubnormals: true },
])('$f.name, window $windowBits, k $coarseBits, lambda $fineBits', async ({ f, to, ...config }) => {
  const golden = { factors: f, ...config };
  const widths = { exponentBits: f.exponentBits, mantissaBits: f.mantissaBits };
  const corners = cornerCodes(f).filter((c) => isFiniteFloat(f, c));
  const random = randomNumbers(1);
  const finite = (near?: number): number => {
    for (;;) {
      const code = randomCode(f, random, corners, near);
      if (isFiniteFloat(f, code)) return code;
    }
  };
  const states: { state: ReturnType<typeof pins>; rounded: number }[] = [];
  const pins = (s: typeof EMPTY_WINDOW) => ({
    sign: s.negative,
    exponent: BigInt(storedExponent(golden, s)),
    significand: s.significand,
  });
  await simulate(FloatAccumulateApproximate, { ...widths, ...config }, (dut) => {
    for (let run = 0; run < 100; run++) {
      let state = EMPTY_WINDOW;
      let [a, b] = [finite(), finite()];
      for (let step = 0; step < 100; step++) {
        dut.a.poke(a);
        dut.b.poke(b);
        dut.state.poke(pins(state));
        state = accumulateApproximate(golden, state, a, b);
        expect(dut.next.peek(), `run ${run}, step ${step}: ${a} * ${b}`).toEqual(pins(state));
        if (states.length < 3000)
          states.push({ state: pins(state), rounded: roundWindow(golden, state, to) });
        // Every third product is near the one before, so that sums cancel.
        [a, b] = step % 3 ? [finite(a), b] : [finite(), finite()];
      }
    }
  });
  const result = { toExponentBits: to.exponentBits, toMantissaBits: to.mantissaBits };
  await simulate(FloatAccumulatorRound, { ...widths, windowBits: config.windowBits, ...result }, (dut) => {
    for (const { state, rounded } of states) {
      dut.state.poke(state);
      expect(Number(dut.y.peek())).toBe(rounded);
    }
  });
});
