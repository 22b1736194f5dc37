// From the steps of one phase to function bodies that make them: what is computed when.
// Invariant: a register is read before its store in the same phase, whatever the order of the stores; in a branch only what
// nothing outside it needs is computed.

import type { Bytes } from './code.ts';
import { type Effect, effectWords, type StoreEffect, type WriteEffect } from './effect.ts';
import { type Guarded, type GuardedStores, guardStores } from './guards.ts';
import type { Layout } from './layout.ts';
import { Op } from './opcode.ts';
import { orderEffects } from './order.ts';
import type { Tuning } from './tuning.ts';
import { PlainLoads, usesOf } from './uses.ts';
import { withVectors } from './vectors.ts';
import { WordCode } from './word-code.ts';
import type { Word, WordGraph } from './word-graph.ts';

const VOID = 0x40;
const IF = 0x04;
const END = 0x0b;
const RETURN = 0x0f;

/** The bodies of functions () -> i32 that, called one after the other while they return 0, make all `effects`. */
export function emitEffects(
  graph: WordGraph,
  effects: readonly Effect[],
  layout: Layout,
  tuning: Tuning,
): Bytes[] {
  if (effects.length === 0) return [];
  const packed = withVectors(graph, effects, usesOf(graph, effects).uses, tuning);
  const guarded = guardStores(graph, orderEffects(graph, packed), tuning.branchWords);
  const { uses, named } = usesOf(graph, guarded.steps);
  const loads = new PlainLoads(graph, (w) => uses[w]! > 0);
  return new Emitter(graph, named, loads, new WordCode(graph, layout, uses, tuning.functionBytes)).emit(
    guarded,
  );
}

class Emitter {
  readonly #g: WordGraph;
  /** Words that get a local: used more than once, or the root of a large tree. */
  readonly #named: Uint8Array;
  readonly #loads: PlainLoads;
  readonly #out: WordCode;

  constructor(graph: WordGraph, named: Uint8Array, loads: PlainLoads, out: WordCode) {
    this.#g = graph;
    this.#named = named;
    this.#loads = loads;
    this.#out = out;
  }

  emit({ steps, branch }: Guarded): Bytes[] {
    for (const [s, step] of steps.entries()) {
      if (step.kind === 'write') continue;
      if (step.kind === 'when') this.#when(step, (w) => branch[w] === s);
      else {
        this.#prepare(step.value);
        if (step.kind === 'stop') this.#stop(step.value);
        else this.#store(step);
      }
      this.#out.endEffect();
    }
    // Writes change what loads of memories see, so all that they need is computed before the first.
    const writes = steps.filter((e) => e.kind === 'write');
    for (const word of writes.flatMap(effectWords)) {
      this.#prepare(word);
      this.#out.endEffect();
    }
    for (const write of writes) {
      this.#write(write);
      this.#out.endEffect();
    }
    return this.#out.finish();
  }

  /** A branch with stores; `isOwn`: a word that nothing outside it needs. */
  #when({ condition, stores }: GuardedStores, isOwn: (w: Word) => boolean): void {
    const out = this.#out;
    const { shared, uses } = this.#reach(stores, isOwn);
    for (const w of [...shared, condition]) this.#prepare(w);
    // An old value that somebody needs after the branch is taken before it.
    for (const old of stores.flatMap((store) => this.#loads.of(store)))
      if (out.usesOf(old) > (uses.get(old) ?? 0)) out.keepOld(old);
    out.tree(condition);
    out.branch(() => {
      for (const store of stores) {
        this.#prepare(store.value);
        this.#store(store);
        out.endEffect();
      }
    });
  }

  /** What the values of a branch's stores need from outside, and how often they use each plain load. */
  #reach(
    stores: readonly StoreEffect[],
    isOwn: (w: Word) => boolean,
  ): { readonly shared: readonly Word[]; readonly uses: ReadonlyMap<Word, number> } {
    const shared: Word[] = [];
    const uses = new Map<Word, number>();
    const seen = new Set<Word>();
    const stack: Word[] = [];
    const visit = (w: Word): void => {
      if (this.#g.isPlainLoad(w)) uses.set(w, (uses.get(w) ?? 0) + 1);
      else if (!seen.has(w) && !this.#g.isConst(w)) {
        seen.add(w);
        (isOwn(w) ? stack : shared).push(w);
      }
    };
    for (const { value } of stores) visit(value);
    for (let w = stack.pop(); w !== undefined; w = stack.pop()) this.#g.operands(w, visit);
    return { shared, uses };
  }

  #store(store: StoreEffect): void {
    const out = this.#out;
    out.code.byte(Op.const32).byte(0);
    out.tree(store.value);
    // Somebody reads the old value after this store: it is taken now.
    for (const old of this.#loads.of(store)) if (out.usesOf(old) > 0) out.keepOld(old);
    out.memory(store.op, store.address);
  }

  #write({ op, address, enable, index, value, mask }: WriteEffect): void {
    const out = this.#out;
    const { code } = out;
    const at = out.fetched(index);
    const isOn = out.fetched(enable);
    const bits = out.fetched(value);
    const kept = mask && out.fetched(mask.bits);
    isOn();
    code.byte(IF).byte(VOID);
    at();
    if (!mask) bits();
    else {
      const long = op === Op.store64;
      at();
      out.memory(mask.load, address);
      kept!();
      if (long) code.byte(Op.const64).byte(0x7f).byte(Op.xor64).byte(Op.and64);
      else code.byte(Op.const32).byte(0x7f).byte(Op.xor32).byte(Op.and32);
      bits();
      kept!();
      code.byte(long ? Op.and64 : Op.and32).byte(long ? Op.or64 : Op.or32);
    }
    out.memory(op, address);
    code.byte(END);
  }

  /** Returns 1 at once when `value` is not 0. */
  #stop(value: Word): void {
    this.#out.tree(value);
    this.#out.code.byte(IF).byte(VOID).byte(Op.const32).byte(1).byte(RETURN).byte(END);
  }

  /** Computes every named word below `root`, and itself if it is named, that is not there yet. */
  #prepare(root: Word): void {
    const out = this.#out;
    const stack = [root];
    const entered = new Set<Word>();
    while (stack.length > 0) {
      const w = stack.at(-1)!;
      if (out.isHeld(w)) {
        stack.pop();
        continue;
      }
      if (!entered.has(w)) {
        entered.add(w);
        this.#g.operands(w, (o) => {
          if (!out.isHeld(o) && !entered.has(o)) stack.push(o);
        });
        continue;
      }
      stack.pop();
      if (!this.#named[w] || this.#g.isPlainLoad(w)) continue;
      out.name(w);
      if (w !== root) out.cutWhenLong();
    }
  }
}
