// Which words a phase needs, how often each is used, and which of them deserve a local.
// Invariant: exact counts: whoever emits code may count them down to know when a word is no longer needed.

import { effectWords } from './effect.ts';
import type { Step } from './guards.ts';
import type { Store } from './layout.ts';
import { bytesOf, LARGEST } from './opcode.ts';
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
export function usesOf(g: WordGraph, steps: readonly Step[]): Uses {
  const uses = new Int32Array(g.count);
  const named = new Uint8Array(g.count);
  const stack: Word[] = [];
  const use = (w: Word): void => {
    if (uses[w]!++ === 0) stack.push(w);
  };
  const needed: Word[] = [];
  for (const step of steps) for (const w of stepWords(step)) use(w);
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
  for (const step of steps)
    if (step.kind === 'write') for (const w of effectWords(step)) if (!g.isConst(w)) named[w] = 1;
  return { uses, named };
}

const stepWords = (step: Step): readonly Word[] =>
  step.kind === 'when' ? [step.condition, ...step.stores.map(({ value }) => value)] : effectWords(step);

/** The plain loads that are in use, by what they read. */
export class PlainLoads {
  /** Sorted by address. */
  readonly #loads: readonly Word[];
  readonly #g: WordGraph;

  constructor(g: WordGraph, isUsed: (w: Word) => boolean) {
    this.#g = g;
    const loads: Word[] = [];
    for (let w = 0; w < g.count; w++) if (g.isPlainLoad(w) && isUsed(w)) loads.push(w);
    this.#loads = loads.sort((a, b) => g.low[a]! - g.low[b]!);
  }

  /** Those that read a byte which a store at this address overwrites. */
  of({ op, address }: Store): Word[] {
    const g = this.#g;
    const loads = this.#loads;
    let from = 0;
    let to = loads.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (g.low[loads[middle]!]! <= address - LARGEST) from = middle + 1;
      else to = middle;
    }
    const found: Word[] = [];
    for (let i = from; i < loads.length && g.low[loads[i]!]! < address + bytesOf[op]!; i++)
      if (g.low[loads[i]!]! + bytesOf[g.op[loads[i]!]!]! > address) found.push(loads[i]!);
    return found;
  }
}
