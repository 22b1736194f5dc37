// Which bits of a 32-bit word can be 1, from its operator and those of its operands.
// Invariant: a bit that is left out is 0 in every run. One step per word, when it enters the graph; nothing is walked.

import { isTruth, Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** The bits that can be 1 in a word made of these; -1 when any can, and for words of 64 bits. */
export function possibleOf(g: WordGraph, op: number, x: Word, y: Word, low: number): number {
  if (isTruth(op)) return 1;
  const of = (w: Word): number => g.possible[w]!;
  switch (op) {
    case Op.const32:
      return low;
    case Op.load32x8u:
      return 0xff;
    case Op.load32x16u:
      return 0xffff;
    case Op.and32:
      return of(x) & of(y);
    case Op.or32:
    case Op.xor32:
      return of(x) | of(y);
    case Op.select:
      return g.long[x] ? -1 : of(x) | of(y);
    case Op.add32: {
      const bits = Math.max(length(of(x)), length(of(y))) + 1;
      return ones(bits);
    }
    case Op.mul32:
      return ones(length(of(x)) + length(of(y)));
    case Op.shl32:
      return g.op[y] === Op.const32 ? of(x) << g.low[y]! : -1;
    case Op.shrU32:
      return g.op[y] === Op.const32 ? of(x) >>> g.low[y]! : ones(length(of(x)));
    case Op.shrS32:
      return g.op[y] === Op.const32 ? of(x) >> g.low[y]! : of(x) < 0 ? -1 : ones(length(of(x)));
    case Op.extend8:
      return of(x) & 0x80 ? -1 : of(x) & 0x7f;
    case Op.extend16:
      return of(x) & 0x8000 ? -1 : of(x) & 0x7fff;
    case Op.clz32:
    case Op.popcnt32:
      return 0x3f;
    default:
      return -1;
  }
}

/** Bits up to the highest that is set. */
const length = (bits: number): number => 32 - Math.clz32(bits);
const ones = (count: number): number => (count >= 32 ? -1 : 2 ** count - 1);
