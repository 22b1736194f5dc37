// Memories as words: where they are, what their ports read, and what an edge writes.
// Invariant: follows hdl-core's ir/evaluate-memory.ts: all ports see the words before the edge, then the writes happen;
// what a declaration leaves undefined reads as the poison pattern.

import type { Memory } from '@gatewright/hdl-core';
import type { WriteEffect } from './effect.ts';
import { type Layout, registerStores, wordsOf } from './layout.ts';
import { type Form, type Lowering, limbsFor, type Value, wordOf } from './lower.ts';
import { Op } from './opcode.ts';
import type { Word } from './word-graph.ts';

/** A memory of one instance. */
export interface MemoryPlace {
  readonly memory: Memory;
  readonly address: number;
  /** Bytes from word to word. */
  readonly stride: number;
  /** What each synchronous read port holds; undefined for an asynchronous one. */
  readonly held: readonly (number | undefined)[];
}

/** Values of a write port at an edge, as words. */
export interface WriteWords {
  readonly enable: Word;
  readonly address: Value;
  readonly addressForm: Form;
  readonly data: Value;
  readonly mask: { readonly value: Value; readonly form: Form } | undefined;
  /** Its clock, so that a read can tell whether it is its own. */
  readonly clock: number;
}

export function placeMemory(memory: Memory, layout: Layout): MemoryPlace {
  const stride = strideOf(memory.width);
  return {
    memory,
    stride,
    address: layout.take(stride * memory.depth, Math.min(stride, 8)),
    held: memory.reads.map(({ kind, data }) => (kind === 'sync' ? layout.register(data) : undefined)),
  };
}

export const strideOf = (width: number): number => {
  if (width > 64) return 8 * limbsFor(width);
  return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
};

/** The pattern 1010 0101 again and again. */
const poisonBits = (width: number): bigint => {
  let bits = 0n;
  for (let at = 0; at < width; at += 8) bits |= 0xa5n << BigInt(at);
  return BigInt.asUintN(width, bits);
};

/** The word at an address as it is now, without a sign. */
export function asyncRead(l: Lowering, place: MemoryPlace, address: Value, form: Form): Value {
  const { memory } = place;
  const { within, index } = located(l, place, address, form);
  const words = loads(l, place, index);
  if (within === undefined) return joined(words);
  const instead = memory.outOfRange === 'zero' ? 0n : poisonBits(memory.width);
  const others = wordsOf(l.constant(instead, unsigned(memory)));
  return joined(words.map((w, i) => l.graph.select(within, w, others[i]!)));
}

/** What a synchronous read port takes at an edge at which `writes` happen. */
export function readAtEdge(
  l: Lowering,
  place: MemoryPlace,
  port: { readonly address: Value; readonly form: Form; readonly clock: number },
  writes: readonly WriteWords[],
): Value {
  const g = l.graph;
  const { memory } = place;
  let words = wordsOf(asyncRead(l, place, port.address, port.form));
  const poison = wordsOf(l.constant(poisonBits(memory.width), unsigned(memory)));
  let undefinedBits: readonly Word[] | undefined;
  const { within } = located(l, place, port.address, port.form);
  for (const write of writes) {
    const same = sameAddress(l, port.address, port.form, write.address, write.addressForm);
    const here = within === undefined ? same : g.binary(Op.and32, same, within);
    const hits = g.binary(Op.and32, write.enable, here);
    const bits = laneBits(l, memory, write).map((b) => when(l, hits, b));
    if (memory.collision === 'undefined' || write.clock !== port.clock) {
      undefinedBits = undefinedBits ? undefinedBits.map((u, i) => either(l, u, bits[i]!)) : bits;
    } else if (memory.collision === 'new') words = merge(l, words, wordsOf(write.data), bits);
  }
  if (undefinedBits) words = merge(l, words, poison, undefinedBits);
  return joined(words);
}

/** The writes of an edge, in order. */
export function writeEffects(
  l: Lowering,
  place: MemoryPlace,
  writes: readonly WriteWords[],
): readonly WriteEffect[] {
  const g = l.graph;
  const { memory } = place;
  const poison = wordsOf(l.constant(poisonBits(memory.width), unsigned(memory)));
  const effects: WriteEffect[] = [];
  writes.forEach((write, k) => {
    const { within, index } = located(l, place, write.address, write.addressForm);
    const enable = within === undefined ? write.enable : g.binary(Op.and32, write.enable, within);
    const bits = laneBits(l, memory, write);
    let data = wordsOf(write.data);
    // In a memory of registers the later port wins, as in its Verilog.
    const earlier = memory.style === 'registers' ? [] : writes.slice(0, k);
    for (const other of earlier) {
      const same = sameAddress(l, write.address, write.addressForm, other.address, other.addressForm);
      const meets = g.binary(Op.and32, g.binary(Op.and32, same, other.enable), enable);
      const twice = laneBits(l, memory, other).map((b, i) => both(l, when(l, meets, b), bits[i]!));
      data = merge(l, data, poison, twice);
    }
    registerStores(place.address, unsigned(memory)).forEach(({ op, address }, i) => {
      const mask = write.mask ? { bits: bits[i]!, load: loadOperator(memory.width) } : undefined;
      effects.push({ kind: 'write', op, address, index, enable, value: data[i]!, mask });
    });
  });
  return effects;
}

