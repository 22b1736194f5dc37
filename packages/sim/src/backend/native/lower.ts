// From expressions of the IR to words: values of up to 64 bits in one word each.
// Invariant: a value of (width, signed) is held as its two's complement, extended to the word by its own sign, so that a
// conversion between words is an extension or a cut. Wider values are lower-limbs.ts's.

import type { Expr } from '@gatewright/hdl-core';
import { lowerLimbs } from './lower-limbs.ts';
import { isSelect, lowerSelect, type SelectExpr } from './lower-select.ts';
import { type Wide, WideLowering } from './lower-wide.ts';
import { Op, type WordType } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** How a value is read: its width and whether its top bit is a sign. */
export interface Form {
  readonly width: number;
  readonly signed: boolean;
}
/** One word, or the 64-bit limbs of a value wider than that, least significant first. */
export type Value = Word | Wide;

export const wordOf = (width: number): WordType | 'wide' => (width <= 32 ? 32 : width <= 64 ? 64 : 'wide');
export const limbsFor = (width: number): number => Math.ceil(width / 64);
const isWide = (v: Value): v is Wide => typeof v !== 'number';
/** The operator for words of 32 or 64 bits. */
const pick = (type: WordType, short: number, long: number): number => (type === 32 ? short : long);

export class Lowering {
  readonly graph: WordGraph;
  readonly #wide: WideLowering;

  constructor(graph: WordGraph) {
    this.graph = graph;
    this.#wide = new WideLowering(graph);
  }

  /** The value of `e`, given those of its arguments. */
  lower(e: Expr, args: readonly Value[]): Value {
    if (e.kind === 'const') return this.constant(e.value, e);
    if (e.kind === 'ref') return this.convert(args[0]!, e.decl, e);
    if (isSelect(e)) return lowerSelect(this, e, args);
    const forms = e.args;
    if (wordOf(e.width) === 'wide' || forms.some((a) => wordOf(a.width) === 'wide'))
      return lowerLimbs(this, this.#wide, e, args);
    return this.#lowerWord(e, args as readonly Word[]);
  }

  constant(value: bigint, { width }: Form): Value {
    const type = wordOf(width);
    if (type === 32) return this.graph.const32(Number(BigInt.asIntN(32, value)));
    if (type === 64) return this.graph.const64(value);
    return Array.from({ length: limbsFor(width) }, (_, i) => this.graph.const64(value >> BigInt(64 * i)));
  }

  /** A value that fits both forms, as the second holds it. */
  convert(v: Value, from: Form, to: Form): Value {
    const type = wordOf(to.width);
    if (type !== 'wide') return this.word(v, from, type);
    return this.limbs(v, from, limbsFor(to.width));
  }

  /** The low 32 or 64 bits of a value, extended by its sign where it is shorter. */
  word(v: Value, from: Form, type: WordType): Word {
    const w = isWide(v) ? v[0]! : v;
    const long = this.graph.long[w] === 1;
    if (type === 32) return long ? this.graph.unary(Op.wrap64, w) : w;
    if (long) return w;
    return this.graph.unary(from.signed ? Op.extendS : Op.extendU, w);
  }

  /** `w` cut to `width` bits and extended again. */
  normal(w: Word, { width, signed }: Form): Word {
    const g = this.graph;
    const type: WordType = g.long[w] ? 64 : 32;
    if (width >= type) return w;
    if (!signed) {
      if (type === 32) return g.binary(Op.and32, w, g.const32(width === 0 ? 0 : -1 >>> (32 - width)));
      return g.binary(Op.and64, w, g.const64((1n << BigInt(width)) - 1n));
    }
    if (type === 32 && width === 8) return g.unary(Op.extend8, w);
    if (type === 32 && width === 16) return g.unary(Op.extend16, w);
    const by = this.#amount(type, type - width);
    return g.binary(pick(type, Op.shrS32, Op.shrS64), g.binary(pick(type, Op.shl32, Op.shl64), w, by), by);
  }

  /** 1 when a value is not 0. */
  truth(v: Value, form: Form): Word {
    const g = this.graph;
    if (isWide(v)) return this.#wide.any(v);
    if (g.long[v]) return g.binary(Op.ne64, v, g.const64(0n));
    if (form.width === 1 && !form.signed) g.hasOnly(v, 1);
    return g.binary(Op.ne32, v, g.const32(0));
  }

  /** A value as so many limbs of 64 bits. */
  limbs(v: Value, from: Form, count: number): Wide {
    if (isWide(v)) return this.#wide.resize(v, from.signed, count);
    return this.#wide.resize([this.word(v, from, 64)], from.signed, count);
  }

  #amount(type: WordType, n: number): Word {
    return type === 32 ? this.graph.const32(n) : this.graph.const64(BigInt(n));
  }

