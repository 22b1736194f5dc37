// Words of which only some bits are looked at: the low half of 64-bit arithmetic is 32-bit arithmetic, and a mask is for
// nothing where the bits that it clears are 0 or go nowhere.
// Invariant: the bits that are looked at stay the same. Nothing recurses deeper than `DEEPEST`.

import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** Operators whose low 32 bits follow from the low 32 bits of their operands. */
const short: ReadonlyMap<number, number> = new Map([
  [Op.add64, Op.add32],
  [Op.sub64, Op.sub32],
  [Op.mul64, Op.mul32],
  [Op.and64, Op.and32],
  [Op.or64, Op.or32],
  [Op.xor64, Op.xor32],
]);
const DEEPEST = 100;

export class Narrowing {
  readonly #g: WordGraph;
  /** The low halves that are known. */
  readonly #low = new Map<Word, Word>();

  constructor(graph: WordGraph) {
    this.#g = graph;
  }

  /** The low 32 bits of a 64-bit word; `plain` makes the operator that only cuts. */
  low32(w: Word, plain: (w: Word) => Word, depth = 0): Word {
    const g = this.#g;
    const op = g.op[w]!;
    if (op === Op.extendS || op === Op.extendU) return g.x[w]!;
    if (op === Op.const64) return g.const32(g.low[w]!);
    const known = this.#low.get(w);
    if (known !== undefined) return known;
    const low = (operand: Word): Word => this.low32(operand, plain, depth + 1);
    let made: Word | undefined;
    if (depth < DEEPEST) {
      const same = short.get(op);
      const [x, y] = [g.x[w]!, g.y[w]!];
      if (same !== undefined) made = g.binary(same, low(x), low(y));
      else if (op === Op.select) made = g.select(g.z[w]!, low(x), low(y));
      else if (op === Op.shl64 && g.isConst(y))
        made = g.low[y]! < 32 ? g.binary(Op.shl32, low(x), g.const32(g.low[y]!)) : g.const32(0);
    }
    made ??= plain(w);
    this.#low.set(w, made);
    return made;
  }
}

/** The bits that can be 1 in a 32-bit word, as far as one look tells; -1 when any can. */
export function possibleBits(g: WordGraph, w: Word): number {
  switch (g.op[w]) {
    case Op.const32:
      return g.low[w]!;
    case Op.load32x8u:
      return g.bits.has(w) ? 1 : 0xff;
    case Op.load32x16u:
      return 0xffff;
    case Op.and32: {
      const [x, y] = [g.x[w]!, g.y[w]!];
      return (g.isConst(x) ? g.low[x]! : -1) & (g.isConst(y) ? g.low[y]! : -1);
    }
    case Op.shrU32: {
      const by = g.y[w]!;
      return g.isConst(by) ? -1 >>> (g.low[by]! & 31) : -1;
    }
    default:
      return g.isBit(w) ? 1 : -1;
  }
}

/** The word to be stored by an operator that keeps its low 8 or 16 bits only: without a mask or an extension of those. */
export function storedWord(g: WordGraph, store: number, value: Word): Word {
  const kept = store === Op.store32x8 ? 0xff : store === Op.store32x16 ? 0xffff : -1;
  if (kept === -1) return value;
  let w = value;
  for (;;) {
    const op = g.op[w]!;
    const [x, y] = [g.x[w]!, g.y[w]!];
    if (op === Op.extend16 || (op === Op.extend8 && kept === 0xff)) w = x;
    else if (op === Op.and32 && g.isConst(y) && (g.low[y]! & kept) === kept) w = x;
    else if (op === Op.and32 && g.isConst(x) && (g.low[x]! & kept) === kept) w = y;
    else return w;
  }
}