const unsigned = ({ width }: Memory): Form => ({ width, signed: false });
const joined = (words: readonly Word[]): Value => (words.length === 1 ? words[0]! : words);

const loadOperator = (width: number): number => {
  if (width > 32) return Op.load64;
  return width <= 8 ? Op.load32x8u : width <= 16 ? Op.load32x16u : Op.load32;
};

function loads(l: Lowering, { memory, address }: MemoryPlace, index: Word): Word[] {
  const op = loadOperator(memory.width);
  return Array.from({ length: Math.max(1, limbsFor(memory.width)) }, (_, i) => {
    const w = l.graph.load(op, address + 8 * i, index);
    if (memory.width < 32) l.graph.hasOnly(w, 2 ** memory.width - 1);
    return w;
  });
}

/** The offset of a word in the memory, and whether the address is one of it; undefined: every address is. */
function located(
  l: Lowering,
  { memory, stride }: MemoryPlace,
  address: Value,
  form: Form,
): { readonly within: Word | undefined; readonly index: Word } {
  const g = l.graph;
  const low = l.word(address, form, 32);
  const every = form.width < 31 && 2 ** form.width <= memory.depth;
  const within = every ? undefined : below(l, address, form, memory.depth);
  const safe = within === undefined ? low : g.select(within, low, g.const32(0));
  return { within, index: g.binary(Op.mul32, safe, g.const32(stride)) };
}

function below(l: Lowering, address: Value, form: Form, depth: number): Word {
  const g = l.graph;
  const low = g.binary(Op.ltU32, l.word(address, form, 32), g.const32(depth));
  if (form.width <= 32) return low;
  const high = wordsOf(address).map((w, i) => (i === 0 ? g.binary(Op.shrU64, w, g.const64(32n)) : w));
  return g.binary(Op.and32, low, g.binary(Op.xor32, nonZero(l, high), g.const32(1)));
}

function sameAddress(l: Lowering, a: Value, aForm: Form, b: Value, bForm: Form): Word {
  const form = { width: Math.max(aForm.width, bForm.width), signed: false };
  const [x, y] = [wordsOf(l.convert(a, aForm, form)), wordsOf(l.convert(b, bForm, form))];
  const short = wordOf(form.width) === 32;
  return x
    .map((w, i) => l.graph.binary(short ? Op.eq32 : Op.eq64, w, y[i]!))
    .reduce((p, q) => l.graph.binary(Op.and32, p, q));
}

/** The bits of the lanes that a write port writes. */
function laneBits(l: Lowering, memory: Memory, { mask }: WriteWords): readonly Word[] {
  const { width, lanes } = memory;
  const words = (bits: bigint): readonly Word[] => wordsOf(l.constant(bits, unsigned(memory)));
  if (!mask) return words((1n << BigInt(width)) - 1n);
  const lane = (1n << BigInt(width / lanes)) - 1n;
  let all: readonly Word[] = words(0n);
  for (let i = 0; i < lanes; i++) {
    const chosen = bitOf(l, mask.value, mask.form, i);
    const bits = words(lane << BigInt((i * width) / lanes));
    all = all.map((w, k) => either(l, w, when(l, chosen, bits[k]!)));
  }
  return all;
}

function bitOf(l: Lowering, value: Value, form: Form, bit: number): Word {
  const g = l.graph;
  const words = wordsOf(value);
  if (form.width <= 32)
    return g.binary(Op.and32, g.binary(Op.shrU32, words[0]!, g.const32(bit)), g.const32(1));
  const shifted = g.binary(Op.shrU64, words[Math.floor(bit / 64)]!, g.const64(BigInt(bit % 64)));
  return g.binary(Op.and32, g.unary(Op.wrap64, shifted), g.const32(1));
}

const isLong = (l: Lowering, w: Word): boolean => l.graph.long[w] === 1;
const zeroLike = (l: Lowering, w: Word): Word => (isLong(l, w) ? l.graph.const64(0n) : l.graph.const32(0));
const when = (l: Lowering, condition: Word, w: Word): Word => l.graph.select(condition, w, zeroLike(l, w));
const either = (l: Lowering, a: Word, b: Word): Word =>
  l.graph.binary(isLong(l, a) ? Op.or64 : Op.or32, a, b);
const both = (l: Lowering, a: Word, b: Word): Word =>
  l.graph.binary(isLong(l, a) ? Op.and64 : Op.and32, a, b);

function nonZero(l: Lowering, words: readonly Word[]): Word {
  const all = words.reduce((a, b) => either(l, a, b));
  return l.graph.binary(isLong(l, all) ? Op.ne64 : Op.ne32, all, zeroLike(l, all));
}

/** `(old & ~bits) | (data & bits)`, word by word. */
function merge(l: Lowering, old: readonly Word[], data: readonly Word[], bits: readonly Word[]): Word[] {
  const g = l.graph;
  return old.map((w, i) => {
    const b = bits[i]!;
    const ones = isLong(l, b) ? g.const64(-1n) : g.const32(-1);
    const kept = both(l, w, g.binary(isLong(l, b) ? Op.xor64 : Op.xor32, b, ones));
    return either(l, kept, both(l, data[i]!, b));
  });
}
