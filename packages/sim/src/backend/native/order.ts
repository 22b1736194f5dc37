// The order in which a phase's stores are made.
// Invariant: any order is right (see emit.ts); this one stores a register after its readers where it can, so that few old
// values have to be kept. One step per use of a word, so that it grows with the design.

import { type Effect, effectWords, type StoreEffect } from './effect.ts';
import { Heap } from './heap.ts';
import { PlainLoads } from './uses.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** The same effects: stops first, writes of memories last, the stores between in a good order. */
export function orderEffects(g: WordGraph, effects: readonly Effect[]): readonly Effect[] {
  const stores = effects.filter((e) => e.kind === 'store');
  const stops = effects.filter((e) => e.kind === 'stop');
  const writes = effects.filter((e) => e.kind === 'write');
  const order = new StoreOrder(g, stores, stops.flatMap(effectWords)).order();
  return [...stops, ...order.map((i) => stores[i]!), ...writes];
}

/** What a store that has to keep an old value is worth for each reader that is spared of it, beside a store set free. */
const READER = 0.1;
const SHARED = -1;
const OPEN = -2;

/**
 * Stores whose old values nobody needs any more come first. When there is none, some old value has to be kept: that of
 * the store which sets most others free, and of these the one with most readers.
 */
class StoreOrder {
  readonly #g: WordGraph;
  readonly #stores: readonly StoreEffect[];
  /** For each word the one store that needs it, or `SHARED`. */
  readonly #owner: Int32Array;
  /** For each store the loads of what it overwrites, and the other way round. */
  readonly #overwritten: readonly (readonly Word[])[];
  readonly #overwriting = new Map<Word, number[]>();
  /** For each load that is overwritten the words that use it, and the stores: those after all words. */
  readonly #readers = new Map<Word, number[]>();
  readonly #computed: Uint8Array;
  /** For each store: uses of what it overwrites that are not yet computed, without its own. */
  readonly #left: Int32Array;
  /** For each store: others that it sets free. */
  readonly #frees: Int32Array;
  readonly #free: number[] = [];
  readonly #bound = new Heap();

  constructor(g: WordGraph, stores: readonly StoreEffect[], before: readonly Word[]) {
    this.#g = g;
    this.#stores = stores;
    this.#owner = ownersOf(g, stores, before);
    const loads = new PlainLoads(g, (w) => this.#owner[w] !== OPEN);
    this.#overwritten = stores.map((store) => loads.of(store));
    this.#overwritten.forEach((words, s) => {
      for (const w of words) {
        const known = this.#overwriting.get(w);
        if (known) known.push(s);
        else this.#overwriting.set(w, [s]);
      }
    });
    this.#computed = new Uint8Array(g.count + stores.length);
    this.#left = new Int32Array(stores.length);
    this.#frees = new Int32Array(stores.length);
    const use = (by: number, owner: number, load: Word): void => {
      const over = this.#overwriting.get(load);
      if (!over) return;
      const readers = this.#readers.get(load);
      if (readers) readers.push(by);
      else this.#readers.set(load, [by]);
      for (const s of over) if (s !== owner) this.#left[s]!++;
    };
    stores.forEach(({ value }, s) => use(g.count + s, s, value));
    for (let w = 0; w < g.count; w++)
      if (this.#owner[w] !== OPEN) g.operands(w, (o) => use(w, this.#owner[w]!, o));
  }

  order(): number[] {
    const order: number[] = [];
    const made = new Uint8Array(this.#stores.length);
    for (let s = this.#stores.length - 1; s >= 0; s--) {
      if (this.#left[s] === 0) this.#free.push(s);
      else {
        if (this.#left[s] === 1) this.#credit(s);
        this.#bound.push(s, this.#gain(s));
      }
    }
    for (;;) {
      const s = this.#free.pop() ?? this.#best(made);
      if (s === undefined) return order;
      if (made[s]) continue;
      made[s] = 1;
      order.push(s);
      this.#compute(s);
    }
  }

  #gain(s: number): number {
    return this.#frees[s]! + READER * this.#left[s]!;
  }

  /** The store in a ring that is worth most; what is known of it may have been noted too high. */
  #best(made: Uint8Array): number | undefined {
    for (let top = this.#bound.pop(); top; top = this.#bound.pop()) {
      if (made[top.item]) continue;
      const gain = this.#gain(top.item);
      if (gain >= top.key) return top.item;
      this.#bound.push(top.item, gain);
    }
    return undefined;
  }

  /** Computes what a store needs and is not there yet. */
  #compute(store: number): void {
    const g = this.#g;
    const { value } = this.#stores[store]!;
    this.#computed[g.count + store] = 1;
    this.#read(value, store);
    const stack: Word[] = [];
    const enter = (w: Word): void => {
      if (this.#computed[w]) return;
      this.#computed[w] = 1;
      stack.push(w);
    };
    enter(value);
    for (let w = stack.pop(); w !== undefined; w = stack.pop()) {
      const owner = this.#owner[w]!;
      g.operands(w, (o) => {
        this.#read(o, owner);
        enter(o);
      });
    }
  }

  /** One use of a load is computed. */
  #read(load: Word, owner: number): void {
    for (const s of this.#overwriting.get(load) ?? []) {
      if (s === owner) continue;
      const left = --this.#left[s]!;
      if (left === 0) this.#free.push(s);
      else if (left === 1) this.#credit(s);
    }
  }

  /** Notes the store that sets `s` free when it is made: the one that needs the last use of what `s` overwrites. */
  #credit(s: number): void {
    const { count } = this.#g;
    for (const load of this.#overwritten[s]!) {
      for (const reader of this.#readers.get(load) ?? []) {
        if (this.#computed[reader]) continue;
        const owner = reader < count ? this.#owner[reader]! : reader - count;
        if (owner < 0 || owner === s) continue;
        this.#frees[owner]!++;
        this.#bound.push(owner, this.#gain(owner));
        return;
      }
    }
  }
}

/** For each word the one store that needs it. */
function ownersOf(g: WordGraph, stores: readonly StoreEffect[], shared: readonly Word[]): Int32Array {
  const owner = new Int32Array(g.count).fill(OPEN);
  const need = (w: Word, by: number): void => {
    owner[w] = owner[w] === OPEN || owner[w] === by ? by : SHARED;
  };
  for (const w of shared) need(w, SHARED);
  stores.forEach(({ value }, s) => need(value, s));
  for (let w = g.count - 1; w >= 0; w--) if (owner[w] !== OPEN) g.operands(w, (o) => need(o, owner[w]!));
  return owner;
}
