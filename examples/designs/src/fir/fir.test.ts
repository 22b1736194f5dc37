// The filter against its definition: a convolution of exact integers, rounded half up and clamped.

import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectReviewedVerilog } from '../../test/verilog-of.ts';
import { Fir } from './fir.ts';

/** y[n] = clamp(floor(sum h[k] x[n-k] / 2^shift + 1/2)), h mirrored about its centre. */
function filtered(
  samples: readonly number[],
  half: readonly number[],
  shift: number,
  width: number,
): bigint[] {
  const h = [...half, ...half.slice(0, -1).reverse()].map(BigInt);
  const [top, bottom] = [(1n << BigInt(width - 1)) - 1n, -(1n << BigInt(width - 1))];
  return samples.map((_, n) => {
    let sum = 0n;
    h.forEach((c, k) => (sum += c * BigInt(samples[n - k] ?? 0)));
    const doubled = 2n * sum + (1n << BigInt(shift));
    const divisor = 2n << BigInt(shift);
    const rounded = (doubled - (((doubled % divisor) + divisor) % divisor)) / divisor;
    return rounded > top ? top : rounded < bottom ? bottom : rounded;
  });
}

const low = [-12, 0, 147, 298, 366];

test('the Verilog is as reviewed, and clean in three tools', () =>
  expectReviewedVerilog(Fir.elaborate(), import.meta.dirname));

test('an impulse gives the coefficients, a step their sum', async () => {
  const outputs = await simulate(Fir, {}, async (dut) => {
    const samples = [1024, ...Array(8).fill(0), ...Array(12).fill(1000)];
    const sent = dut.in.sendAll(samples);
    const ys = await dut.out.take(samples.length);
    await sent;
    return ys;
  });
  expect(outputs.slice(0, 9)).toEqual([-12n, 0n, 147n, 298n, 366n, 298n, 147n, 0n, -12n]);
  // 1000 * 1232 / 1024 = 1203.125
  expect(outputs.at(-1)).toBe(1203n);
});

test('one sample per cycle, four cycles late', () =>
  simulate(Fir, {}, async (dut, t) => {
    const sent = dut.in.sendAll(Array(100).fill(1));
    await dut.out.take(100);
    await sent;
    expect(t.cycle).toBe(104);
  }));

test.each([
  { width: 16, half: low, shift: 10 },
  { width: 8, half: [0, 127, -1], shift: 3 },
  { width: 12, half: [-2048, 2047, 1], shift: 1 },
])('random samples, stalls and saturation: %j', async (params) => {
  const { width, half, shift } = params;
  const limit = 2 ** (width - 1);
  const corner = fc.constantFrom(-limit, limit - 1, 0);
  const samples = fc.array(fc.oneof(corner, fc.integer({ min: -limit, max: limit - 1 })), {
    minLength: 200,
    maxLength: 200,
  });
  await fc.assert(
    fc.asyncProperty(samples, fc.nat(), (xs, seed) =>
      simulate(Fir, params, { stalls: { seed } }, async (dut) => {
        const sent = dut.in.sendAll(xs);
        const ys = await dut.out.take(xs.length);
        await sent;
        expect(ys).toEqual(filtered(xs, half, shift, width));
      }),
    ),
    { numRuns: 5 },
  );
});

test('the coefficients set the widths: nothing is lost before the last stage', () => {
  const widths = (half: number[]): string[] =>
    Fir.elaborate({ half })
      .verilog()[0]!
      .text.match(/reg signed +\[\d+:0\] +sum;/g)!;
  expect([widths([0, 1]), widths(low), widths(Array(33).fill(1000))].flat()).toMatchInlineSnapshot(`
    [
      "reg signed [15:0] sum;",
      "reg signed [27:0] sum;",
      "reg signed [32:0] sum;",
    ]
  `);
});
