// What the engine is verified with: every n in blocks and tiles of all kinds, splits along K, dense and vector products.
// Invariant: weights are not -128, which a field of eight products does not hold; sums stay within 32 bits.

import type { Stimulus } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { BLOCK, CODE_WIDTHS, type MpeParams } from './mpe-params.ts';
import { type MpeInputs, type MpeProduct, mpeInputs } from './mpe-transactions.ts';

/** A row of 16 weights of `bits` with at most n nonzeros, at places that depend on `at`. */
const columnOf = (n: number, at: number, bits: number, shift: number): number[] =>
  Array.from({ length: BLOCK }, (_, k) => {
    const most = 2 ** (bits - 1) - 1;
    const code = ((k * 31 + at * 17) % (2 * most + 1)) - most;
    return (k * 7 + at) % BLOCK < n ? code * 2 ** shift : 0;
  });

/** Weights with n of each block given, counts[tile][block]; packed ones are of another width in each block. */
function weightsOf(p: MpeParams, counts: readonly (readonly number[])[]): number[][] {
  const formatOf = (tile: number, block: number): [number, number] => {
    if (p.weights === 'int8') return [8, 0];
    const bits = CODE_WIDTHS[(tile + block) % CODE_WIDTHS.length]!;
    return [bits, (tile * 3 + block) % (9 - bits)];
  };
  return counts.flatMap((tile, t) =>
    Array.from({ length: BLOCK }, (_, column) =>
      tile.flatMap((n, b) => columnOf(n, column * 3 + b * 5 + t, ...formatOf(t, b))),
    ),
  );
}
const activationsOf = (p: MpeParams, blocks: number, seed: number): number[][] =>
  Array.from({ length: 2 * p.pairs }, (_, row) =>
    Array.from({ length: BLOCK * blocks }, (_, k) => ((k * 37 + row * 91 + seed * 53) % 256) - 128),
  );
const constants = (outputs: number) => ({
  bias: Array.from({ length: outputs }, (_, i) => (i % 3 === 0 ? -1 : 1) * ((i * 7919) % 60_000)),
  scale: Array.from({ length: outputs }, (_, i) => (i * 641 + 3) % 65_536),
});

interface Shape {
  readonly counts: readonly (readonly number[])[];
  readonly seed?: number;
  readonly kind?: MpeProduct['kind'];
  readonly keep?: boolean;
  readonly relu?: boolean;
  /** The activations of the product before serve again. */
  readonly again?: boolean;
}
/** A product of weights with these n. */
function product(p: MpeParams, { counts, seed = 0, kind = 'sparse', keep, relu, again }: Shape): MpeProduct {
  const weights =
    kind === 'vector'
      ? weightsOf(p, counts).filter((_, i) => i % (BLOCK / p.chains) === 0)
      : weightsOf(p, counts);
  return {
    weights,
    kind,
    counts: counts.flat(),
    ...(again ? {} : { activations: activationsOf(p, counts[0]!.length, seed) }),
    ...(keep ? { keep } : constants(weights.length)),
    ...(relu ? { relu } : {}),
  };
}

const KINDS = [0, 2, 4, 8, 16];
/** Every n after every other one, over several tiles. */
const everyPair = (p: MpeParams): MpeProduct[] => {
  const depth = Math.min(p.depth, 5);
  return [
    product(p, {
      counts: KINDS.map((n) => Array.from({ length: depth }, (_, b) => (b % 2 ? n : KINDS[(b >> 1) % 5]!))),
      seed: 1,
    }),
    product(p, {
      counts: KINDS.map((n) => KINDS.slice(0, depth).map((m, b) => (b % 2 ? m : n))),
      seed: 2,
      relu: true,
    }),
  ];
};

export function mpeStimulus(p: MpeParams): Stimulus<MpeInputs> {
  const depth = Math.min(p.depth, 20);
  const fill = (tiles: number, n: (tile: number, block: number) => number) =>
    Array.from({ length: tiles }, (_, t) => Array.from({ length: depth }, (_, b) => n(t, b)));
  const scenario = (name: string, products: readonly MpeProduct[]) => ({
    name,
    inputs: mpeInputs(p, products),
  });
  return {
    directed: [
      scenario('every n after every other', everyPair(p)),
      scenario('2:16, tile after tile', [product(p, { counts: fill(8, () => 2) })]),
      scenario('tiles of zeros, words of zeros', [
        product(p, { counts: fill(5, (t, b) => (t % 2 ? 0 : b === depth - 1 ? 4 : 0)) }),
        product(p, { counts: fill(3, (t, b) => (b < 2 ? 2 * (t & 1) : 0)), seed: 3 }),
      ]),
      scenario('dense, split along K', [
        product(p, { counts: fill(1, () => 16), kind: 'dense', keep: true }),
        product(p, { counts: fill(1, (_, b) => KINDS[b % 5]!), seed: 4 }),
        product(p, { counts: fill(2, () => 16), kind: 'dense', again: true, relu: true }),
      ]),
      scenario('vectors', [
        product(p, { counts: fill(3, () => 16), kind: 'vector' }),
        product(p, { counts: fill(1, () => 8), seed: 5 }),
        product(p, { counts: fill(2, () => 16), kind: 'vector', seed: 6 }),
      ]),
    ],
    random: random(p),
  };
}

function random(p: MpeParams): fc.Arbitrary<MpeInputs> {
  const shape = fc
    .record({
      blocks: fc.integer({ min: 1, max: Math.min(p.depth, 20) }),
      tiles: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ blocks, tiles }) =>
      fc.record({
        counts: fc.array(
          fc.array(fc.constantFrom(0, 2, 2, 4, 8, 16), { minLength: blocks, maxLength: blocks }),
          {
            minLength: tiles,
            maxLength: tiles,
          },
        ),
        seed: fc.nat(1000),
        kind: fc.constantFrom('sparse' as const, 'sparse' as const, 'dense' as const, 'vector' as const),
        relu: fc.boolean(),
      }),
    );
  return fc.array(shape, { minLength: 1, maxLength: 4 }).map((list) =>
    mpeInputs(
      p,
      list.map((s) => product(p, s)),
    ),
  );
}
