// Matrix products as tiles, for the stimulus and the golden models of the tile sequencers.
// Invariant: the tiles of the first tokens come first; those that share tokens share their activations.

import { fp32ToNumber } from '@gatewright/golden';
import type { DirectedScenario } from '@gatewright/sim/unit';
import fc from 'fast-check';
import { mixed } from '../array/stimulus.ts';
import type { ArrayTile } from '../array/transactions.ts';

/** Tokens and outputs that a tile may have. */
export interface TileSize {
  readonly tokens: number;
  readonly outputs: number;
}
/** M, N and K. */
export interface ProductSize extends TileSize {
  readonly depth: number;
}
/** A matrix product as tiles. */
export interface Product extends ProductSize {
  readonly tiles: readonly ArrayTile[];
}

/** Tiles side by side, and rows of tiles. */
export const across = ({ outputs }: TileSize, product: { readonly outputs: number }): number =>
  Math.ceil(product.outputs / outputs);
export const down = ({ tokens }: TileSize, product: { readonly tokens: number }): number =>
  Math.ceil(product.tokens / tokens);

export const tileCount = (most: TileSize, product: TileSize): number =>
  down(most, product) * across(most, product);

/** Tokens and outputs that a tile of a product really has. */
export const sizeOf = (most: TileSize, product: TileSize, tile: number): TileSize => ({
  tokens: Math.min(most.tokens, product.tokens - most.tokens * Math.floor(tile / across(most, product))),
  outputs: Math.min(most.outputs, product.outputs - most.outputs * (tile % across(most, product))),
});

/** The first tile of each row of tiles. */
export const heads = (most: TileSize, product: Product): ArrayTile[] =>
  product.tiles.filter((_, i) => i % across(most, product) === 0);

/** The commands that ask for products. */
export const commandsOf = (products: readonly ProductSize[]): ProductSize[] =>
  products.map(({ tokens, outputs, depth }) => ({ tokens, outputs, depth }));

/** M, N and K that a command asks for. */
export const askedFor = (command: Readonly<Record<keyof ProductSize, number | bigint>>): ProductSize => ({
  tokens: Number(command.tokens),
  outputs: Number(command.outputs),
  depth: Number(command.depth),
});

/** Throws RangeError where K is longer than the activation buffer. */
export function checkDepth({ maxDepth }: { readonly maxDepth: number }, depth: number): void {
  if (depth > maxDepth) throw new RangeError(`K is ${depth}, more than maxDepth ${maxDepth}: set maxDepth`);
}

/** Takes the next items of a list. */
export function taker<T>(list: readonly T[]): (count: number) => readonly T[] {
  let at = 0;
  return (count) => {
    at += count;
    return list.slice(at - count, at);
  };
}

/** Products of any size up to twice that of a tile and one more, and up to `depth`, with a seed for their values. */
const anySize = (most: TileSize, depth: number) =>
  fc.record({
    tokens: fc.integer({ min: 1, max: 2 * most.tokens + 1 }),
    outputs: fc.integer({ min: 1, max: 2 * most.outputs + 1 }),
    depth: fc.integer({ min: 1, max: depth }),
    seed: fc.noShrink(fc.nat()),
  });

/**
 * A product of values that look random.
 * @param shape by row of tiles: what its tiles are made with, and how many steps they carry.
 */
export function anyProduct(
  most: TileSize,
  size: ProductSize,
  seed: number,
  shape: (row: number) => { readonly p: Parameters<typeof mixed>[0]; readonly steps: number },
): Product {
  const rows = Array.from({ length: down(most, size) }, (_, row) => row);
  const columns = Array.from({ length: across(most, size) }, (_, i) => i);
  const tiles = rows.flatMap((row) => {
    const { p, steps } = shape(row);
    const { x } = mixed(p, steps, seed + 64 * row);
    return columns.map((i) => ({ ...mixed(p, steps, seed + 64 * row + i), x }));
  });
  return { tokens: size.tokens, outputs: size.outputs, depth: size.depth, tiles };
}

/** M, N and K of a product. */
export type Size = readonly [tokens: number, outputs: number, depth: number];

/** Products of the given sizes, back to back; the longest one; and random ones up to `depth`. */
export function productStimulus<Inputs>(
  most: TileSize,
  {
    sizes,
    longest,
    depth,
  }: { readonly sizes: readonly Size[]; readonly longest: Size; readonly depth: number },
  product: (size: Size, seed: number) => Product,
  inputsOf: (products: readonly Product[]) => Inputs,
): { readonly directed: readonly DirectedScenario<Inputs>[]; readonly random: fc.Arbitrary<Inputs> } {
  return {
    directed: [
      {
        name: 'sizes around those of a tile, back to back',
        inputs: inputsOf(sizes.map((size, i) => product(size, 1000 * i))),
      },
      { name: 'the longest product', inputs: inputsOf([product(longest, 7)]) },
    ],
    random: fc
      .array(anySize(most, depth), { minLength: 1, maxLength: 3 })
      .map((list) => inputsOf(list.map((c) => product([c.tokens, c.outputs, c.depth], c.seed)))),
  };
}

/**
 * Results as they leave, put where they belong: each tile gives the first column of every unit, token by token, then the second
 * of every unit, and so on. tokens x outputs, row-major.
 */
export function placed(
  most: TileSize,
  columnsPerUnit: number,
  { tokens, outputs }: TileSize,
  out: readonly { readonly y: readonly bigint[]; readonly keep: readonly boolean[] }[],
): Float32Array {
  const y = new Float32Array(tokens * outputs);
  let at = 0;
  for (let token = 0; token < tokens; token += most.tokens) {
    for (let output = 0; output < outputs; output += most.outputs) {
      for (let i = 0; i < columnsPerUnit && output + i < outputs; i++) {
        for (let row = token; row < Math.min(tokens, token + most.tokens); row++) {
          const { y: values, keep } = out[at++]!;
          values.forEach((value, u) => {
            if (keep[u]) y[row * outputs + output + i + u * columnsPerUnit] = fp32ToNumber(Number(value));
          });
        }
      }
    }
  }
  return y;
}
