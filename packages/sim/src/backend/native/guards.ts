// Registers that hold their value while a condition is not met: their next values are computed and stored in a branch.
// Invariant: the same stores of the same values. What a branch alone needs is computed in it, what others need before it.

import { type Effect, effectWords, type StoreEffect } from './effect.ts';
import { bytesOf, Op, VectorOp } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** Stores that are made when the condition is not 0. */
export interface GuardedStores {
  readonly kind: 'when';
  readonly condition: Word;
  readonly stores: readonly StoreEffect[];
}
export type Step = Effect | GuardedStores;

/** The steps of a phase, and for each word the branch (an index of `steps`) that alone needs it; -1: none. */
export interface Guarded {
  readonly steps: readonly Step[];
  readonly branch: Int32Array;
}

/** Words in one branch, at most, so that functions stay short. */
const LARGEST = 3000;

/** Choices looked through for the held value. */
const DEEPEST = 4;

const OPEN = -2;
const SHARED = -1;

/**
 * Puts stores that hold their value under the same condition into one branch, where it saves `worth` words. Steps are in
 * the order of `effects`; a branch stands where its last store was.
 */
export function guardStores(g: WordGraph, effects: readonly Effect[], worth: number): Guarded {
  const groups = new Map<Word, Held[]>();
  const rest: Effect[] = [];
  effects.forEach((effect, at) => {
    const moves = effect.kind === 'store' ? movesWhen(g, effect) : undefined;
    if (!moves || effect.kind !== 'store') {
      rest.push(effect);
      return;
    }
    const group = groups.get(moves.condition) ?? [];
    groups.set(moves.condition, group);
    group.push({ at, then: { ...effect, value: moves.value } });
  });
  const branches = [...groups].map(([condition, held]) => when(condition, held));
  const { size } = needs(g, [...branches, ...rest]);
  const steps: (Step | undefined)[] = [...effects];
  [...groups].forEach(([condition, held], i) => {
    if (size[i]! < worth) return;
    const each = Math.ceil(held.length / Math.ceil(size[i]! / LARGEST));
    for (let from = 0; from < held.length; from += each) {
      const part = held.slice(from, from + each);
      for (const { at } of part) steps[at] = undefined;
      steps[part.at(-1)!.at] = when(condition, part);
    }
  });
  const made = steps.filter((step) => step !== undefined);
  return { steps: made, branch: needs(g, made).branch };
}

/** A store that is made under a condition, and where it is among the effects. */
interface Held {
  readonly at: number;
  readonly then: StoreEffect;
}
const when = (condition: Word, held: readonly Held[]): GuardedStores => ({
  kind: 'when',
  condition,
  stores: held.map(({ then }) => then),
});

/** When a store changes what its register holds, and to what; undefined: always, as far as its choices say. */
function movesWhen(g: WordGraph, store: StoreEffect): { condition: Word; value: Word } | undefined {
  const holds = (w: Word): boolean =>
    g.isPlainLoad(w) && g.low[w] === store.address && bytesOf[g.op[w]!] === bytesOf[store.op];
  let condition: Word | undefined;
  const also = (c: Word): Word => (condition === undefined ? c : g.binary(Op.or32, condition, c));
  let v = store.value;
  if (g.op[v] === VectorOp.bitselect && holds(g.y[v]!))
    return { condition: g.vector(VectorOp.anyTrue, g.z[v]!), value: v };
  for (let depth = 0; depth < DEEPEST && g.op[v] === Op.select; depth++, v = g.y[v]!) {
    const yes = g.x[v]!;
    const no = g.y[v]!;
    const c = g.z[v]!;
    if (holds(no)) return { condition: also(c), value: depth === 0 ? yes : store.value };
    if (holds(yes)) return { condition: also(g.unary(Op.eqz32, c)), value: depth === 0 ? no : store.value };
    condition = also(c);
  }
  return undefined;
}

/** For each word the one branch that needs it, and how many words each step alone needs. */
function needs(
  g: WordGraph,
  steps: readonly Step[],
): { readonly branch: Int32Array; readonly size: Uint32Array } {
  const branch = new Int32Array(g.count).fill(OPEN);
  const size = new Uint32Array(steps.length);
  const need = (w: Word, by: number): void => {
    branch[w] = branch[w] === OPEN || branch[w] === by ? by : SHARED;
  };
  steps.forEach((step, s) => {
    if (step.kind !== 'when') for (const w of effectWords(step)) need(w, SHARED);
    else {
      need(step.condition, SHARED);
      for (const { value } of step.stores) need(value, s);
    }
  });
  for (let w = g.count - 1; w >= 0; w--) {
    const by = branch[w]!;
    if (by === OPEN) continue;
    if (by !== SHARED && !g.isConst(w)) size[by]!++;
    g.operands(w, (o) => need(o, by));
  }
  return { branch, size };
}
