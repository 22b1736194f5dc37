// What feeds the rows of the cost table: the same products for every element, in the formats of each.

import { FP16, floatToNumber } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import type { CostCycle, GemmWorkload } from '@gatewright/sim/unit';
import { expect, test } from 'vitest';
import { AlignedMac } from '../baseline/aligned-mac.ts';
import { ExponentAligner } from '../baseline/exponent-aligner.ts';
import { mixpeCost } from './cost.ts';

const wave = (length: number, step: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(i * step) * (1 + (i % 7)));
const layer: GemmWorkload = {
  tokens: 9,
  depth: 256,
  outputs: 20,
  activations: wave(9 * 256, 0.37),
  weights: wave(20 * 256, 0.11),
};

const row = (label: string) => mixpeCost.rows.find((r) => r.label === label)!;
const cycles = (label: string): readonly CostCycle[] => row(label).stimulus!(layer);
const float = (code: unknown): number => floatToNumber(FP16, Number(code));

test('every row is fed, through ports that it has, with groups of 128', () => {
  for (const { label, circuit, stimulus } of mixpeCost.rows) {
    const fed = stimulus!(layer);
    expect(fed.length, label).toBe(2048);
    expect(
      fed.flatMap(({ first }, i) => (first ? [i] : [])),
      label,
    ).toEqual(Array.from({ length: 16 }, (_, g) => 128 * g));
    const [verilog] = circuit().verilog().slice(-1);
    const inputs = [...verilog!.text.matchAll(/^ {2}input +wire +(?:signed +)?(?:\[\d+:0\] +)?(\w+)/gm)].map(
      (m) => m[1]!,
    );
    const driven = inputs.filter((name) => name !== 'clk');
    expect(driven.length, label).toBeGreaterThan(2);
    for (const name of driven) expect(fed[0], `${label}: ${name}`).toHaveProperty(name);
  }
});

test('elements of all formats see the same products', () => {
  const halves = cycles('FP16 FMA, FP32 sum');
  halves.forEach(({ x, q }, i) => {
    const place = {
      token: Math.floor((Math.floor(i / 256) * 9) / 8),
      output: Math.floor((Math.floor(i / 256) * 20) / 8),
    };
    expect(float(x)).toBeCloseTo(layer.activations[place.token * 256 + (i % 256)]!, 2);
    expect(float(q)).toBeCloseTo(layer.weights[place.output * 256 + (i % 256)]!, 2);
  });
  const integers = cycles('INT4 to FP16, FMA, FP32 sum');
  const aligned = cycles('W4A16, FP32 sum');
  expect(aligned).toEqual(integers);
  integers.forEach(({ x, q, scale }, i) => {
    expect(x).toBe(halves[i]!.x);
    expect(Math.abs(Number(q) * float(scale) - float(halves[i]!.q))).toBeLessThanOrEqual(float(scale));
  });
});

test('aligned activations are what the aligner makes of the same layer', async () => {
  const wanted = cycles('INT4 x 14-bit integer, aligned outside');
  const fed = cycles('aligner of a row, to 14 bits');
  expect(AlignedMac.params.parse({}).activationBits).toBe(14);
  await simulate(ExponentAligner, {}, { backend: 'native' }, async (dut, t) => {
    for (const [i, { first, ahead, x }] of [...fed, ...fed].entries()) {
      dut.enable.poke(true);
      dut.first.poke(first === 1);
      dut.ahead.poke(Number(ahead));
      dut.x.poke(Number(x));
      await t.step();
      // The first time round the first group has not been looked through.
      if (i >= fed.length) expect(Number(dut.aligned.peek())).toBe(wanted[i - fed.length]!.x);
    }
  });
});
