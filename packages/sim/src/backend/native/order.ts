// The order in which a phase's stores are made.
// Invariant: any order is right (see emit.ts); this one stores a register after its readers where it can, so that few old
// values have to be kept: down the pipeline first, then up.

import type { StoreEffect } from './effect.ts';
import { type Step, storesOf } from './guards.ts';
import { PlainLoads } from './uses.ts';
import type { WordGraph } from './word-graph.ts';

/** For each step its place in a good order: stops first, writes of memories last, the stores between. */
export function orderSteps(g: WordGraph, steps: readonly Step[]): readonly number[] {
  const of = (...kinds: Step['kind'][]): number[] =>
    steps.flatMap(({ kind }, s) => (kinds.includes(kind) ? [s] : []));
  const stores = of('store', 'when');
  const order = downstreamFirst(
    g,
    stores.map((s) => storesOf(steps[s]!)),
  );
  return [...of('stop'), ...order.map((i) => stores[i]!), ...of('write')];
}

/**
 * Indices of the groups of stores, each after those whose values are computed from what it overwrites. Where they depend
 * on each other in a ring, some old value has to be kept anyway.
 */
function downstreamFirst(g: WordGraph, groups: readonly (readonly StoreEffect[])[]): number[] {
  const { users, begin } = usersOf(g, groups);
  const reads = new PlainLoads(g, (w) => begin[w]! < begin[w + 1]!);
  const overwritten = groups.map((group) => group.flatMap((store) => reads.of(store)));
  // Vertices are words, then groups; an edge goes from a word to its users, and from a group to the loads of its addresses.
  const seen = new Uint8Array(g.count + groups.length);
  const cursor = new Int32Array(g.count + groups.length);
  const order: number[] = [];
  const stack: number[] = [];
  for (let first = 0; first < groups.length; first++) {
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

/** For each word that the stores need: the words and groups that use it, as one array with where each part begins. */
function usersOf(
  g: WordGraph,
  groups: readonly (readonly StoreEffect[])[],
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
  for (const group of groups) for (const { value } of group) need(value);
  for (let w = stack.pop(); w !== undefined; w = stack.pop()) g.operands(w, need);
  for (let w = 2; w < begin.length; w++) begin[w]! += begin[w - 1]!;
  const users = new Int32Array(begin[g.count + 1]!);
  groups.forEach((group, s) => {
    for (const { value } of group) users[begin[value + 1]!++] = g.count + s;
  });
  for (let w = 0; w < g.count; w++) {
    if (!needed[w]) continue;
    g.operands(w, (o) => {
      users[begin[o + 1]!++] = w;
    });
  }
  return { users, begin };
}
