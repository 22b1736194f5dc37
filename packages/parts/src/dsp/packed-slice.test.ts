// Both bodies of the slice in every packing, against the golden arithmetic and against each other in every cycle.

import {
  chainSums,
  PACKINGS,
  packedBias,
  packedFields,
  packedOperands,
  packedSums,
  safeProducts,
  type Tap,
} from '@gatewright/golden';
import { bool, defineModule, input, output, sint, type UIntSig, uint } from '@gatewright/hdl-core';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { randomNumbers } from '../../test/float-formats.ts';
import { PackedSlice, SLICE_LATENCY, SLICE_PACKINGS, START_DELAY, sliceBias } from './packed-slice.ts';

/** Two slices of each body, the second one cascaded or split off the first, side by side. */
const Pair = defineModule({
  name: 'Pair',
  params: z.object({
    packing: z.enum(['int8', 'w4a8', 'int4']),
    begins: z.enum(['dynamic', 'split']),
    bodies: z.array(z.enum(['generic', 'dsp48e2'])),
  }),
  ports: (p) => {
    const { pairBits, factorBits } = SLICE_PACKINGS[p.packing];
    const operands = () => ({
      upper: input(sint(pairBits)),
      lower: input(sint(pairBits)),
      factor: input(sint(factorBits)),
    });
    const { upper: u1, lower: l1, factor: s1 } = operands();
    const { upper: u2, lower: l2, factor: s2 } = operands();
    return {
      u1,
      l1,
      s1,
      u2,
      l2,
      s2,
      start: input(bool),
      sum_generic: output(uint(48)),
      sum_dsp48e2: output(uint(48)),
    };
  },
  build(io, p) {
    for (const implementation of ['generic', 'dsp48e2'] as const) {
      const sum = io[`sum_${implementation}`];
      if (!p.bodies.includes(implementation)) {
        sum.set(0);
        continue;
      }
      const one = PackedSlice.inst(`u_one_${implementation}`, { packing: p.packing, implementation });
      one.upper.set(io.u1);
      one.lower.set(io.l1);
      one.factor.set(io.s1);
      const two = PackedSlice.inst(`u_two_${implementation}`, {
        packing: p.packing,
        implementation,
        begins: p.begins,
        products: 2,
      });
      two.upper.set(io.u2);
      two.lower.set(io.l2);
      two.factor.set(io.s2);
      two.start.set(io.start.asUInt());
      if (p.begins === 'dynamic') two.cascade.set(one.cascade_out);
      else two.split_sum.set(one.sum);
      sum.set(two.sum);
    }
  },
});

const packings = ['int8', 'w4a8', 'int4'] as const;
const range = (bits: number) => [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] as const;

/** Taps of extremes in all combinations, then random ones. */
function tapsOf(packing: (typeof packings)[number], count: number, seed: number): Tap[] {
  const p = PACKINGS[packing];
  const random = randomNumbers(seed);
  const pick = (bits: number, at: number): number => {
    const [low, high] = range(bits);
    const corners = [low, high, 0, -1, 1, low + 1];
    return at < 256 ? corners[(at >> ((random() & 1) * 3)) % corners.length]! : low + (random() % 2 ** bits);
  };
  return Array.from({ length: count }, (_, i) => ({
    activations: Array.from({ length: p.rows }, () => pick(p.activationBits, i)),
    weights: Array.from({ length: p.columns }, () => pick(p.weightBits, i)),
  }));
}

/** A tap as the ports of a slice take it. */
function ports(packing: (typeof packings)[number], tap: Tap) {
  const p = PACKINGS[packing];
  const [lower, upper] = p.columns === 1 ? tap.activations : tap.weights;
  return { lower: lower!, upper: upper!, factor: packedOperands(p, tap).b };
}

