// Bits that nobody looks at: masks and extensions that only change those are taken out of the graph.
// Invariant: in place, once, when the graph is whole; every bit that an effect stores or tests stays the same.

import { type Effect, effectWords } from './effect.ts';
import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** The bits of its word that a store keeps. */
const keptBy = (store: number): number =>
  store === Op.store32x8 ? 0xff : store === Op.store32x16 ? 0xffff : -1;

/** All bits up to the highest that is looked at: a carry only moves upwards. */
const upTo = (bits: number): number => (bits === 0 ? 0 : -1 >>> Math.clz32(bits));

/** The phases of a design with the words that they need, without what nobody looks at. */
export function withoutIdleBits<P extends readonly (readonly Effect[] | undefined)[]>(
  g: WordGraph,
  phases: P,
): P {
  const demand = new Int32Array(g.count);
  for (const phase of phases)
    for (const effect of phase ?? []) {
      for (const w of effectWords(effect)) if (effect.kind !== 'store' || w !== effect.value) demand[w] = -1;
      if (effect.kind === 'store') demand[effect.value]! |= keptBy(effect.op);
    }
  // What stands for a word; operands come first in the graph, so users are met before what they use.
  const instead = new Int32Array(g.count).fill(-1);
  for (let w = g.count - 1; w >= 0; w--) {
    const looked = demand[w]!;
    if (looked === 0) continue;
    const from = idle(g, w, looked);
    if (from >= 0) {
      instead[w] = from;
      demand[from]! |= looked;
    } else pass(g, w, looked, demand);
  }
  for (let w = 0; w < g.count; w++) {
    const from = instead[w]!;
    if (from >= 0) {
      instead[w] = instead[from]!;
      continue;
    }
    instead[w] = w;
    if (g.x[w]! >= 0) g.x[w] = instead[g.x[w]!]!;
    if (g.y[w]! >= 0) g.y[w] = instead[g.y[w]!]!;
    if (g.z[w]! >= 0) g.z[w] = instead[g.z[w]!]!;
  }
  const moved = (w: Word): Word => instead[w]!;
  return phases.map((phase) => phase?.map((effect) => withWords(effect, moved))) as unknown as P;
}

function withWords(e: Effect, moved: (w: Word) => Word): Effect {
  const value = moved(e.value);
  if (e.kind !== 'write') return { ...e, value };
  const mask = e.mask && { ...e.mask, bits: moved(e.mask.bits) };
  return { ...e, value, enable: moved(e.enable), index: moved(e.index), mask };
}

/** The operand that has the same bits as `w` wherever somebody looks; -1 when there is none. */
function idle(g: WordGraph, w: Word, looked: number): Word {
  const x = g.x[w]!;
  const y = g.y[w]!;
  switch (g.op[w]) {
    case Op.and32:
      if (g.op[y] === Op.const32 && (looked & ~g.low[y]!) === 0) return x;
      return g.op[x] === Op.const32 && (looked & ~g.low[x]!) === 0 ? y : -1;
    case Op.or32:
    case Op.xor32:
      if (g.op[y] === Op.const32 && (looked & g.low[y]!) === 0) return x;
      return g.op[x] === Op.const32 && (looked & g.low[x]!) === 0 ? y : -1;
    case Op.extend8:
      return (looked & ~0xff) === 0 ? x : -1;
    case Op.extend16:
      return (looked & ~0xffff) === 0 ? x : -1;
    case Op.shrS32: {
      // A sign extension by two shifts.
      if (g.op[y] !== Op.const32 || g.op[x] !== Op.shl32 || g.y[x] !== y) return -1;
      return (looked & ~(-1 >>> (g.low[y]! & 31))) === 0 ? g.x[x]! : -1;
    }
    default:
      return -1;
  }
}

/** Tells the operands of `w` which of their bits its bits `looked` follow from. */
function pass(g: WordGraph, w: Word, looked: number, demand: Int32Array): void {
  const x = g.x[w]!;
  const y = g.y[w]!;
  const ask = (operand: Word, bits: number): void => {
    demand[operand]! |= bits;
  };
  switch (g.op[w]) {
    case Op.and32:
      ask(x, g.op[y] === Op.const32 ? looked & g.low[y]! : looked);
      ask(y, g.op[x] === Op.const32 ? looked & g.low[x]! : looked);
      return;
    case Op.or32:
      ask(x, g.op[y] === Op.const32 ? looked & ~g.low[y]! : looked);
      ask(y, g.op[x] === Op.const32 ? looked & ~g.low[x]! : looked);
      return;
    case Op.xor32:
      ask(x, looked);
      ask(y, looked);
      return;
    case Op.select:
      ask(x, g.long[w] ? -1 : looked);
      ask(y, g.long[w] ? -1 : looked);
      ask(g.z[w]!, -1);
      return;
    case Op.add32:
    case Op.sub32:
    case Op.mul32:
      ask(x, upTo(looked));
      ask(y, upTo(looked));
      return;
    case Op.shl32:
      ask(x, g.op[y] === Op.const32 ? looked >>> (g.low[y]! & 31) : upTo(looked));
      ask(y, 31);
      return;
    case Op.shrU32:
      ask(x, g.op[y] === Op.const32 ? looked << (g.low[y]! & 31) : -1);
      ask(y, 31);
      return;
    case Op.shrS32: {
      const by = g.op[y] === Op.const32 ? g.low[y]! & 31 : -1;
      const sign = by > 0 && looked >>> (32 - by) !== 0 ? 1 << 31 : 0;
      ask(x, by < 0 ? -1 : (looked << by) | sign);
      ask(y, 31);
      return;
    }
    case Op.extend8:
      ask(x, (looked & 0xff) | (looked & ~0xff ? 0x80 : 0));
      return;
    case Op.extend16:
      ask(x, (looked & 0xffff) | (looked & ~0xffff ? 0x8000 : 0));
      return;
    default:
      g.operands(w, (operand) => ask(operand, -1));
  }
}
