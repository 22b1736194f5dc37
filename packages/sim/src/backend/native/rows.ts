// Equal words side by side as lanes of vectors: a row of 4, 8 or 16 words becomes one vector or a few.
// Invariant: a lane holds the low bits of its word, as many as asked for; what is no vector operator is computed as words
// and put into its lane.

import {
  add,
  compareLanes,
  extendHalf,
  isCompare,
  isUnsignedOrder,
  type LaneWidth,
  multiply,
  multiplyHalf,
  narrowLanes,
  replaceLane,
  shiftLeft,
  shiftRight,
  splat,
  subtract,
} from './lane-op.ts';
import { bytesOf, Op, VectorOp } from './opcode.ts';
import { Ranges } from './range.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** Vectors that hold the lanes of a row, the first lane lowest; less than one vector lies in its low part. */
type Parts = readonly Word[];

const twice = (width: LaneWidth): 16 | 32 => (width === 8 ? 16 : 32);
const half = (width: LaneWidth): 8 | 16 => (width === 32 ? 16 : 8);
const isAll = <T>(items: readonly T[], first = items[0]): boolean => items.every((item) => item === first);

export class Rows {
  readonly #g: WordGraph;
  readonly #ranges: Ranges;
  readonly #known = new Map<string, Parts>();
  /** Words that became lanes: nobody needs them as words because of this row. */
  readonly lanes = new Set<Word>();

  constructor(g: WordGraph) {
    this.#g = g;
    this.#ranges = new Ranges(g);
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
    return this.#widened(this.of(words, below), below, words.length, signs === 'signed');
  }

