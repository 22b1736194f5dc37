// Tiles as the streams of an output-stationary array carry them, and back.
// Invariant: a step holds one activation per token and one code per output; a group's constants come once, in order.

import type { StreamInputs } from '@gatewright/hdl-core';
import type { MixPeArray } from './array.ts';
import type { ArrayParams } from './params.ts';

export type ArrayInputs = StreamInputs<ReturnType<typeof MixPeArray.ports>>;

/** rows x columns dot products over K steps. */
export interface ArrayTile {
  /** By token, K each. */
  readonly x: readonly (readonly number[])[];
  /** By output, K each. */
  readonly q: readonly (readonly number[])[];
  /** By group: FP16 codes and zero points of each output. */
  readonly groups: readonly { readonly scale: readonly number[]; readonly zero: readonly number[] }[];
}

/** The streams that compute `tiles`, one after the other. */
export function arrayInputs(tiles: readonly ArrayTile[]): ArrayInputs {
  const steps = <T>(make: (tile: ArrayTile, k: number) => T): T[] =>
    tiles.flatMap((tile) => tile.x[0]!.map((_, k) => make(tile, k)));
  return {
    activations: steps((tile, k) => ({ x: tile.x.map((row) => row[k]!), last: k === tile.x[0]!.length - 1 })),
    weights: steps((tile, k) => tile.q.map((column) => column[k]!)),
    group: tiles.flatMap((tile) => tile.groups),
  };
}

/** The tiles that the streams stand for: those that are ended. */
export function tilesOf(p: ArrayParams, inputs: ArrayInputs): ArrayTile[] {
  const tiles: ArrayTile[] = [];
  let start = 0;
  let group = 0;
  for (const end of tileEnds(inputs)) {
    const groups = Math.ceil((end - start) / p.groupSize);
    const steps = inputs.activations.slice(start, end);
    const codes = inputs.weights.slice(start, end);
    tiles.push({
      x: Array.from({ length: p.rows }, (_, row) => steps.map(({ x }) => Number(x[row]))),
      q: Array.from({ length: p.columns }, (_, column) => codes.map((q) => Number(q[column]))),
      groups: inputs.group.slice(group, group + groups).map(({ scale, zero }) => ({
        scale: scale.map(Number),
        zero: zero.map(Number),
      })),
    });
    group += groups;
    start = end;
  }
  return tiles;
}

/** Steps up to and including the last one of each tile. */
export function tileEnds({ activations }: Pick<ArrayInputs, 'activations'>): number[] {
  const ends: number[] = [];
  activations.forEach(({ last }, i) => {
    if (last) ends.push(i + 1);
  });
  return ends;
}
