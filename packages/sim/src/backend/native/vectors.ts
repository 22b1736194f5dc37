// Stores of equal registers side by side, such as those of the cells of an array, as stores of vectors.
// Invariant: the same bits are stored. Vectors are taken where they need fewer operators than the words in their lanes.

import type { Effect, StoreEffect } from './effect.ts';
import type { LaneWidth } from './lane-op.ts';
import { bytesOf, Op, VECTOR, VectorOp } from './opcode.ts';
import { Rows } from './rows.ts';
import type { Tuning } from './tuning.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** Lanes of a row, the most first. */
const COUNTS = [16, 8, 4] as const;

/** The effects, with vectors in place of words where that is shorter. */
export function withVectors(
  g: WordGraph,
  effects: readonly Effect[],
  uses: Int32Array,
  { vectorShare, alike }: Tuning,
): readonly Effect[] {
  const stores = effects.filter((e) => e.kind === 'store');
  const runs = runsOf(g, stores, alike);
  if (runs.length === 0) return effects;
  const packing = new Packing(g, uses, vectorShare);
  const packed = runs.flatMap((run) => packing.pack(run));
  if (packed.length === 0) return effects;
  const gone = new Set<Effect>(packed.flatMap(({ instead }) => instead));
  return [...effects.filter((e) => !gone.has(e)), ...packed.flatMap(({ stores: made }) => made)];
}

/** Stores at neighbouring places whose values are computed alike, four or more. */
function runsOf(g: WordGraph, stores: readonly StoreEffect[], depth: number): StoreEffect[][] {
  const narrow = stores.filter(({ op }) => bytesOf[op]! <= 4 && op !== Op.store64x32);
  narrow.sort((a, b) => a.address - b.address);
  const runs: StoreEffect[][] = [];
  for (const store of narrow) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const continues =
      last?.op === store.op &&
      last.address + bytesOf[last.op]! === store.address &&
      isAlike(g, last.value, store.value, depth);
    if (run && continues) run.push(store);
    else runs.push([store]);
  }
  return runs.filter(({ length }) => length >= COUNTS.at(-1)!);
}

/** True when the same operators make both, as far down as `depth`. */
function isAlike(g: WordGraph, a: Word, b: Word, depth: number): boolean {
  if (a === b || depth === 0) return true;
  if (g.op[a] !== g.op[b]) return false;
  const x = g.x[a]!;
  const y = g.y[a]!;
  const z = g.z[a]!;
  return (
    (x < 0 || isAlike(g, x, g.x[b]!, depth - 1)) &&
    (y < 0 || isAlike(g, y, g.y[b]!, depth - 1)) &&
    (z < 0 || isAlike(g, z, g.z[b]!, depth - 1))
  );
}

interface Packed {
  readonly instead: readonly StoreEffect[];
  readonly stores: readonly StoreEffect[];
}

class Packing {
  readonly #g: WordGraph;
  readonly #uses: Int32Array;
  /** Operators of vectors by those of words, at most. */
  readonly #share: number;
  readonly #rows: Rows;
  /** Vertices that are there already, or are needed by what was packed before. */
  readonly #paid: Set<Word> = new Set();
  readonly #first: number;

  constructor(g: WordGraph, uses: Int32Array, share: number) {
    this.#g = g;
    this.#uses = uses;
    this.#share = share;
    this.#rows = new Rows(g);
    this.#first = g.count;
  }

  pack(run: readonly StoreEffect[]): Packed[] {
    const packed: Packed[] = [];
    let at = 0;
    while (run.length - at >= COUNTS.at(-1)!) {
      const count = COUNTS.find((n) => n <= run.length - at)!;
      const instead = run.slice(at, at + count);
      const stores = this.#packed(instead);
      if (!stores) return packed;
      packed.push({ instead, stores });
      at += count;
    }
    return packed;
  }

  /** Undefined: words are shorter. */
  #packed(stores: readonly StoreEffect[]): StoreEffect[] | undefined {
    const { op, address } = stores[0]!;
    const bytes = bytesOf[op]!;
    const total = bytes * stores.length;
    this.#rows.lanes.clear();
    const parts = this.#rows.of(
      stores.map(({ value }) => value),
      (8 * bytes) as LaneWidth,
    );
    const made = this.#reached(parts);
    const shorter = this.#saved(stores) + stores.length;
    if (made.length + parts.length > this.#share * shorter) return undefined;
    for (const w of made) this.#paid.add(w);
    const store = total >= 16 ? VectorOp.store : total === 8 ? VectorOp.store64 : VectorOp.store32;
    return parts.map((value, i) => ({ kind: 'store', op: store, address: address + 16 * i, value }));
  }

  /** The new vertices that parts of a row need. */
  #reached(parts: readonly Word[]): Word[] {
    const g = this.#g;
    const seen = new Set<Word>();
    const stack: Word[] = [];
    const visit = (w: Word): void => {
      if (w < this.#first || this.#paid.has(w) || seen.has(w) || g.isConst(w)) return;
      seen.add(w);
      stack.push(w);
    };
    parts.forEach(visit);
    for (let w = stack.pop(); w !== undefined; w = stack.pop()) g.operands(w, visit);
    return [...seen];
  }

  /** How many of the words that became lanes nobody needs any more as words. */
  #saved(stores: readonly StoreEffect[]): number {
    const g = this.#g;
    const inside = new Map<Word, number>();
    const count = (w: Word): void => {
      inside.set(w, (inside.get(w) ?? 0) + 1);
    };
    for (const { value } of stores) count(value);
    let saved = 0;
    for (const w of Int32Array.from(this.#rows.lanes).sort().reverse()) {
      if (g.op[w]! >= VECTOR || (inside.get(w) ?? 0) < this.#uses[w]!) continue;
      saved++;
      g.operands(w, count);
    }
    return saved;
  }
}
