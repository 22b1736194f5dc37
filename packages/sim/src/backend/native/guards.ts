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

/** The stores that a step makes. */
export const storesOf = (step: Step): readonly StoreEffect[] =>
  step.kind === 'when' ? step.stores : step.kind === 'store' ? [step] : [];

/** Words in one branch, at most, so that functions stay short. */
const LARGEST = 3000;

/** Choices looked through for the held value. */
const DEEPEST = 4;

const OPEN = -2;
const SHARED = -1;

/** Puts stores that hold their value under the same condition into one branch, where it saves `worth` words. */
export function guardStores(g: WordGraph, effects: readonly Effect[], worth: number): Guarded {
  const held = new Map<Word, { readonly always: StoreEffect; readonly then: StoreEffect }[]>();
  const rest: Effect[] = [];
  for (const effect of effects) {
    const moves = effect.kind === 'store' ? movesWhen(g, effect) : undefined;
    if (!moves || effect.kind !== 'store') {
      rest.push(effect);
      continue;
    }
    const group = held.get(moves.condition) ?? [];
    held.set(moves.condition, group);
    group.push({ always: effect, then: { ...effect, value: moves.value } });
  }
  const groups = [...held];
  const when = (condition: Word, stores: readonly StoreEffect[]): Step => ({
    kind: 'when',
    condition,
    stores,
  });
  const all = [
    ...groups.map(([condition, stores]) =>
      when(
        condition,
        stores.map(({ then }) => then),
      ),
    ),
    ...rest,
  ];
  const { size } = needs(g, all);
  const chosen = groups.flatMap(([condition, stores], i): readonly Step[] => {
    if (size[i]! < worth) return stores.map(({ always }) => always);
    const each = Math.ceil(stores.length / Math.ceil(size[i]! / LARGEST));
    const parts = Array.from({ length: Math.ceil(stores.length / each) }, (_, k) =>
      stores.slice(k * each, (k + 1) * each),
    );
    return parts.map((part) =>
      when(
        condition,
        part.map(({ then }) => then),
      ),
    );
  });
  const steps = [...chosen, ...rest];
  return { steps, branch: needs(g, steps).branch };
}

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
    const [yes, no, c] = [g.x[v]!, g.y[v]!, g.z[v]!];
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