  /** How lanes of this width hold the values of the words; undefined: they do not. */
  #signsIn(words: readonly Word[], width: LaneWidth): 'signed' | 'unsigned' | undefined {
    let [min, max] = [0, 0];
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
    if (isAll(words)) return this.#same(first, width, words.length);
    if (words.every((w) => g.isPlainLoad(w))) return this.#loaded(words, width);
    if (!words.every((w) => g.op[w] === op)) return this.#gathered(words, width);
    const [xs, ys, zs] = [words.map((w) => g.x[w]!), words.map((w) => g.y[w]!), words.map((w) => g.z[w]!)];
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
      const [a, b] = [this.of(xs, width), this.of(ys, width)];
      return a.map((part, i) => g.vector(vector, part, b[i]!));
    };
    if (isCompare(op) || op === Op.eqz32)
      return this.#mask(op, xs, ys, width).map((m) => g.vector(VectorOp.and, m, this.#splat(1, width)));
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
        const [a, b] = [this.of(xs, width), this.of(ys, width)];
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
    if (width === 8) return this.#narrowed(this.#product(xs, ys, 16), 16, xs.length);
    const below = half(width);
    const signs = [this.#signsIn(xs, below), this.#signsIn(ys, below)];
    if (signs[0] !== undefined && signs[0] === signs[1]) {
      const [a, b] = [this.of(xs, below), this.of(ys, below)];
      return this.#halves(a, below, xs.length, (part, i, upper) =>
        g.vector(multiplyHalf(below, signs[0] === 'signed', upper), part, b[i]!),
      );
    }
    const [a, b] = [this.of(xs, width), this.of(ys, width)];
    return a.map((part, i) => g.vector(multiply(twice(below)), part, b[i]!));
  }

  /** Words cut to `bits` bits and extended by their sign. */
  #extended(words: readonly Word[], bits: 8 | 16, width: LaneWidth): Parts {
    if (width <= bits) return this.of(words, width);
    const below = half(width);
    const parts = below === bits ? this.of(words, bits) : this.#extended(words, bits, below);
    return this.#widened(parts, below, words.length, true);
  }

  /** Undefined: the amounts differ, or are not known. */
  #shifted(op: number, xs: readonly Word[], by: readonly Word[], width: LaneWidth): Parts | undefined {
    const g = this.#g;
    if (!isAll(by)) return undefined;
    const amount = g.op[by[0]!] === Op.const32 ? g.low[by[0]!]! & 31 : undefined;
    const with32 = (): Parts => this.#cut(this.#shifted(op, xs, by, 32)!, 32, width, xs.length);
    const shift = (vector: number): Parts => this.of(xs, width).map((part) => g.vector(vector, part, by[0]!));
    if (op === Op.shl32) {
      if (amount === undefined && width !== 32) return with32();
      if (amount !== undefined && amount >= width) return this.#same(g.const32(0), width, xs.length);
      return shift(shiftLeft(width));
    }
    if (width === 32) return shift(shiftRight(32, op === Op.shrS32));
    const signs = this.#signsIn(xs, width);
    const isPositive = signs === 'unsigned';
    if (amount === undefined || amount >= width || !signs || (op === Op.shrU32 && !isPositive))
      return with32();
    return shift(shiftRight(width, !isPositive));
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
    const zero = this.#splat(0, own);
    const mask = this.of(words, own).map((part) => g.vector(compareLanes(Op.ne32, own, false), part, zero));
    return this.#maskIn(mask, own, width, words.length);
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
    const [a, b] = [this.of(xs, own), this.of(others, own)];
    return this.#maskIn(
      a.map((part, i) => g.vector(vector, part, b[i]!)),
      own,
      width,
      xs.length,
    );
  }

  #maskIn(mask: Parts, from: LaneWidth, to: LaneWidth, count: number): Parts {
    if (from === to) return mask;
    if (from < to)
      return this.#maskIn(this.#widened(mask, half(twice(from)), count, true), twice(from), to, count);
    return this.#maskIn(this.#packed(mask, twice(half(from)), count, true), half(from), to, count);
  }

  /** Loads from neighbouring places are one load; a lane that comes from elsewhere is put in. */
  #loaded(words: readonly Word[], width: LaneWidth): Parts {
    const g = this.#g;
    const bytes = bytesOf[g.op[words[0]!]!]!;
    if (bytes > 4 || words.some((w) => bytesOf[g.op[w]!] !== bytes)) return this.#gathered(words, width);
    const own = (8 * bytes) as LaneWidth;
    // Of an unsigned word in wider lanes the upper bits are not those of memory: `#short` has seen to these.
    if (own < width) return this.#gathered(words, width);
    if (own > width) return this.#cut(this.of(words, own), own as 16 | 32, width, words.length);
    const begins = words.map((w, lane) => g.low[w]! - lane * bytes);
    const begin = mostFrequent(begins);
    const strangers = words.flatMap((w, lane) => (begins[lane] === begin ? [] : [{ w, lane }]));
    if (begin < 0 || strangers.length > words.length / 4) return this.#gathered(words, width);
    const total = words.length * bytes;
    const load = total >= 16 ? VectorOp.load : total === 8 ? VectorOp.load64 : VectorOp.load32;
    const parts = Array.from({ length: Math.ceil(total / 16) }, (_, i) => g.load(load, begin + 16 * i));
    for (const w of words) this.lanes.add(w);
    for (const { w } of strangers) this.lanes.delete(w);
    return this.#replaced(parts, strangers, width);
  }

  #gathered(words: readonly Word[], width: LaneWidth): Parts {
    const common = mostFrequent(words);
    const others = words.flatMap((w, lane) => (w === common ? [] : [{ w, lane }]));
    return this.#replaced(this.#same(common, width, words.length), others, width);
  }

  #replaced(
    parts: Parts,
    lanes: readonly { readonly w: Word; readonly lane: number }[],
    width: LaneWidth,
  ): Parts {
    const made = [...parts];
    const perPart = 128 / width;
    for (const { w, lane } of lanes) {
      const i = Math.floor(lane / perPart);
      made[i] = this.#g.vector(replaceLane(width), made[i]!, w, undefined, lane % perPart);
    }
    return made;
  }

  #same(w: Word, width: LaneWidth, count: number): Parts {
    const g = this.#g;
    const part = g.op[w] === Op.const32 ? this.#splat(g.low[w]!, width) : g.vector(splat(width), w);
    return Array.from({ length: Math.max(1, (count * width) / 128) }, () => part);
  }

  /** A constant in every lane. */
  #splat(value: number, width: LaneWidth): Word {
    const low = width === 32 ? value : width === 16 ? (value & 0xffff) * 0x10001 : (value & 0xff) * 0x1010101;
    return this.#g.vector(VectorOp.const, undefined, undefined, undefined, low | 0);
  }

  #widened(parts: Parts, width: 8 | 16, count: number, signed: boolean): Parts {
    return this.#halves(parts, width, count, (part, _, upper) =>
      this.#g.vector(extendHalf(width, signed, upper), part),
    );
  }

  /** What is made of the lower and of the upper half of each part; of the lower alone when there is no more. */
  #halves(
    parts: Parts,
    width: 8 | 16,
    count: number,
    make: (part: Word, index: number, upper: boolean) => Word,
  ): Parts {
    const isWhole = count * width >= 128;
    return parts.flatMap((part, i) =>
      isWhole ? [make(part, i, false), make(part, i, true)] : [make(part, i, false)],
    );
  }

  /** The low bits of each lane. */
  #cut(parts: Parts, from: 16 | 32, width: LaneWidth, count: number): Parts {
    const cut = this.#narrowed(parts, from, count);
    return from === 32 && width === 8 ? this.#narrowed(cut, 16, count) : cut;
  }

  #narrowed(parts: Parts, width: 16 | 32, count: number): Parts {
    const mask = this.#splat(width === 32 ? 0xffff : 0xff, width);
    return this.#packed(
      parts.map((part) => this.#g.vector(VectorOp.and, part, mask)),
      width,
      count,
      false,
    );
  }

  /** Lanes of half the width, for lanes that fit these. */
  #packed(parts: Parts, width: 16 | 32, count: number, signed: boolean): Parts {
    const op = narrowLanes(width, signed);
    if (count * width <= 128) return parts.map((part) => this.#g.vector(op, part, part));
    return parts.flatMap((part, i) => (i % 2 === 0 ? [this.#g.vector(op, part, parts[i + 1]!)] : []));
  }
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
