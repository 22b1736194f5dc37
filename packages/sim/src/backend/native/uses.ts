// Which words a phase needs, how often each is used, and which of them deserve a local.
// Invariant: exact counts: whoever emits code may count them down to know when a word is no longer needed.

import { type Effect, effectWords } from './effect.ts';
import { isLoadOp } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** By word. */
export interface Uses {
  readonly uses: Int32Array;
  /** 1: it gets a local, since it is used more than once, or is the root of a large tree. */
  readonly named: Uint8Array;
}

/** A word of this size at most is computed where it is used; larger trees get a local of their own. */
const TREE_LIMIT = 120;

/** Uses of every word that the effects need; operands come first in the graph. */
export function usesOf(g: WordGraph, effects: readonly Effect[]): Uses {
  const uses = new Int32Array(g.count);
  const named = new Uint8Array(g.count);
  const stack: Word[] = [];
  const use = (w: Word): void => {
    if (uses[w]!++ === 0) stack.push(w);
  };
  const needed: Word[] = [];
  for (const effect of effects) for (const w of effectWords(effect)) use(w);
  for (let w = stack.pop(); w !== undefined; w = stack.pop()) {
    needed.push(w);
    g.operands(w, use);
  }
  const size = new Uint32Array(g.count);
  for (const w of Uint32Array.from(needed).sort()) {
    let total = 1;
    g.operands(w, (o) => {
      total += named[o] ? 1 : size[o]!;
    });
    size[w] = total;
    if (!g.isConst(w) && (uses[w]! > 1 || total > TREE_LIMIT)) named[w] = 1;
  }
  for (const effect of effects)
    if (effect.kind === 'write') for (const w of effectWords(effect)) if (!g.isConst(w)) named[w] = 1;
  return { uses, named };
}

/** The loads, among the words in use, of what the effects store: by address. */
export function loadsByAddress(
  g: WordGraph,
  uses: Int32Array,
  effects: readonly Effect[],
): ReadonlyMap<number, readonly Word[]> {
  const addresses = new Set(effects.flatMap((e) => (e.kind === 'store' ? [e.address] : [])));
  const loads = new Map<number, Word[]>();
  for (let w = 0; w < g.count; w++) {
    if (uses[w] === 0 || !isLoadOp(g.op[w]!) || g.x[w]! >= 0) continue;
    const address = g.low[w]!;
    if (addresses.has(address)) loads.set(address, [...(loads.get(address) ?? []), w]);
  }
  return loads;
}
