// The small units beside the chain, each against its golden model under random stalls.

import { sparseDot, topElements } from '@gatewright/golden';
import { check } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeightExpand } from './expand.ts';
import { NmPe } from './nm-pe.ts';
import { TopElements } from './top-elements.ts';

const list = <T>(value: fc.Arbitrary<T>, minLength: number, maxLength = minLength) =>
  fc.array(value, { minLength, maxLength, size: 'max' });

test.each([
  { format: 'fp16', keep: 2, group: 8 },
  { format: 'fp16', keep: 1, group: 4 },
  { format: 'int8', keep: 8, group: 16 },
] as const)(
  'the largest of each group: $format, $keep of $group',
  async (params) => {
    const bits = params.format === 'int8' ? 8 : 16;
    // Few values, so that ties are frequent, or all of them.
    const element = fc.oneof(fc.constantFrom(0, 1, 2 ** (bits - 1), 2 ** bits - 1), fc.nat(2 ** bits - 1));
    const report = await check(TopElements, {
      params: fc.constant(params),
      inputs: () => fc.record({ in: list(element, 0, 6 * params.group) }),
      golden: (_, inputs) => ({
        out: Array.from({ length: Math.floor(inputs.in.length / params.group) }, (_, g) => {
          const codes = inputs.in.slice(g * params.group, (g + 1) * params.group).map(Number);
          const values = params.format === 'int8' ? codes.map((c) => (c << 24) >> 24) : codes;
          return topElements(values, params.keep, params.format).map(({ index }) => ({
            value: BigInt(codes[index]!),
            index: BigInt(index),
          }));
        }),
      }),
      runs: 60,
    });
    expect(report.runs).toBe(60);
  },
  120_000,
);

test('the N:M processing element', async () => {
  const int8 = fc.oneof(fc.integer({ min: -128, max: 127 }), fc.constantFrom(-128, 127));
  const dot = fc
    .record({ m: fc.constantFrom(4, 8, 16), groups: fc.integer({ min: 1, max: 5 }) })
    .chain(({ groups }) =>
      list(
        fc.record({ window: list(int8, 8), pairs: list(fc.record({ value: int8, index: fc.nat(7) }), 1, 8) }),
        groups,
      ),
    );
  const report = await check(NmPe, {
    params: fc.constant({ group: 8 as const }),
    inputs: () =>
      list(dot, 1, 4).map((dots) => ({
        window: dots.flatMap((groups) => groups.map((g) => g.window)),
        pairs: dots.flatMap((groups) =>
          groups.flatMap(({ pairs }, g) =>
            pairs.map((pair, i) => ({
              ...pair,
              group_ends: i === pairs.length - 1,
              last: i === pairs.length - 1 && g === groups.length - 1,
            })),
          ),
        ),
      })),
    golden(_, { window, pairs }) {
      const out: bigint[] = [];
      let [at, sum] = [0, 0];
      for (const { value, index, group_ends, last } of pairs) {
        sum += sparseDot(window[at]!.map(Number), [{ value: Number(value), index: Number(index) }], 1, 8);
        if (group_ends) at++;
        if (last) out.push(BigInt(sum));
        if (last) sum = 0;
      }
      return { out };
    },
    runs: 60,
  });
  expect(report.runs).toBe(60);
}, 120_000);

test('packed weights of every width', async () => {
  const word = fc.constantFrom(2, 3, 4, 5, 6, 8).chain((width) =>
    fc.record({
      width: fc.constant(width),
      shift: fc.integer({ min: 0, max: 8 - width }),
      codes: list(fc.integer({ min: -(2 ** (width - 1)), max: 2 ** (width - 1) - 1 }), 32),
    }),
  );
  const words = list(word, 1, 20);
  const packed = (codes: readonly number[], width: number): bigint =>
    codes.reduce((sum, c, i) => sum | (BigInt.asUintN(width, BigInt(c)) << BigInt(i * width)), 0n);
  const report = await check(WeightExpand, {
    params: fc.constant({}),
    inputs: () =>
      words.map((all) => ({
        in: all.map(({ codes, width, shift }) => ({ word: packed(codes, width), width, shift })),
      })),
    golden: (_, inputs) => ({
      out: inputs.in.map(({ word, width, shift }) =>
        Array.from({ length: 32 }, (_, i) => {
          const w = Number(width);
          return BigInt.asIntN(w, BigInt(word) >> BigInt(i * w)) << BigInt(shift);
        }),
      ),
    }),
    runs: 60,
  });
  expect(report.runs).toBe(60);
}, 120_000);
