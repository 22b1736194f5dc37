// Matrix products as tiles, for the stimulus and the golden models of the tile sequencers.
// Invariant: the tiles of the first tokens come first; those that share tokens share their activations.

import fc from 'fast-check';
import { mixed } from '../array/stimulus.ts';
import type { ArrayTile } from '../array/transactions.ts';

/** A matrix product as tiles. */
export interface Product {
  readonly tokens: number;
  readonly outputs: number;
  readonly depth: number;
  readonly tiles: readonly ArrayTile[];
}
/** Tokens and outputs that a tile may have. */
export interface TileSize {
  readonly tokens: number;
  readonly outputs: number;
}

/** Tiles side by side, and rows of tiles. */
export const across = ({ outputs }: TileSize, product: { readonly outputs: number }): number =>
  Math.ceil(product.outputs / outputs);
export const down = ({ tokens }: TileSize, product: { readonly tokens: number }): number =>
  Math.ceil(product.tokens / tokens);

/** Tokens and outputs that a tile of a product really has. */
export const sizeOf = (most: TileSize, product: TileSize, tile: number): TileSize => ({
  tokens: Math.min(most.tokens, product.tokens - most.tokens * Math.floor(tile / across(most, product))),
  outputs: Math.min(most.outputs, product.outputs - most.outputs * (tile % across(most, product))),
});

/** The first tile of each row of tiles. */
export const heads = (most: TileSize, product: Product): ArrayTile[] =>
  product.tiles.filter((_, i) => i % across(most, product) === 0);

/** Takes the next items of a list. */
export function taker<T>(list: readonly T[]): (count: number) => readonly T[] {
  let at = 0;
  return (count) => {
    at += count;
    return list.slice(at - count, at);
  };
}

/** Products of any size up to twice that of a tile and one more, and up to `depth`, with a seed for their values. */
export const anySize = (most: TileSize, depth: number) =>
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
  size: TileSize & { readonly depth: number },
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
