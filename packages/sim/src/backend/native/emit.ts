// From the stores of one phase to function bodies that make them.
// Invariant: a register is read before its store in the same phase, whatever the order of the stores; a word that is used
// more than once is computed once; what one function leaves for the next goes through memory (slots).

import { Bytes } from './code.ts';
import { type Effect, effectWords, type StoreEffect, type WriteEffect } from './effect.ts';
import type { Layout } from './layout.ts';
import { arity, isLoadOp, Op } from './opcode.ts';
import { orderEffects } from './order.ts';
import { loadsByAddress, type Uses, usesOf } from './uses.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** Bytes of code after which a new function begins: V8 optimises functions of this size well and soon. */
const FUNCTION_LIMIT = 24_000;

const I32 = 0x7f;
const I64 = 0x7e;
const VOID = 0x40;
const IF = 0x04;
const END = 0x0b;
const RETURN = 0x0f;
const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;

/** The bodies of functions () -> i32 that, called one after the other while they return 0, make all `effects`. */
export function emitEffects(graph: WordGraph, effects: readonly Effect[], layout: Layout): Bytes[] {
  return new Emitter(graph, layout, usesOf(graph, effects)).emit(orderEffects(graph, effects));
}

class Emitter {
  readonly #g: WordGraph;
  readonly #layout: Layout;
  /** Uses of a word that are still to be emitted. */
  readonly #uses: Int32Array;
  /** Words that get a local: used more than once, or the root of a large tree. */
  readonly #named: Uint8Array;
  /** Local of a word in the function under way; -1: none. */
  readonly #local: Int32Array;
  /** Address of a word computed in an earlier function; 0: none. */
  readonly #slot: Int32Array;
  /** Words that live in locals now. */
  readonly #live = new Set<Word>();
  #bodies: Bytes[] = [];
  #code = new Bytes();
  #types: number[] = [];
  #free: { [type: number]: number[] } = { [I32]: [], [I64]: [] };
  readonly #freeSlots: { [type: number]: number[] } = { [I32]: [], [I64]: [] };

  constructor(graph: WordGraph, layout: Layout, { uses, named }: Uses) {
    this.#g = graph;
    this.#layout = layout;
    this.#uses = uses;
    this.#named = named;
    this.#local = new Int32Array(graph.count).fill(-1);
    this.#slot = new Int32Array(graph.count);
  }

  emit(effects: readonly Effect[]): Bytes[] {
    const loadOf = loadsByAddress(this.#g, this.#uses, effects);
    for (const effect of effects) {
      if (effect.kind === 'write') continue;
      this.#prepare(effect.value);
      if (effect.kind === 'stop') this.#stop(effect.value);
      else this.#store(effect, loadOf.get(effect.address));
      this.#cutWhenLong();
    }
    // Writes change what loads of memories see, so all that they need is computed before the first.
    const writes = effects.filter((e) => e.kind === 'write');
    for (const word of writes.flatMap(effectWords)) {
      this.#prepare(word);
      this.#cutWhenLong();
    }
    for (const write of writes) {
      this.#write(write);
      this.#cutWhenLong();
    }
    this.#finish();
    return this.#bodies;
  }

  #store({ op, address, value }: StoreEffect, held: readonly Word[] = []): void {
    this.#code.byte(Op.const32).byte(0);
    this.#tree(value);
    // Somebody reads the old value after this store: it is taken now.
    for (const old of held)
      if (this.#uses[old]! > 0 && this.#local[old] === -1 && this.#slot[old] === 0) this.#name(old);
    this.#code.byte(op).byte(0).unsigned(address);
  }

  #write({ op, address, enable, index, value, mask }: WriteEffect): void {
    const code = this.#code;
    const at = this.#takeLocal(I32);
    this.#tree(index);
    code.byte(LOCAL_SET).unsigned(at);
    this.#tree(enable);
    const operands = mask ? [value, mask.bits] : [value];
    const fetched = operands.map((w) => this.#fetched(w));
    code.byte(IF).byte(VOID).byte(LOCAL_GET).unsigned(at);
    if (!mask) fetched[0]!();
    else {
      const long = op === Op.store64;
      code.byte(LOCAL_GET).unsigned(at).byte(mask.load).byte(0).unsigned(address);
      fetched[1]!();
      if (long) code.byte(Op.const64).byte(0x7f).byte(Op.xor64).byte(Op.and64);
      else code.byte(Op.const32).byte(0x7f).byte(Op.xor32).byte(Op.and32);
      fetched[0]!();
      fetched[1]!();
      code.byte(long ? Op.and64 : Op.and32).byte(long ? Op.or64 : Op.or32);
    }
    code.byte(op).byte(0).unsigned(address).byte(END);
    this.#free[I32]!.push(at);
  }

  /** Puts a word into a local now; the result leaves it on the stack, as often as it is called. */
  #fetched(w: Word): () => void {
    if (this.#g.isConst(w)) {
      return () => {
        this.#operation(w);
      };
    }
    const local = this.#takeLocal(this.#g.long[w] ? I64 : I32);
    // A local of its own: the one of the word may be free again after this use.
    this.#tree(w);
    this.#code.byte(LOCAL_SET).unsigned(local);
    return () => {
      this.#code.byte(LOCAL_GET).unsigned(local);
    };
  }

