// What LUT Tensor Core tiles of every number format are fed with to verify them.
// Invariant: transactions only; expected values come from the golden model, never from here.

import { encodeLutWeights } from '@gatewright/golden';
import fc from 'fast-check';
import type { TileShape } from './planes.ts';
import type { TileTransfer } from './workload.ts';

export const times = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

/** A transfer of the activations of each token and weights of each output. */
export const transfer = (
  p: TileShape,
  a: (m: number, k: number) => number,
  q: (n: number, k: number) => number,
  last: boolean,
): TileTransfer => ({
  a: times(p.tokens, (m) => times(p.tableInputs, (k) => a(m, k))),
  code: times(p.outputs, (n) =>
    encodeLutWeights(
      times(p.tableInputs, (k) => q(n, k)),
      p.weightBits,
    ),
  ),
  last,
});

/** Each of the activations at a place of its own among zeros, with every weight. */
export const everyPair = (p: TileShape, activations: readonly number[]): TileTransfer[] =>
  activations.flatMap((x, i) =>
    times(Math.ceil(2 ** p.weightBits / p.outputs), (part) => {
      const place = i % p.tableInputs;
      return transfer(
        p,
        (m, k) => (k === (place + m) % p.tableInputs ? x : 0),
        (n, k) => (part * p.outputs + n + 3 * k * (k === place ? 0 : 1)) % 2 ** p.weightBits,
        true,
      );
    }),
  );

/** Every code in every plane, so every entry plain and negated, of tables of the activations `a`. */
export const everyCode = (p: TileShape, a: (m: number, k: number) => number): TileTransfer[] =>
  times(2 ** p.tableInputs, (code) => ({
    a: times(p.tokens, (m) => times(p.tableInputs, (k) => a(m, k))),
    code: times(p.outputs, (n) => times(p.weightBits, (b) => (code + n * 3 + b * 5) % 2 ** p.tableInputs)),
    last: code % 3 === 2 || code === 2 ** p.tableInputs - 1,
  }));

/** Dot products of `length` transfers of equal operands. */
export const longRuns = (
  p: TileShape,
  length: number,
  operands: readonly (readonly [a: number, q: number])[],
): TileTransfer[] =>
  operands.flatMap(([a, q]) =>
    times(length, (i) =>
      transfer(
        p,
        () => a,
        () => q,
        i === length - 1,
      ),
    ),
  );

/** Random transfers, at most `most` to a dot product. */
export function randomTransfers(
  p: TileShape,
  activation: fc.Arbitrary<number>,
  most: number,
): fc.Arbitrary<{ in: TileTransfer[] }> {
  const list = <T>(n: number, of: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(of, { minLength: n, maxLength: n, size: 'max' });
  const one = fc.record({
    a: list(p.tokens, list(p.tableInputs, activation)),
    code: list(p.outputs, list(p.weightBits, fc.nat(2 ** p.tableInputs - 1))),
    last: fc.boolean(),
  });
  return fc
    .array(one, { minLength: 1, maxLength: most })
    .map((l) => ({ in: l.map((t, i) => (i === l.length - 1 ? { ...t, last: true } : t)) }));
}
