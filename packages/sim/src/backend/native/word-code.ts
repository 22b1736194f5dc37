// The code of words: operators on the stack, and where a word is until its last use: in a local, in a slot of memory, or
// nowhere, when it is computed where it is used.
// Invariant: a word that is used more than once is computed once, but for plain loads: these are cheaper to repeat. What
// one function leaves for the next goes through slots. When a word is computed is emit.ts's.

import { Bytes } from './code.ts';
import { hasLane } from './lane-op.ts';
import type { Layout } from './layout.ts';
import { arity, isLoadOp, Op, VECTOR, VectorOp } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

const I32 = 0x7f;
const I64 = 0x7e;
const V128 = 0x7b;
/** By the size of a word: its type, and how it is kept in memory. */
const KINDS = [
  { type: I32, load: Op.load32, store: Op.store32, bytes: 4 },
  { type: I64, load: Op.load64, store: Op.store64, bytes: 8 },
  { type: V128, load: VectorOp.load, store: VectorOp.store, bytes: 16 },
] as const;
/** A choice says its type when it is one between vectors. */
const SELECT_OF_TYPE = 0x1c;
const VECTOR_PREFIX = 0xfd;

const none = (): { [type: number]: number[] } => ({ [I32]: [], [I64]: [], [V128]: [] });
const VOID = 0x40;
const IF = 0x04;
const END = 0x0b;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;

/** Loads that stay in locals: as many as a processor has registers for, and a few. */
const KEPT = 12;

export class WordCode {
  /** Of the function under way. */
  code = new Bytes();
  readonly #g: WordGraph;
  readonly #layout: Layout;
  /** Bytes of code after which a new function begins. */
  readonly #limit: number;
  /** Uses of a word that are still to be emitted. */
  readonly #uses: Int32Array;
  /** Local of a word in the function under way; -1: none. */
  readonly #local: Int32Array;
  /** Address of a word computed in an earlier function; 0: none. */
  readonly #slot: Int32Array;
  /** Words that live in locals now. */
  readonly #live = new Set<Word>();
  /** Plain loads in locals, the one used last at the end: whoever needs them later loads them again. */
  readonly #kept: Word[] = [];
  /** Locals of this effect alone. */
  readonly #fetched: { readonly local: number; readonly type: number }[] = [];
  /** In a branch: what is only computed in it cannot be held for later. */
  #isBranch = false;
  #types: number[] = [];
  #free = none();
  readonly #freeSlots = none();
  readonly #bodies: Bytes[] = [];

  constructor(graph: WordGraph, layout: Layout, uses: Int32Array, limit: number) {
    this.#g = graph;
    this.#layout = layout;
    this.#limit = limit;
    this.#uses = uses;
    this.#local = new Int32Array(graph.count).fill(-1);
    this.#slot = new Int32Array(graph.count);
  }

  /** Uses that are still to come. */
  usesOf(w: Word): number {
    return this.#uses[w]!;
  }

  /** True when it is computed and has further uses. */
  isHeld(w: Word): boolean {
    return this.#local[w] !== -1 || this.#slot[w] !== 0;
  }

  /** Makes what `body` emits depend on the word on the stack. */
  branch(body: () => void): void {
    this.#forget(0);
    this.code.byte(IF).byte(VOID);
    this.#isBranch = true;
    body();
    this.#forget(0);
    this.#isBranch = false;
    this.code.byte(END);
  }

