// Vectors that hold the lanes of a row: filled, made wider or narrower, and put together.
// Invariant: lane k is in part k / (lanes per vector), the first lane lowest; a row of less than a vector lies in its low
// part. What is computed in the lanes is rows.ts's.

import { extendHalf, type LaneWidth, narrowLanes, replaceLane, splat } from './lane-op.ts';
import { Op, VectorOp } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** The vectors of a row. */
export type Parts = readonly Word[];

export const twice = (width: LaneWidth): 16 | 32 => (width === 8 ? 16 : 32);
export const half = (width: LaneWidth): 8 | 16 => (width === 32 ? 16 : 8);

export class LaneParts {
  readonly #g: WordGraph;

  constructor(g: WordGraph) {
    this.#g = g;
  }

  /** The same word in every lane. */
  same(w: Word, width: LaneWidth, count: number): Parts {
    const g = this.#g;
    const part = g.op[w] === Op.const32 ? this.splat(g.low[w]!, width) : g.vector(splat(width), w);
    return Array.from({ length: Math.max(1, (count * width) / 128) }, () => part);
  }

  /** A constant in every lane. */
  splat(value: number, width: LaneWidth): Word {
    const low = width === 32 ? value : width === 16 ? (value & 0xffff) * 0x10001 : (value & 0xff) * 0x1010101;
    return this.#g.vector(VectorOp.const, undefined, undefined, undefined, low | 0);
  }

  /** Lanes of twice the width, extended by their signs or by zeros. */
  widened(parts: Parts, width: 8 | 16, count: number, signed: boolean): Parts {
    return this.halves(parts, width, count, (part, _, upper) =>
      this.#g.vector(extendHalf(width, signed, upper), part),
    );
  }

  /** What is made of the lower and of the upper half of each part; of the lower alone when there is no more. */
  halves(
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

  /** The low bits of each lane, as lanes of a width below `from`. */
  cut(parts: Parts, from: 16 | 32, width: LaneWidth, count: number): Parts {
    const cut = this.narrowed(parts, from, count);
    return from === 32 && width === 8 ? this.narrowed(cut, 16, count) : cut;
  }

  /** The low half of each lane. */
  narrowed(parts: Parts, width: 16 | 32, count: number): Parts {
    const mask = this.splat(width === 32 ? 0xffff : 0xff, width);
    return this.packed(
      parts.map((part) => this.#g.vector(VectorOp.and, part, mask)),
      width,
      count,
      false,
    );
  }

  /** Lanes of half the width, for lanes that fit these. */
  packed(parts: Parts, width: 16 | 32, count: number, signed: boolean): Parts {
    const op = narrowLanes(width, signed);
    if (count * width <= 128) return parts.map((part) => this.#g.vector(op, part, part));
    return parts.flatMap((part, i) => (i % 2 === 0 ? [this.#g.vector(op, part, parts[i + 1]!)] : []));
  }

  /** The parts with words put into some lanes. */
  replaced(
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

  /** Lanes of all ones or all zeros at another width. */
  maskIn(mask: Parts, from: LaneWidth, to: LaneWidth, count: number): Parts {
    if (from === to) return mask;
    if (from < to)
      return this.maskIn(this.widened(mask, half(twice(from)), count, true), twice(from), to, count);
    return this.maskIn(this.packed(mask, twice(half(from)), count, true), half(from), to, count);
  }
}
