// The least and the greatest value that a 32-bit word can have, read with a sign.
// Invariant: never too narrow; worked out once per word, when somebody asks.

import { isTruth, Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

export type Range = readonly [min: number, max: number];

const ALL: Range = [-(2 ** 31), 2 ** 31 - 1];
const BIT: Range = [0, 1];
/** Words looked through for one answer. */
const DEEPEST = 60;

export class Ranges {
  readonly #g: WordGraph;
  readonly #known = new Map<Word, Range>();

  constructor(g: WordGraph) {
    this.#g = g;
  }

  of(w: Word, depth = 0): Range {
    if (depth > DEEPEST) return ALL;
    let range = this.#known.get(w);
    if (!range) {
      const [min, max] = this.#compute(w, depth + 1);
      range = min < ALL[0] || max > ALL[1] ? ALL : [min, max];
      this.#known.set(w, range);
    }
    return range;
  }

  #compute(w: Word, depth: number): Range {
    const g = this.#g;
    const op = g.op[w]!;
    const x = g.x[w]!;
    const y = g.y[w]!;
    if (isTruth(op)) return BIT;
    if (g.isLoad(w)) {
      if (op === Op.load32x8s) return [-0x80, 0x7f];
      if (op === Op.load32x16s) return [-0x8000, 0x7fff];
      return g.possible[w]! >= 0 ? [0, g.possible[w]!] : ALL;
    }
    const by = g.op[y] === Op.const32 ? g.low[y]! : -1;
    switch (op) {
      case Op.const32:
        return [g.low[w]!, g.low[w]!];
      case Op.select: {
        if (g.long[w] !== 0) return ALL;
        const a = this.of(x, depth);
        const b = this.of(y, depth);
        return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
      }
      case Op.add32: {
        const a = this.of(x, depth);
        const b = this.of(y, depth);
        return [a[0] + b[0], a[1] + b[1]];
      }
      case Op.sub32: {
        const a = this.of(x, depth);
        const b = this.of(y, depth);
        return [a[0] - b[1], a[1] - b[0]];
      }
      case Op.mul32: {
        const a = this.of(x, depth);
        const b = this.of(y, depth);
        const ends = a.flatMap((p) => b.map((q) => p * q));
        return [Math.min(...ends), Math.max(...ends)];
      }
      case Op.and32: {
        const a = this.of(x, depth);
        const b = this.of(y, depth);
        if (a[0] >= 0 && b[0] >= 0) return [0, Math.min(a[1], b[1])];
        if (a[0] >= 0) return [0, a[1]];
        return b[0] >= 0 ? [0, b[1]] : signed(a, b);
      }
      case Op.or32:
      case Op.xor32:
        return signed(this.of(x, depth), this.of(y, depth));
      case Op.shl32: {
        const a = this.of(x, depth);
        return by >= 0 && by < 31 ? [a[0] * 2 ** by, a[1] * 2 ** by] : ALL;
      }
      case Op.shrU32: {
        const a = this.of(x, depth);
        if (by < 0 || by > 31) return a[0] >= 0 ? [0, a[1]] : ALL;
        if (a[0] >= 0) return [a[0] >> by, a[1] >> by];
        return by === 0 ? ALL : [0, 0xffff_ffff >>> by];
      }
      case Op.shrS32: {
        const a = this.of(x, depth);
        if (by < 0 || by > 31) return [Math.min(0, a[0]), Math.max(0, a[1])];
        return [a[0] >> by, a[1] >> by];
      }
      case Op.extend8:
        return [-0x80, 0x7f];
      case Op.extend16:
        return [-0x8000, 0x7fff];
      default:
        return ALL;
    }
  }
}

/** All that a bitwise operator can give: the fewest bits that hold both, with a sign if one has it. */
function signed(a: Range, b: Range): Range {
  const highest = Math.max(a[1], b[1], ~a[0], ~b[0], 0);
  const ones = highest === 0 ? 0 : 2 ** (32 - Math.clz32(highest)) - 1;
  return [a[0] < 0 || b[0] < 0 ? -ones - 1 : 0, ones];
}
