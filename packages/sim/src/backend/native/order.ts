// The order in which a phase's stores are made.
// Invariant: any order is right (see emit.ts); this one stores a register after its readers where it can, so that few old
// values have to be kept: down the pipeline first, then up.

import type { Effect, StoreEffect } from './effect.ts';
import { PlainLoads } from './uses.ts';
import type { WordGraph } from './word-graph.ts';

/** The same effects: stops first, writes of memories last, the stores between in a good order. */
export function orderEffects(g: WordGraph, effects: readonly Effect[]): readonly Effect[] {
  const stores = effects.filter((e) => e.kind === 'store');
  const order = downstreamFirst(g, stores);
  const stops = effects.filter((e) => e.kind === 'stop');
  const writes = effects.filter((e) => e.kind === 'write');
  return [...stops, ...order.map((i) => stores[i]!), ...writes];
}

/**
 * Indices of the stores, each after those whose values are computed from what it overwrites. Where they depend
 * on each other in a ring, some old value has to be kept anyway.
 */
function downstreamFirst(g: WordGraph, stores: readonly StoreEffect[]): number[] {
  const { users, begin } = usersOf(g, stores);
  const reads = new PlainLoads(g, (w) => begin[w]! < begin[w + 1]!);
  const overwritten = stores.map((store) => reads.of(store));
  // Vertices are words, then stores; an edge goes from a word to its users, and from a store to the loads of what it overwrites.
  const seen = new Uint8Array(g.count + stores.length);
  const cursor = new Int32Array(g.count + stores.length);
  const order: number[] = [];
  const stack: number[] = [];
  for (let first = 0; first < stores.length; first++) {
    if (seen[g.count + first]) continue;
    stack.push(g.count + first);
    while (stack.length > 0) {
      const v = stack.at(-1)!;
      seen[v] = 1;
      const at = cursor[v]!++;
      const loads = overwritten[v - g.count];
      const next = loads ? loads[at] : begin[v]! + at < begin[v + 1]! ? users[begin[v]! + at] : undefined;
      if (next === undefined) {
        stack.pop();
        if (loads) order.push(v - g.count);
      } else if (!seen[next]) stack.push(next);
    }
  }
  return order;
}

/** For each word that the stores need: the words and stores that use it, as one array with where each part begins. */
function usersOf(
  g: WordGraph,
  stores: readonly StoreEffect[],
): { readonly users: Int32Array; readonly begin: Int32Array } {
  const begin = new Int32Array(g.count + 2);
  const needed = new Uint8Array(g.count);
  const stack: number[] = [];
  const need = (w: number): void => {
    begin[w + 2]!++;
    if (needed[w]) return;
    needed[w] = 1;
    stack.push(w);
  };
  for (const { value } of stores) need(value);
  for (let w = stack.pop(); w !== undefined; w = stack.pop()) g.operands(w, need);
  for (let w = 2; w < begin.length; w++) begin[w]! += begin[w - 1]!;
  const users = new Int32Array(begin[g.count + 1]!);
  stores.forEach(({ value }, s) => {
    users[begin[value + 1]!++] = g.count + s;
  });
  for (let w = 0; w < g.count; w++) {
    if (!needed[w]) continue;
    g.operands(w, (o) => {
      users[begin[o + 1]!++] = w;
    });
  }
  return { users, begin };
}
