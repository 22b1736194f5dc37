// Tiles as the streams of a weight-stationary array carry them, and back.
// Invariant: a pass is `rows` steps along K, whose weights come last step first; steps beyond K carry zeros, which add nothing
// to any sum.

import type { StreamInputs } from '@gatewright/hdl-core';
import type { ArrayTile } from '../array/transactions.ts';
import type { MixPeStationary } from './array.ts';
import type { StationaryParams } from './params.ts';

export type StationaryInputs = StreamInputs<ReturnType<typeof MixPeStationary.ports>>;

/** The streams that compute `tiles`, one after the other; a tile has 1 to maxTokens tokens. */
export function stationaryInputs(p: StationaryParams, tiles: readonly ArrayTile[]): StationaryInputs {
  const steps = Array.from({ length: p.rows }, (_, i) => i);
  const passes = tiles.flatMap((tile) => {
    const count = Math.ceil(tile.x[0]!.length / p.rows);
    return Array.from({ length: count }, (_, pass) => ({
      tile,
      from: pass * p.rows,
      done: pass === count - 1,
    }));
  });
  return {
    weights: passes.flatMap(({ tile, from }) =>
      steps.toReversed().map((k) => tile.q.map((column) => column[from + k] ?? 0)),
    ),
    activations: passes.flatMap(({ tile, from, done }) =>
      tile.x.map((row, m) => ({
        x: steps.map((k) => row[from + k] ?? 0),
        last: m === tile.x.length - 1,
        done,
      })),
    ),
    group: tiles.flatMap((tile) => tile.groups),
  };
}

/** Tokens of each pass that is ended. */
export function passTokens({ activations }: Pick<StationaryInputs, 'activations'>): number[] {
  const tokens: number[] = [];
  let from = 0;
  activations.forEach(({ last }, i) => {
    if (!last) return;
    tokens.push(i + 1 - from);
    from = i + 1;
  });
  return tokens;
}

/** The tiles that the streams stand for: those that are ended. */
export function stationaryTiles(p: StationaryParams, inputs: StationaryInputs): ArrayTile[] {
  const tiles: ArrayTile[] = [];
  let token = 0;
  let group = 0;
  let pass = 0;
  let open: { x: number[][]; q: number[][]; passes: number } | undefined;
  for (const count of passTokens(inputs)) {
    const tokens = inputs.activations.slice(token, token + count);
    const codes = inputs.weights.slice(pass * p.rows, (pass + 1) * p.rows).toReversed();
    token += count;
    pass += 1;
    open ??= { x: tokens.map(() => []), q: Array.from({ length: p.columns }, () => []), passes: 0 };
    open.passes += 1;
    open.x.forEach((row, m) => row.push(...tokens[m]!.x.map(Number)));
    open.q.forEach((column, n) => column.push(...codes.map((code) => Number(code[n]))));
    if (!tokens[0]!.done) continue;
    const groups = Math.ceil((open.passes * p.rows) / p.groupSize);
    tiles.push({
      x: open.x,
      q: open.q,
      groups: inputs.group
        .slice(group, group + groups)
        .map(({ scale, zero }) => ({ scale: scale.map(Number), zero: zero.map(Number) })),
    });
    group += groups;
    open = undefined;
  }
  return tiles;
}
