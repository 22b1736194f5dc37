// Fixed-point signals against the arithmetic of JavaScript's numbers, which is exact at these sizes; and their values in a
// testbench.

import { bool, defineModule, input, mux, output, ROUNDINGS, sfix, sint, ufix } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../src/index.ts';

const name = (mode: string): string => `to_${mode.replace('-', '_')}`;

const Arithmetic = defineModule({
  name: 'FixedArithmetic',
  params: z.object({}),
  ports: () => ({
    x: input(sfix(4, 4)),
    gain: input(ufix(2, 6)),
    offset: input(sfix(3, 2)),
    n: input(sint(6)),
    sum: output(sfix(5, 4)),
    difference: output(sfix(6, 6)),
    product: output(sfix(6, 10)),
    negated: output(sfix(5, 4)),
    magnitude: output(ufix(4, 4)),
    least: output(sfix(4, 4)),
    below: output(bool),
    same: output(bool),
    larger: output(sfix(5, 4)),
    halved: output(sfix(3, 5)),
    pointed: output(sfix(4, 2)),
    wrapped: output(sfix(2, 4)),
    whole: output(sint(5)),
    ...Object.fromEntries(ROUNDINGS.map((mode) => [name(mode), output(sfix(3, 2))])),
  }),
  build(io) {
    io.sum.set(io.x.add(io.offset));
    io.difference.set(io.x.sub(io.gain));
    io.product.set(io.x.mul(io.gain));
    io.negated.set(io.x.neg());
    io.magnitude.set(io.x.abs());
    io.least.set(io.x.min(io.offset));
    io.below.set(io.offset.lt(io.gain));
    io.same.set(io.x.eq(io.offset));
    io.larger.set(mux(io.x.gt(io.offset), io.x, io.offset));
    io.halved.set(io.x.scale(-1));
    io.pointed.set(io.n.asFixed(2));
    io.wrapped.set(io.x.to(sfix(2, 4), { overflow: 'wrap' }));
    io.whole.set(io.x.toSInt('half-even'));
    const ports = io as unknown as Record<string, typeof io.sum>;
    for (const mode of ROUNDINGS)
      ports[name(mode)]!.set(io.x.to(sfix(3, 2), { round: mode, overflow: 'saturate' }) as never);
  },
});

const numbers = (integers: number, fractions: number, signed: boolean): fc.Arbitrary<number> => {
  const top = 2 ** (integers + fractions - (signed ? 1 : 0));
  return fc.integer({ min: signed ? -top : 0, max: top - 1 }).map((v) => v / 2 ** fractions);
};

/** `v` as an integer, by the words of its rounding. */
function rounded(v: number, mode: string): number {
  const away = Math.sign(v) * Math.floor(Math.abs(v) + 0.5);
  const isTie = Math.abs(v) % 1 === 0.5;
  if (mode === 'floor') return Math.floor(v);
  if (mode === 'zero') return Math.trunc(v);
  if (mode === 'half-up') return Math.floor(v + 0.5);
  return mode === 'half-even' && isTie ? 2 * Math.round(v / 2) : away;
}
const plain = (v: number): number => (v === 0 ? 0 : v);

test.each(['native', 'verilator'] as const)('fixed-point arithmetic in %s', async (backend) => {
  await simulate(Arithmetic, {}, { backend }, async (dut, t) => {
    const ports = dut as unknown as Record<string, { peek(): unknown }>;
    const operands = fc.record({
      x: numbers(4, 4, true),
      gain: numbers(2, 6, false),
      offset: numbers(3, 2, true),
      n: fc.integer({ min: -32, max: 31 }),
    });
    await fc.assert(
      fc.asyncProperty(operands, async ({ x, gain, offset, n }) => {
        dut.x.poke(x);
        dut.gain.poke(gain);
        dut.offset.poke(offset);
        dut.n.poke(n);
        await t.step();
        const expected: Record<string, number | boolean | bigint> = {
          sum: x + offset,
          difference: x - gain,
          product: plain(x * gain),
          negated: plain(-x),
          magnitude: Math.abs(x),
          least: Math.min(x, offset),
          below: offset < gain,
          same: x === offset,
          larger: Math.max(x, offset),
          halved: x / 2,
          pointed: n / 4,
          wrapped: ((((x + 2) % 4) + 4) % 4) - 2,
          whole: BigInt(rounded(x, 'half-even')),
        };
        for (const mode of ROUNDINGS)
          expected[name(mode)] = plain(Math.max(-4, Math.min(3.75, rounded(x * 4, mode) / 4)));
        const got = Object.fromEntries(Object.keys(expected).map((port) => [port, ports[port]!.peek()]));
        expect(got).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});

test('a value that its format does not hold is refused', async () => {
  await simulate(Arithmetic, {}, { backend: 'native' }, async (dut) => {
    expect(() => dut.x.poke(8)).toThrow('8 does not fit sfix(4, 4) (-8..7.9375)');
    expect(() => dut.x.poke(0.1)).toThrow('0.1 is not a multiple of 2^-4, the last place of sfix(4, 4)');
    dut.x.poke(-0.0625);
    expect(dut.negated.peek()).toBe(0.0625);
  });
});