  /** After an effect: gives locals free, and begins a new function when this one is long. */
  endEffect(): void {
    for (const { local, type } of this.#fetched.splice(0)) this.#free[type]!.push(local);
    this.cutWhenLong();
  }

  /** Takes what memory holds now into a local. */
  keepOld(load: Word): void {
    if (this.#slot[load] !== 0) return;
    if (this.#local[load] === -1) this.name(load);
    else this.#live.add(load);
  }

  /** One use of a word, computed now; the result leaves it on the stack, as often as it is called in this effect. */
  fetched(w: Word): () => void {
    if (this.#g.isConst(w)) return () => this.#operation(w);
    const type = this.#kindOf(w).type;
    // A local of its own: the one of the word may be free again after this use.
    const local = this.#takeLocal(type);
    this.tree(w);
    this.code.byte(LOCAL_SET).unsigned(local);
    this.#fetched.push({ local, type });
    return () => {
      this.code.byte(LOCAL_GET).unsigned(local);
    };
  }

  /** A load or store at an address that is on the stack, plus `offset`. */
  memory(op: number, offset: number): void {
    this.#operator(op).byte(0).unsigned(offset);
    // Of one lane: the lowest.
    if (op === VectorOp.store32 || op === VectorOp.store64) this.code.byte(0);
  }

  #operator(op: number): Bytes {
    return op < VECTOR ? this.code.byte(op) : this.code.byte(VECTOR_PREFIX).unsigned(op - VECTOR);
  }

  #kindOf(w: Word): (typeof KINDS)[number] {
    return KINDS[this.#g.long[w]!]!;
  }

  cutWhenLong(): void {
    if (this.code.length > this.#limit && !this.#isBranch) this.#cut();
  }

  /** Computes a word into a local. */
  name(w: Word): void {
    this.#operation(w);
    this.#hold(w, LOCAL_SET);
  }

  /** Gives the locals of kept loads free. */
  #forget(most: number): void {
    while (this.#kept.length > most) {
      const w = this.#kept.shift()!;
      if (this.#local[w] === -1 || this.#live.has(w)) continue;
      this.#free[this.#kindOf(w).type]!.push(this.#local[w]!);
      this.#local[w] = -1;
    }
  }

  #hold(w: Word, how: number): void {
    const local = this.#takeLocal(this.#kindOf(w).type);
    this.#local[w] = local;
    this.#live.add(w);
    this.code.byte(how).unsigned(local);
  }

  /** Leaves the value of a word on the stack: one use of it. */
  tree(w: Word): void {
    const left = --this.#uses[w]!;
    const local = this.#local[w]!;
    if (local !== -1) {
      this.code.byte(LOCAL_GET).unsigned(local);
      if (left === 0) this.#release(w);
      else {
        const at = this.#kept.indexOf(w);
        if (at >= 0) {
          this.#kept.splice(at, 1);
          this.#kept.push(w);
        }
      }
      return;
    }
    const slot = this.#slot[w]!;
    if (slot !== 0) {
      const { type, load } = this.#kindOf(w);
      this.code.byte(Op.const32).byte(0);
      this.memory(load, slot);
      if (left > 0 && !this.#isBranch) this.#hold(w, LOCAL_TEE);
      else if (left === 0) this.#freeSlots[type]!.push(slot);
      return;
    }
    this.#operation(w);
    if (left === 0 || !this.#g.isPlainLoad(w)) return;
    const own = this.#takeLocal(this.#kindOf(w).type);
    this.#local[w] = own;
    this.#kept.push(w);
    this.code.byte(LOCAL_TEE).unsigned(own);
    this.#forget(KEPT);
  }

  #operation(w: Word): void {
    const g = this.#g;
    const op = g.op[w]!;
    if (op === Op.const32) {
      this.code.byte(op).signed(g.low[w]!);
      return;
    }
    if (op === Op.const64) {
      this.code.byte(op).signed64(g.low[w]!, g.high[w]!);
      return;
    }
    if (op === VectorOp.const) {
      this.#operator(op);
      for (let k = 0; k < 4; k++) this.code.word32(g.low[w]!);
      return;
    }
    if (isLoadOp(op)) {
      if (g.x[w]! >= 0) this.tree(g.x[w]!);
      else this.code.byte(Op.const32).byte(0);
      this.memory(op, g.low[w]!);
      return;
    }
    this.tree(g.x[w]!);
    if (arity[op]! > 1) this.tree(g.y[w]!);
    if (arity[op]! > 2) this.tree(g.z[w]!);
    if (op === Op.select && g.long[w] === 2) this.code.byte(SELECT_OF_TYPE).byte(1).byte(V128);
    else this.#operator(op);
    if (hasLane(op)) this.code.byte(g.low[w]!);
  }

  #takeLocal(type: number): number {
    const free = this.#free[type]!.pop();
    if (free !== undefined) return free;
    this.#types.push(type);
    return this.#types.length - 1;
  }

  #release(w: Word): void {
    const type = this.#kindOf(w).type;
    this.#free[type]!.push(this.#local[w]!);
    this.#local[w] = -1;
    this.#live.delete(w);
    if (this.#slot[w] !== 0) this.#freeSlots[type]!.push(this.#slot[w]!);
    this.#slot[w] = 0;
  }

  /** Ends the function; what lives on goes to memory. */
  #cut(): void {
    this.#forget(0);
    for (const w of this.#live) {
      const { type, store, bytes } = this.#kindOf(w);
      if (this.#slot[w] === 0) {
        this.#slot[w] = this.#freeSlots[type]!.pop() ?? this.#layout.take(bytes);
        this.code.byte(Op.const32).byte(0).byte(LOCAL_GET).unsigned(this.#local[w]!);
        this.memory(store, this.#slot[w]!);
      }
      this.#local[w] = -1;
    }
    this.#live.clear();
    this.finish();
  }

  finish(): Bytes[] {
    if (this.code.length === 0) return this.#bodies;
    const groups: { type: number; count: number }[] = [];
    for (const type of this.#types) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ type, count: 1 });
    }
    const body = new Bytes().unsigned(groups.length);
    for (const { type, count } of groups) body.unsigned(count).byte(type);
    // Every function returns 0, unless it stopped.
    this.#bodies.push(body.append(this.code).byte(Op.const32).byte(0));
    this.code = new Bytes();
    this.#types = [];
    this.#free = none();
    return this.#bodies;
  }
}