  #cutWhenLong(): void {
    if (this.#code.length > FUNCTION_LIMIT) this.#cut();
  }

  /** Returns 1 at once when `value` is not 0. */
  #stop(value: Word): void {
    this.#tree(value);
    this.#code.byte(IF).byte(VOID).byte(Op.const32).byte(1).byte(RETURN).byte(END);
  }

  /** Computes every named word below `root` that is not there yet, each into its local. */
  #prepare(root: Word): void {
    const stack = [root];
    const entered = new Set<Word>();
    while (stack.length > 0) {
      const w = stack.at(-1)!;
      if (this.#local[w] !== -1 || this.#slot[w] !== 0) {
        stack.pop();
        continue;
      }
      if (!entered.has(w)) {
        entered.add(w);
        this.#g.operands(w, (o) => {
          if (this.#local[o] === -1 && this.#slot[o] === 0 && !entered.has(o)) stack.push(o);
        });
        continue;
      }
      stack.pop();
      if (this.#named[w] && w !== root) {
        this.#name(w);
        this.#cutWhenLong();
      }
    }
    if (this.#named[root] && this.#local[root] === -1 && this.#slot[root] === 0) this.#name(root);
  }

  /** Computes a word into a local. */
  #name(w: Word): void {
    this.#operation(w);
    this.#hold(w, LOCAL_SET);
  }

  #hold(w: Word, how: number): void {
    const local = this.#takeLocal(this.#g.long[w] ? I64 : I32);
    this.#local[w] = local;
    this.#live.add(w);
    this.#code.byte(how).unsigned(local);
  }

  /** Leaves the value of a word on the stack: one use of it. */
  #tree(w: Word): void {
    const left = --this.#uses[w]!;
    const local = this.#local[w]!;
    if (local !== -1) {
      this.#code.byte(LOCAL_GET).unsigned(local);
      if (left === 0) this.#release(w);
      return;
    }
    const slot = this.#slot[w]!;
    if (slot !== 0) {
      const type = this.#g.long[w] ? I64 : I32;
      this.#code.byte(Op.const32).byte(0);
      this.#code
        .byte(type === I64 ? Op.load64 : Op.load32)
        .byte(0)
        .unsigned(slot);
      if (left > 0) this.#hold(w, LOCAL_TEE);
      else this.#freeSlots[type]!.push(slot);
      return;
    }
    this.#operation(w);
  }

  #operation(w: Word): void {
    const g = this.#g;
    const op = g.op[w]!;
    if (op === Op.const32) {
      this.#code.byte(op).signed(g.low[w]!);
      return;
    }
    if (op === Op.const64) {
      this.#code.byte(op).signed64(g.low[w]!, g.high[w]!);
      return;
    }
    if (isLoadOp(op)) {
      if (g.x[w]! >= 0) this.#tree(g.x[w]!);
      else this.#code.byte(Op.const32).byte(0);
      this.#code.byte(op).byte(0).unsigned(g.low[w]!);
      return;
    }
    this.#tree(g.x[w]!);
    if (arity[op]! > 1) this.#tree(g.y[w]!);
    if (arity[op]! > 2) this.#tree(g.z[w]!);
    this.#code.byte(op);
  }

  #takeLocal(type: number): number {
    const free = this.#free[type]!.pop();
    if (free !== undefined) return free;
    this.#types.push(type);
    return this.#types.length - 1;
  }

  #release(w: Word): void {
    const type = this.#g.long[w] ? I64 : I32;
    this.#free[type]!.push(this.#local[w]!);
    this.#local[w] = -1;
    this.#live.delete(w);
    if (this.#slot[w] !== 0) this.#freeSlots[type]!.push(this.#slot[w]!);
    this.#slot[w] = 0;
  }

  /** Ends the function; what lives on goes to memory. */
  #cut(): void {
    for (const w of this.#live) {
      const type = this.#g.long[w] ? I64 : I32;
      if (this.#slot[w] === 0) {
        this.#slot[w] = this.#freeSlots[type]!.pop() ?? this.#layout.take(type === I64 ? 8 : 4);
        this.#code.byte(Op.const32).byte(0).byte(LOCAL_GET).unsigned(this.#local[w]!);
        this.#code
          .byte(type === I64 ? Op.store64 : Op.store32)
          .byte(0)
          .unsigned(this.#slot[w]!);
      }
      this.#local[w] = -1;
    }
    this.#live.clear();
    this.#finish();
  }

  #finish(): void {
    if (this.#code.length === 0) return;
    const groups: { type: number; count: number }[] = [];
    for (const type of this.#types) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ type, count: 1 });
    }
    const body = new Bytes().unsigned(groups.length);
    for (const { type, count } of groups) body.unsigned(count).byte(type);
    // Every function returns 0, unless it stopped.
    this.#bodies.push(body.append(this.#code).byte(Op.const32).byte(0));
    this.#code = new Bytes();
    this.#types = [];
    this.#free = { [I32]: [], [I64]: [] };
  }
}
