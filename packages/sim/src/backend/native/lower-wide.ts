// Arithmetic on values wider than 64 bits, as limbs of 64 bits, least significant first.
// Invariant: operands and results have the number of limbs that the caller chose; everything is modulo 2^(64 n), and the
// caller keeps the top limb extended by its sign.

import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

export type Wide = readonly Word[];

export class WideLowering {
  readonly #g: WordGraph;

  constructor(graph: WordGraph) {
    this.#g = graph;
  }

  /** The same value in `count` limbs; cut when that is fewer. */
  resize(a: Wide, signed: boolean, count: number): Wide {
    if (a.length >= count) return a.slice(0, count);
    const fill = this.#fill(a, signed);
    return Array.from({ length: count }, (_, i) => a[i] ?? fill);
  }

  add(a: Wide, b: Wide): Wide {
    const g = this.#g;
    let carry: Word | undefined;
    return a.map((x, i) => {
      const plain = g.binary(Op.add64, x, b[i]!);
      const sum = carry === undefined ? plain : g.binary(Op.add64, plain, g.unary(Op.extendU, carry));
      if (i < a.length - 1) {
        const first = g.binary(Op.ltU64, plain, x);
        carry = carry === undefined ? first : g.binary(Op.or32, first, g.binary(Op.ltU64, sum, plain));
      }
      return sum;
    });
  }

  sub(a: Wide, b: Wide): Wide {
    const g = this.#g;
    let borrow: Word | undefined;
    return a.map((x, i) => {
      const plain = g.binary(Op.sub64, x, b[i]!);
      const difference =
        borrow === undefined ? plain : g.binary(Op.sub64, plain, g.unary(Op.extendU, borrow));
      if (i < a.length - 1) {
        const first = g.binary(Op.ltU64, x, b[i]!);
        borrow =
          borrow === undefined ? first : g.binary(Op.or32, first, g.binary(Op.ltU64, plain, difference));
      }
      return difference;
    });
  }

  /** By digits of 32 bits: a product and two digits more never exceed 64 bits. */
  mul(a: Wide, b: Wide): Wide {
    const g = this.#g;
    const [half, mask] = [g.const64(32n), g.const64(0xffff_ffffn)];
    const digits = (v: Wide): Word[] =>
      v.flatMap((limb) => [g.binary(Op.and64, limb, mask), g.binary(Op.shrU64, limb, half)]);
    const [x, y] = [digits(a), digits(b)];
    const n = x.length;
    const r: Word[] = Array.from({ length: n }, () => g.const64(0n));
    for (let i = 0; i < n; i++) {
      let carry = g.const64(0n);
      for (let j = 0; i + j < n; j++) {
        const product = g.binary(Op.mul64, x[i]!, y[j]!);
        const total = g.binary(Op.add64, g.binary(Op.add64, product, r[i + j]!), carry);
        r[i + j] = g.binary(Op.and64, total, mask);
        carry = g.binary(Op.shrU64, total, half);
      }
    }
    return a.map((_, i) => g.binary(Op.or64, r[2 * i]!, g.binary(Op.shl64, r[2 * i + 1]!, half)));
  }

