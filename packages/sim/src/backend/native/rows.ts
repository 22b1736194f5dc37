// Equal words side by side as lanes of vectors: a row of 4, 8 or 16 words becomes one vector or a few.
// Invariant: a lane holds the low bits of its word, as many as asked for; what is no vector operator is computed as words
// and put into its lane.

import {
  add,
  compareLanes,
  isCompare,
  isUnsignedOrder,
  type LaneWidth,
  multiply,
  multiplyHalf,
  shiftLeft,
  shiftRight,
  subtract,
} from './lane-op.ts';
import { half, LaneParts, type Parts, twice } from './lane-parts.ts';
import { bytesOf, Op, VectorOp } from './opcode.ts';
import { Ranges } from './range.ts';
import type { Word, WordGraph } from './word-graph.ts';

const isAll = <T>(items: readonly T[], first = items[0]): boolean => items.every((item) => item === first);

export class Rows {
  readonly #g: WordGraph;
  readonly #ranges: Ranges;
  readonly #parts: LaneParts;
  readonly #known = new Map<string, Parts>();
  /** Words that became lanes: nobody needs them as words because of this row. */
  readonly lanes = new Set<Word>();

  constructor(g: WordGraph) {
    this.#g = g;
    this.#ranges = new Ranges(g);
    this.#parts = new LaneParts(g);
  }

  /** The low `width` bits of the words. */
  of(words: readonly Word[], width: LaneWidth): Parts {
    const key = `${width} ${words.join(' ')}`;
    let parts = this.#known.get(key);
    if (!parts) {
      parts = this.#short(words, width) ?? this.#made(words, width);
      this.#known.set(key, parts);
    }
    return parts;
  }

  /** Computed with lanes of half the width, when these hold the words and the operator allows it. */
  #short(words: readonly Word[], width: LaneWidth): Parts | undefined {
    if (width === 8 || isAll(words)) return undefined;
    const below = half(width);
    const signs = this.#signsIn(words, below);
    const isProduct = words.some((w) => this.#g.op[w] === Op.mul32);
    if (!signs || (isProduct && below === 8)) return undefined;
    return this.#parts.widened(this.of(words, below), below, words.length, signs === 'signed');
  }

