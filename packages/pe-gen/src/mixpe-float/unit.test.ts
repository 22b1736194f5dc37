// The float MixPE lane simulated against its golden model: all configurations, every FP16 code with every weight, broken designs,
// parameters that a user gets wrong, and the error of each accumulator against binary64.

import { BF16, FP16, floatToNumber, fp32ToNumber, mixpeFloatDot, numberToFloatRne } from '@gatewright/golden';
import { ParameterError } from '@gatewright/hdl-core';
import { openDut, verifyUnit } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { broken, expectCaught } from '../../test/broken.ts';
import { MixPeFloatLane } from './lane.ts';
import { fixedCorrectedBits, fixedSumBits, floatLaneParams } from './params.ts';
import { MixPeFloat } from './pe.ts';
import { finiteCodes } from './stimulus.ts';
import { goldenConfig, mixpeFloat } from './unit.ts';

test.each(mixpeFloat.configurations)(
  '%j is bit exact and as fast as predicted',
  async (params) => {
    const report = await verifyUnit(mixpeFloat, params, { runs: 5 });
    expect(report.scenarios.filter((s) => s.problem !== undefined || s.mismatches > 0)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks).toBeGreaterThan(15_000);
  },
  600_000,
);

// 63,488 codes x 16 weights, each product alone: expected values by binary64, in which x * q is exact.
test.each([
  ['FP32', { accumulator: 'fp32' }, (n: number) => BigInt.asUintN(32, BigInt(bits32(n)))],
  ['FP16', { accumulator: 'fp16' }, (n: number) => BigInt(numberToFloatRne(FP16, n))],
  ['fixed', { accumulator: 'fixed' }, (n: number) => BigInt.asUintN(51, BigInt(n * 2 ** 24))],
] as const)(
  'every finite FP16 code times every signed 4-bit weight, %s accumulator',
  async (_, accumulator, expected) => {
    const params = floatLaneParams.parse({ weightSigned: true, zeroPoint: 'none', ...accumulator });
    const codes = finiteCodes(params);
    expect(codes.length).toBe(63_488);
    const { zeroPoint: _mode, zeroPointValue: _value, ...pe } = params;
    const dut = await openDut(MixPeFloat.elaborate(pe), { backend: 'native' });
    let wrong = 0;
    let count = 0;
    await dut.run(async (io, t) => {
      io.enable.poke(true);
      io.first.poke(true);
      for (let q = -8; q < 8; q++) {
        io.q.poke(BigInt(q));
        for (const x of codes) {
          io.x.poke(x);
          await t.step();
          // The product of a negative zero and a positive weight is -0, but a sum from +0 is not.
          if (io.sum.peek() !== expected(floatToNumber(FP16, x) * q + 0)) wrong++;
          count++;
        }
      }
    });
    dut.close();
    expect([wrong, count]).toEqual([0, 1_015_808]);
  },
  900_000,
);
const bits32 = (n: number): number => new Uint32Array(Float32Array.of(n).buffer)[0]!;

describe('a broken design is caught', () => {
  test.each([
    ['a bit below a shifted row', 'MixPeFloat', /(q_row_1 .*, )1'b0\};/, "$11'b1};"],
    ['an accumulator that never restarts', 'MixPeFloat', /\{32\{~first\}\}/, "{32{1'b1}}"],
    ['a sign that is lost', 'MixPeFloat', /product_sign(\s*)= .*;/, 'product_sign$1= x[15];'],
    ['rounding that drops ties', 'MixPeFloat', /sum_round_up(\s*)= [^;]*;/, "sum_round_up$1= 1'b0;"],
    [
      'a term of zero that leads',
      'MixPeFloat',
      /sum_leads(\s*)= [^;]*;/,
      'sum_leads$1= ~sum_difference[9] & (|sum_difference);',
    ],
    ['a scale that is not applied', 'DequantiseFloat', /\.b( *)\(scale_y\)/, ".b$1(32'h3f800000)"],
  ])(
    '%s',
    async (_, module, from, to) => {
      const params = { zeroPoint: 'none', weightSigned: true, groupSize: 16 };
      await expectCaught(mixpeFloat, params, broken(module, from, to), { runs: 3 });
    },
    600_000,
  );
});

test('the fixed accumulator is as wide as its largest sum', () => {
  const p = floatLaneParams.parse({ accumulator: 'fixed' });
  expect([fixedSumBits(p), fixedCorrectedBits(p)]).toEqual([52, 52]);
});

test.each([
  [{ accumulator: 'fixed', activation: 'bf16' }, 'fixed is for fp16 activations'],
  [{ accumulator: 'fp16', activation: 'bf16' }, 'fp16 is for fp16 activations'],
  [{ product: 'exponent' }, 'exponent has no subnormals: set flushSubnormals'],
  [{ product: 'exponent', accumulator: 'fixed', flushSubnormals: true }, 'float accumulator'],
  [{ zeroPoint: 'constant', zeroPointValue: 16 }, 'the zero point is a weight code, so it lies in 0..15'],
] as const)('a bad parameter is one clear sentence: %j', (params, sentence) => {
  expect(() => MixPeFloatLane.elaborate(params)).toThrow(ParameterError);
  expect(() => MixPeFloatLane.elaborate(params)).toThrow(sentence);
});

test('error against binary64: dot products of 512 normal numbers with 4-bit weights', () => {
  let state = 12345;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const snr = (change: object): number => {
    const p = floatLaneParams.parse({ weightSigned: true, zeroPoint: 'none', ...change });
    const format = p.activation === 'fp16' ? FP16 : BF16;
    state = 12345;
    let [signal, noise] = [0, 0];
    for (let dot = 0; dot < 40; dot++) {
      const x = Array.from({ length: 512 }, () => numberToFloatRne(format, normal()));
      const q = x.map(() => Math.floor(uniform() * 16) - 8);
      const exact = x.reduce((sum, code, k) => sum + floatToNumber(format, code) * q[k]!, 0);
      const got = fp32ToNumber(
        mixpeFloatDot(x, q, [0x3c00, 0x3c00, 0x3c00, 0x3c00], undefined, goldenConfig(p)),
      );
      signal += exact ** 2;
      noise += (got - exact) ** 2;
    }
    return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  };
  const figures = {
    fp32: snr({}),
    fixed: snr({ accumulator: 'fixed' }),
    fp16: snr({ accumulator: 'fp16' }),
    variantA: snr({ product: 'exponent', flushSubnormals: true }),
  };
  expect(
    Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, Math.round(v)])),
  ).toMatchInlineSnapshot(`
    {
      "fixed": 148,
      "fp16": 56,
      "fp32": 148,
      "variantA": 75,
    }
  `);
}, 120_000);