  #lowerWord(e: Exclude<Expr, SelectExpr | { kind: 'const' | 'ref' }>, args: readonly Word[]): Word {
    const g = this.graph;
    const forms = e.args;
    const type = wordOf(e.width) as WordType;
    const arg = (i: number, t = type): Word => this.word(args[i]!, forms[i]!, t);
    const both = (short: number, long: number): Word => g.binary(pick(type, short, long), arg(0), arg(1));
    const own = forms[0] ? (wordOf(forms[0].width) as WordType) : 32;
    switch (e.kind) {
      case 'add':
        return both(Op.add32, Op.add64);
      case 'sub':
        return both(Op.sub32, Op.sub64);
      case 'mul':
        return both(Op.mul32, Op.mul64);
      case 'neg':
        return g.binary(pick(type, Op.sub32, Op.sub64), this.#amount(type, 0), arg(0));
      case 'and':
        return both(Op.and32, Op.and64);
      case 'or':
        return both(Op.or32, Op.or64);
      case 'xor':
        return both(Op.xor32, Op.xor64);
      case 'not': {
        const ones = e.signed ? -1n : (1n << BigInt(e.width)) - 1n;
        return g.binary(pick(type, Op.xor32, Op.xor64), arg(0), this.constant(ones, e) as Word);
      }
      case 'shl':
        if (e.amount >= type) return this.#amount(type, 0);
        return g.binary(pick(type, Op.shl32, Op.shl64), arg(0), this.#amount(type, e.amount));
      case 'shr':
        return this.word(this.#shiftRight(args[0]!, forms[0]!, own, e.amount), forms[0]!, type);
      case 'shlBy': {
        const by = this.#shiftBy(args[1]!, forms[1]!, type);
        return g.binary(pick(type, Op.shl32, Op.shl64), arg(0), by);
      }
      case 'shrBy':
        return this.#shiftRightBy(arg(0), forms[0]!, args[1]!, forms[1]!, type);
      case 'slice': {
        const high = e.high === forms[0]!.width - 1 && !forms[0]!.signed;
        const shifted = this.word(
          this.#shiftRight(args[0]!, { width: own, signed: false }, own, e.low),
          e,
          type,
        );
        return high ? shifted : this.normal(shifted, e);
      }
      case 'wrap':
        return isLossless(e) ? arg(0) : this.normal(arg(0), e);
      case 'concat':
        return this.#concat(args, forms, type);
      case 'mux':
        return g.select(this.truth(args[0]!, forms[0]!), arg(1), arg(2));
      case 'reduceAnd': {
        const ones = forms[0]!.signed ? -1n : (1n << BigInt(forms[0]!.width)) - 1n;
        return g.binary(pick(own, Op.eq32, Op.eq64), args[0]!, this.constant(ones, forms[0]!) as Word);
      }
      case 'reduceOr':
        return this.truth(args[0]!, forms[0]!);
      case 'reduceXor': {
        const bits = this.normal(args[0]!, { width: forms[0]!.width, signed: false });
        const count = g.unary(pick(own, Op.popcnt32, Op.popcnt64), bits);
        return g.binary(Op.and32, this.word(count, e, 32), g.const32(1));
      }
      case 'eq':
      case 'ne':
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge':
        return this.#compare(e.kind, e.args[0]!, e.args[1]!, args);
    }
  }

  /** Chooses the shortest word that holds both operands with one sign. */
  #compare(kind: CompareKind, a: Expr, b: Expr, args: readonly Word[]): Word {
    const g = this.graph;
    const min = a.min < b.min ? a.min : b.min;
    const max = a.max > b.max ? a.max : b.max;
    const within = (bits: number, signed: boolean): boolean =>
      signed
        ? min >= -(1n << BigInt(bits - 1)) && max < 1n << BigInt(bits - 1)
        : min >= 0n && max < 1n << BigInt(bits);
    const types = [32, 64] as const;
    for (const type of types) {
      for (const signed of [true, false]) {
        if (!within(type, signed)) continue;
        const x = this.word(args[0]!, a, type);
        const y = this.word(args[1]!, b, type);
        const order = signed ? ORDER.signed : ORDER.unsigned;
        const [ops, first, second] =
          kind === 'gt'
            ? [order.lt, y, x]
            : kind === 'ge'
              ? [order.le, y, x]
              : [{ ...order, ...EQUAL }[kind], x, y];
        return g.binary(pick(type, ops[0], ops[1]), first, second);
      }
    }
    // One operand has a sign and the other all 64 bits: one limb more.
    const both = [this.limbs(args[0]!, a, 2), this.limbs(args[1]!, b, 2)] as const;
    return this.#wide.compare(kind, both[0], both[1], true);
  }

  #shiftRight(w: Word, from: Form, type: WordType, amount: number): Word {
    const g = this.graph;
    if (amount >= type && !from.signed) return this.#amount(type, 0);
    const by = this.#amount(type, Math.min(amount, type - 1));
    const op = from.signed ? pick(type, Op.shrS32, Op.shrS64) : pick(type, Op.shrU32, Op.shrU64);
    return g.binary(op, w, by);
  }