  /** How lanes of this width hold the values of the words; undefined: they do not. */
  #signsIn(words: readonly Word[], width: LaneWidth): 'signed' | 'unsigned' | undefined {
    let min = 0;
    let max = 0;
    for (const w of words) {
      const [low, high] = this.#ranges.of(w);
      min = Math.min(min, low);
      max = Math.max(max, high);
    }
    if (min >= 0 && max < 2 ** width) return 'unsigned';
    return min >= -(2 ** (width - 1)) && max < 2 ** (width - 1) ? 'signed' : undefined;
  }

  #made(words: readonly Word[], width: LaneWidth): Parts {
    const g = this.#g;
    const first = words[0]!;
    const op = g.op[first]!;
    if (isAll(words)) return this.#parts.same(first, width, words.length);
    if (words.every((w) => g.isPlainLoad(w))) return this.#loaded(words, width);
    if (!words.every((w) => g.op[w] === op)) return this.#gathered(words, width);
    const xs = words.map((w) => g.x[w]!);
    const ys = words.map((w) => g.y[w]!);
    const zs = words.map((w) => g.z[w]!);
    const made = this.#operated(op, xs, ys, zs, width);
    if (!made) return this.#gathered(words, width);
    for (const w of words) this.lanes.add(w);
    return made;
  }

  /** Undefined: there is no vector operator for it. */
  #operated(
    op: number,
    xs: readonly Word[],
    ys: readonly Word[],
    zs: readonly Word[],
    width: LaneWidth,
  ): Parts | undefined {
    const g = this.#g;
    const both = (vector: number): Parts => {
      const a = this.of(xs, width);
      const b = this.of(ys, width);
      return a.map((part, i) => g.vector(vector, part, b[i]!));
    };
    if (isCompare(op) || op === Op.eqz32)
      return this.#mask(op, xs, ys, width).map((m) => g.vector(VectorOp.and, m, this.#parts.splat(1, width)));
    switch (op) {
      case Op.and32:
        return both(VectorOp.and);
      case Op.or32:
        return both(VectorOp.or);
      case Op.xor32:
        return both(VectorOp.xor);
      case Op.add32:
        return both(add(width));
      case Op.sub32:
        return both(subtract(width));
      case Op.mul32:
        return this.#product(xs, ys, width);
      case Op.extend8:
        return this.#extended(xs, 8, width);
      case Op.extend16:
        return this.#extended(xs, 16, width);
      case Op.shl32:
      case Op.shrS32:
      case Op.shrU32:
        return this.#shifted(op, xs, ys, width);
      case Op.select: {
        if (g.long[xs[0]!] !== 0) return undefined;
        const a = this.of(xs, width);
        const b = this.of(ys, width);
        if (isAll(zs)) return a.map((part, i) => g.vector(Op.select, part, b[i]!, zs[0]!));
        const mask = this.#truth(zs, width);
        return a.map((part, i) => g.vector(VectorOp.bitselect, part, b[i]!, mask[i]!));
      }
      default:
        return undefined;
    }
  }

  #product(xs: readonly Word[], ys: readonly Word[], width: LaneWidth): Parts {
    const g = this.#g;
    if (width === 8) return this.#parts.narrowed(this.#product(xs, ys, 16), 16, xs.length);
    const below = half(width);
    const signs = [this.#signsIn(xs, below), this.#signsIn(ys, below)];
    if (signs[0] !== undefined && signs[0] === signs[1]) {
      const a = this.of(xs, below);
      const b = this.of(ys, below);
      return this.#parts.halves(a, below, xs.length, (part, i, upper) =>
        g.vector(multiplyHalf(below, signs[0] === 'signed', upper), part, b[i]!),
      );
    }
    const a = this.of(xs, width);
    const b = this.of(ys, width);
    return a.map((part, i) => g.vector(multiply(twice(below)), part, b[i]!));
  }

  /** Words cut to `bits` bits and extended by their sign. */
  #extended(words: readonly Word[], bits: 8 | 16, width: LaneWidth): Parts {
    if (width <= bits) return this.of(words, width);
    const below = half(width);
    const parts = below === bits ? this.of(words, bits) : this.#extended(words, bits, below);
    return this.#parts.widened(parts, below, words.length, true);
  }

  /** Undefined: the amounts differ, or are not known. */
  #shifted(op: number, xs: readonly Word[], by: readonly Word[], width: LaneWidth): Parts | undefined {
    const g = this.#g;
    if (!isAll(by)) return undefined;
    const amount = g.op[by[0]!] === Op.const32 ? g.low[by[0]!]! & 31 : undefined;
    const with32 = (): Parts => this.#parts.cut(this.#shifted(op, xs, by, 32)!, 32, width, xs.length);
    const shift = (vector: number): Parts => this.of(xs, width).map((part) => g.vector(vector, part, by[0]!));
    if (op === Op.shl32) {
      if (amount === undefined && width !== 32) return with32();
      if (amount !== undefined && amount >= width) return this.#parts.same(g.const32(0), width, xs.length);
      return shift(shiftLeft(width));
    }
    if (width === 32) return shift(shiftRight(32, op === Op.shrS32));
    const signs = this.#signsIn(xs, width);
    if (amount === undefined || amount >= width || !signs) return with32();
    // What comes down from above a lane is its sign, in a shift without one as well: a word has the sign up to bit 31.
    return shift(shiftRight(width, signs === 'signed'));
  }

  /** All ones in the lanes whose words are not 0. */
  #truth(words: readonly Word[], width: LaneWidth): Parts {
    const g = this.#g;
    const op = g.op[words[0]!]!;
    const isSame = words.every((w) => g.op[w] === op);
    if (isSame && !isAll(words) && (isCompare(op) || op === Op.eqz32)) {
      for (const w of words) this.lanes.add(w);
      return this.#mask(
        op,
        words.map((w) => g.x[w]!),
        words.map((w) => g.y[w]!),
        width,
      );
    }
    const own = this.#signsIn(words, 8) ? 8 : this.#signsIn(words, 16) ? 16 : 32;
    const zero = this.#parts.splat(0, own);
    const mask = this.of(words, own).map((part) => g.vector(compareLanes(Op.ne32, own, false), part, zero));
    return this.#parts.maskIn(mask, own, width, words.length);
  }

  /** All ones in the lanes where the comparison is met. */
  #mask(op: number, xs: readonly Word[], ys: readonly Word[], width: LaneWidth): Parts {
    const g = this.#g;
    const others = op === Op.eqz32 ? xs.map(() => g.const32(0)) : ys;
    const all = [...xs, ...others];
    const own = ([8, 16] as const).find((w) => this.#signsIn(all, w)) ?? 32;
    // Words without a sign are in the same order when lanes have none; as lanes with a sign only where they have one.
    const signed =
      own === 32 ? !isUnsignedOrder(op) : !isUnsignedOrder(op) && this.#signsIn(all, own) === 'signed';
    const vector = compareLanes(op === Op.eqz32 ? Op.eq32 : op, own, signed);
    const a = this.of(xs, own);
    const b = this.of(others, own);
    return this.#parts.maskIn(
      a.map((part, i) => g.vector(vector, part, b[i]!)),
      own,
      width,
      xs.length,
    );
  }

  /** Loads from neighbouring places are one load; a lane that comes from elsewhere is put in. */
  #loaded(words: readonly Word[], width: LaneWidth): Parts {
    const g = this.#g;
    const bytes = bytesOf[g.op[words[0]!]!]!;
    if (bytes > 4 || words.some((w) => bytesOf[g.op[w]!] !== bytes)) return this.#gathered(words, width);
    const own = (8 * bytes) as LaneWidth;
    // Of an unsigned word in wider lanes the upper bits are not those of memory: `#short` has seen to these.
    if (own < width) return this.#gathered(words, width);
    if (own > width) return this.#parts.cut(this.of(words, own), own as 16 | 32, width, words.length);
    const begins = words.map((w, lane) => g.low[w]! - lane * bytes);
    const begin = mostFrequent(begins);
    const strangers = words.flatMap((w, lane) => (begins[lane] === begin ? [] : [{ w, lane }]));
    if (begin < 0 || strangers.length > words.length / 4) return this.#gathered(words, width);
    const total = words.length * bytes;
    const load = total >= 16 ? VectorOp.load : total === 8 ? VectorOp.load64 : VectorOp.load32;
    const parts = Array.from({ length: Math.ceil(total / 16) }, (_, i) => g.load(load, begin + 16 * i));
    for (const w of words) this.lanes.add(w);
    for (const { w } of strangers) this.lanes.delete(w);
    return this.#parts.replaced(parts, strangers, width);
  }

  #gathered(words: readonly Word[], width: LaneWidth): Parts {
    const common = mostFrequent(words);
    const others = words.flatMap((w, lane) => (w === common ? [] : [{ w, lane }]));
    return this.#parts.replaced(this.#parts.same(common, width, words.length), others, width);
  }
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