  bitwise(op: number, a: Wide, b: Wide): Wide {
    return a.map((x, i) => this.#g.binary(op, x, b[i]!));
  }

  not(a: Wide): Wide {
    const ones = this.#g.const64(-1n);
    return a.map((x) => this.#g.binary(Op.xor64, x, ones));
  }

  select(condition: Word, a: Wide, b: Wide): Wide {
    return a.map((x, i) => this.#g.select(condition, x, b[i]!));
  }

  shiftLeft(a: Wide, amount: number): Wide {
    const g = this.#g;
    const [whole, bits] = [Math.floor(amount / 64), amount % 64];
    const at = (i: number): Word => a[i] ?? g.const64(0n);
    return a.map((_, i) => {
      const upper = g.binary(Op.shl64, at(i - whole), g.const64(BigInt(bits)));
      if (bits === 0) return upper;
      return g.binary(Op.or64, upper, g.binary(Op.shrU64, at(i - whole - 1), g.const64(BigInt(64 - bits))));
    });
  }

  shiftRight(a: Wide, signed: boolean, amount: number): Wide {
    const g = this.#g;
    const [whole, bits] = [Math.floor(amount / 64), amount % 64];
    const fill = this.#fill(a, signed);
    const at = (i: number): Word => a[i] ?? fill;
    return a.map((_, i) => {
      if (bits === 0) return at(i + whole);
      const lower = g.binary(Op.shrU64, at(i + whole), g.const64(BigInt(bits)));
      return g.binary(Op.or64, lower, g.binary(Op.shl64, at(i + whole + 1), g.const64(BigInt(64 - bits))));
    });
  }

  /** The caller's ranges see to it that nothing of value is shifted out. */
  shiftLeftBy(a: Wide, by: Wide): Wide {
    const g = this.#g;
    const [within, back] = this.#within(by[0]!);
    const one = g.const64(1n);
    const shifted = a.map((x, i) => {
      const upper = g.binary(Op.shl64, x, within);
      if (i === 0) return upper;
      return g.binary(Op.or64, upper, g.binary(Op.shrU64, g.binary(Op.shrU64, a[i - 1]!, one), back));
    });
    return this.#moveLimbs(shifted, by[0]!, -1, g.const64(0n));
  }

  shiftRightBy(a: Wide, signed: boolean, by: Wide): Wide {
    const g = this.#g;
    const [within, back] = this.#within(by[0]!);
    const one = g.const64(1n);
    const fill = this.#fill(a, signed);
    const shifted = a.map((x, i) => {
      const lower = g.binary(Op.shrU64, x, within);
      const above = a[i + 1] ?? fill;
      return g.binary(Op.or64, lower, g.binary(Op.shl64, g.binary(Op.shl64, above, one), back));
    });
    const moved = this.#moveLimbs(shifted, by[0]!, 1, fill);
    const far = [
      g.binary(Op.geU64, by[0]!, g.const64(BigInt(64 * a.length))),
      ...by.slice(1).map((limb) => g.binary(Op.ne64, limb, g.const64(0n))),
    ].reduce((x, y) => g.binary(Op.or32, x, y));
    return moved.map((x) => g.select(far, fill, x));
  }

  /** 1 when any bit is set. */
  any(a: Wide): Word {
    const g = this.#g;
    return g.binary(
      Op.ne64,
      a.reduce((x, y) => g.binary(Op.or64, x, y)),
      g.const64(0n),
    );
  }

  /** 1 when all `width` bits are set. */
  all(a: Wide, { width, signed }: { readonly width: number; readonly signed: boolean }): Word {
    const g = this.#g;
    return a
      .map((x, i) => {
        const bits = signed || i < a.length - 1 ? 64 : width - 64 * i;
        return g.binary(Op.eq64, x, g.const64((1n << BigInt(bits)) - 1n));
      })
      .reduce((x, y) => g.binary(Op.and32, x, y));
  }

  /** 1 when an odd number of bits is set; the bits above the width are 0. */
  odd(a: Wide): Word {
    const g = this.#g;
    const count = g.unary(
      Op.popcnt64,
      a.reduce((x, y) => g.binary(Op.xor64, x, y)),
    );
    return g.binary(Op.and32, g.unary(Op.wrap64, count), g.const32(1));
  }

  /** Two values of the same number of limbs, both with or both without a sign. */
  compare(kind: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge', a: Wide, b: Wide, signed: boolean): Word {
    const g = this.#g;
    const not = (w: Word): Word => g.binary(Op.xor32, w, g.const32(1));
    switch (kind) {
      case 'ne':
        return this.any(this.bitwise(Op.xor64, a, b));
      case 'eq':
        return not(this.compare('ne', a, b, signed));
      case 'gt':
        return this.compare('lt', b, a, signed);
      case 'ge':
        return not(this.compare('lt', a, b, signed));
      case 'le':
        return not(this.compare('lt', b, a, signed));
      case 'lt': {
        let less = g.binary(Op.ltU64, a[0]!, b[0]!);
        for (let i = 1; i < a.length; i++) {
          const op = signed && i === a.length - 1 ? Op.ltS64 : Op.ltU64;
          less = g.select(g.binary(Op.eq64, a[i]!, b[i]!), less, g.binary(op, a[i]!, b[i]!));
        }
        return less;
      }
    }
  }

  #fill(a: Wide, signed: boolean): Word {
    const g = this.#g;
    return signed ? g.binary(Op.shrS64, a.at(-1)!, g.const64(63n)) : g.const64(0n);
  }

  /** The amount modulo 64, and 63 minus it. */
  #within(by: Word): readonly [Word, Word] {
    const g = this.#g;
    const within = g.binary(Op.and64, by, g.const64(63n));
    return [within, g.binary(Op.xor64, within, g.const64(63n))];
  }

  /** Moves whole limbs by the amount's bits from 6 on. */
  #moveLimbs(a: Wide, by: Word, direction: 1 | -1, fill: Word): Wide {
    const g = this.#g;
    let moved = a;
    for (let step = 1, bit = 6n; step < a.length; step *= 2, bit++) {
      const set = g.binary(Op.ne64, g.binary(Op.and64, by, g.const64(1n << bit)), g.const64(0n));
      const from = moved;
      moved = from.map((x, i) => g.select(set, from[i + direction * step] ?? fill, x));
    }
    return moved;
  }
}