  /** A shift amount as an operand of the shift: the operator reads it modulo the word. */
  #shiftBy(by: Value, form: Form, type: WordType): Word {
    return this.word(by, { ...form, signed: false }, type);
  }

  #shiftRightBy(a: Word, form: Form, by: Word, byForm: Expr, type: WordType): Word {
    const g = this.graph;
    const op = form.signed ? pick(type, Op.shrS32, Op.shrS64) : pick(type, Op.shrU32, Op.shrU64);
    const shifted = g.binary(op, a, this.#shiftBy(by, byForm, type));
    if (byForm.max < BigInt(type)) return shifted;
    const byType: WordType = g.long[by] ? 64 : 32;
    const within = g.binary(pick(byType, Op.ltU32, Op.ltU64), by, this.#amount(byType, type));
    const fill = form.signed ? this.#shiftRight(a, form, type, type) : this.#amount(type, 0);
    return g.select(within, shifted, fill);
  }

  #concat(args: readonly Word[], forms: readonly Form[], type: WordType): Word {
    const g = this.graph;
    const or = pick(type, Op.or32, Op.or64);
    const shl = pick(type, Op.shl32, Op.shl64);
    const first = forms[0]!;
    // The same bit again and again: 0 or all ones.
    if (first.width === 1 && args.every((a) => a === args[0])) {
      const bit = this.word(
        this.normal(args[0]!, { width: 1, signed: false }),
        { width: 1, signed: false },
        type,
      );
      const ones = g.binary(pick(type, Op.sub32, Op.sub64), this.#amount(type, 0), bit);
      return this.normal(ones, { width: args.length, signed: false });
    }
    let joined = this.#amount(type, 0);
    let at = 0;
    for (let i = args.length - 1; i >= 0; i--) {
      const form = forms[i]!;
      const part = this.word(args[i]!, { ...form, signed: false }, type);
      const bits =
        form.signed && at + form.width < type ? this.normal(part, { ...form, signed: false }) : part;
      joined = g.binary(or, joined, g.binary(shl, bits, this.#amount(type, at)));
      at += form.width;
    }
    return joined;
  }
}

type CompareKind = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
const EQUAL = { eq: [Op.eq32, Op.eq64], ne: [Op.ne32, Op.ne64] } as const;
const ORDER = {
  signed: { lt: [Op.ltS32, Op.ltS64], le: [Op.leS32, Op.leS64] },
  unsigned: { lt: [Op.ltU32, Op.ltU64], le: [Op.leU32, Op.leU64] },
} as const;

/** True when a `wrap` keeps the value of its argument. */
function isLossless(e: Expr): boolean {
  const { min, max } = e.args[0]!;
  const bits = BigInt(e.width);
  return e.signed ? min >= -(1n << (bits - 1n)) && max < 1n << (bits - 1n) : min >= 0n && max < 1n << bits;
}