test.each(
  packings.flatMap((packing) => (['dynamic', 'split'] as const).map((begins) => ({ packing, begins }))),
)('$packing, $begins: both bodies are right in every cycle', async ({ packing, begins }) => {
  const p = PACKINGS[packing];
  const cycles = 600;
  const [first, second] = [tapsOf(packing, cycles, 1), tapsOf(packing, cycles, 2)];
  const random = randomNumbers(3);
  const starts = Array.from({ length: cycles }, () => random() % 3 === 0);
  const product = (tap: Tap): bigint => {
    const { a, b } = packedOperands(p, tap);
    return a * b;
  };
  const bias = packedBias(p);
  expect(sliceBias(SLICE_PACKINGS[packing])).toBe(bias);
  const skew = begins === 'split' ? 2 : 1;
  let checked = 0;
  const params = { packing, begins, bodies: ['generic', 'dsp48e2'] as ('generic' | 'dsp48e2')[] };
  await simulate(Pair, params, { backend: 'verilator' }, async (dut, t) => {
    for (let n = 0; n < cycles; n++) {
      const [one, two] = [ports(packing, first[n]!), ports(packing, second[n]!)];
      dut.u1.poke(one.upper);
      dut.l1.poke(one.lower);
      dut.s1.poke(one.factor);
      dut.u2.poke(two.upper);
      dut.l2.poke(two.lower);
      dut.s2.poke(two.factor);
      dut.start.poke(starts[n]!);
      await t.step();
      // The sum after this edge is of the operands before it and of three more edges.
      const at = n + 1 - SLICE_LATENCY;
      if (at - skew < 0) continue;
      const start = starts[at + START_DELAY]!;
      const before = start ? 0n : product(first[at - skew]!) + (begins === 'split' ? bias : 0n);
      const expected = BigInt.asUintN(48, bias + before + product(second[at]!));
      expect([n, dut.sum_generic.peek(), dut.sum_dsp48e2.peek()]).toEqual([n, expected, expected]);
      if (begins === 'dynamic') {
        const taps = start ? [second[at]!] : [first[at - 1]!, second[at]!];
        expect(packedFields(p, expected, true)).toEqual(chainSums(p, taps));
      }
      checked++;
    }
  });
  expect(checked).toBeGreaterThan(590);
});

/** A cascade of slices that all multiply the same operands. */
const Cascade = defineModule({
  name: 'Cascade',
  params: z.object({
    packing: z.enum(['int8', 'w4a8', 'int4']),
    implementation: z.enum(['generic', 'dsp48e2']),
    length: z.int(),
  }),
  ports: (p) => {
    const { pairBits, factorBits } = SLICE_PACKINGS[p.packing];
    return {
      upper: input(sint(pairBits)),
      lower: input(sint(pairBits)),
      factor: input(sint(factorBits)),
      sum: output(uint(48)),
    };
  },
  build(io, { packing, implementation, length }) {
    let cascade: UIntSig | undefined;
    for (let i = 0; i < length; i++) {
      const begins = cascade === undefined ? 'always' : 'never';
      const products = Math.min(i + 1, 32);
      const slice = PackedSlice.inst(`u_slice_${i}`, { packing, implementation, begins, products });
      slice.upper.set(io.upper);
      slice.lower.set(io.lower);
      slice.factor.set(io.factor);
      if (cascade !== undefined) slice.cascade.set(cascade);
      cascade = slice.cascade_out;
      if (i === length - 1) io.sum.set(slice.sum);
    }
  },
});

test.each(
  (['int8', 'int4'] as const).flatMap((packing) =>
    (packing === 'int8' ? (['generic', 'dsp48e2'] as const) : (['generic'] as const)).flatMap(
      (implementation) =>
        (['full', 'symmetric'] as const).map((weights) => ({ packing, implementation, weights })),
    ),
  ),
)(
  '$packing, $implementation, $weights weights: the most products are exact, and one more is not',
  async ({ packing, implementation, weights }) => {
    const p = PACKINGS[packing];
    const most = safeProducts(p, weights);
    const tap: Tap = {
      activations: new Array<number>(p.rows).fill(range(p.activationBits)[0]),
      weights: new Array<number>(p.columns).fill(range(p.weightBits)[0] + (weights === 'full' ? 0 : 1)),
    };
    for (const length of [most, most + 1]) {
      const sum = await simulate(Cascade, { packing, implementation, length }, async (dut, t) => {
        const { upper, lower, factor } = ports(packing, tap);
        dut.upper.poke(upper);
        dut.lower.poke(lower);
        dut.factor.poke(factor);
        await t.step(SLICE_LATENCY + length);
        return dut.sum.peek();
      });
      const taps = new Array<Tap>(length).fill(tap);
      const fields = packedFields(p, BigInt(sum), true);
      // The hardware overflows just as the bits of the model do.
      expect(fields).toEqual(packedSums(p, taps));
      if (length === most) expect(fields).toEqual(chainSums(p, taps));
      else expect(fields).not.toEqual(chainSums(p, taps));
    }
  },
);
