// Expressions of the IR: pure, immutable nodes over mathematical integers.
// Invariant: a node denotes an integer in [min, max], and (width, signed) can hold that range. Arithmetic never wraps;
// only `wrap` does (it takes the value modulo 2^width). How a node prints is the Verilog printer's business.

import type { EnumType } from '../types.ts';
import type { Decl } from './module.ts';
import type { CountKind } from './select.ts';

export interface EnumLabel {
  readonly text: string;
  readonly type: EnumType;
}

interface Base {
  readonly width: number;
  readonly signed: boolean;
  readonly min: bigint;
  readonly max: bigint;
  readonly args: readonly Expr[];
  /** The name it prints under when it needs a wire of its own. */
  readonly hint?: string;
}
export type BinaryKind = 'add' | 'sub' | 'mul' | 'and' | 'or' | 'xor';
export type CompareKind = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
export type ReduceKind = 'reduceAnd' | 'reduceOr' | 'reduceXor';
export type Expr = Base &
  (
    | {
        readonly kind: 'const';
        readonly value: bigint /** The enum label it stands for. */;
        readonly label?: EnumLabel;
      }
    | { readonly kind: 'ref'; readonly decl: Decl }
    | { readonly kind: BinaryKind }
    | { readonly kind: CompareKind }
    | { readonly kind: ReduceKind }
    | { readonly kind: CountKind }
    /** neg: -a. not: all bits of a inverted, in a's own width. */
    | { readonly kind: 'neg' | 'not' }
    /** a * 2^amount, and floor(a / 2^amount). */
    | { readonly kind: 'shl' | 'shr'; readonly amount: number }
    /** The same with the amount in args[1]. */
    | { readonly kind: 'shlBy' | 'shrBy' }
    /** args[0] ? args[1] : args[2] */
    | { readonly kind: 'mux' }
    /** args[1 + i] where args[0] is i, the last one where it is larger. */
    | { readonly kind: 'index' }
    /** `width` bits of args[0], which is unsigned, from bit args[1] up; zeros past its end. */
    | { readonly kind: 'bitsAt' }
    /** args[0] holds the most significant bits. */
    | { readonly kind: 'concat' }
    | { readonly kind: 'slice'; readonly high: number; readonly low: number }
    /** The value congruent to a modulo 2^width that (width, signed) holds: truncation, extension, reinterpretation. */
    | { readonly kind: 'wrap' }
  );
export type ExprKind = Expr['kind'];

/** Bits needed for a non-negative integer: 0 for 0. */
export function bitLength(value: bigint): number {
  let bits = 0;
  let rest = value;
  while (rest > 0xffff_ffffn) {
    rest >>= 32n;
    bits += 32;
  }
  return bits + 32 - Math.clz32(Number(rest));
}
/** The narrowest width that holds [min, max], at least 1. */
export function widthFor(min: bigint, max: bigint, signed: boolean): number {
  if (!signed) return Math.max(1, bitLength(max));
  const low = min < 0n ? bitLength(-min - 1n) : 0;
  const high = max > 0n ? bitLength(max) : 0;
  return Math.max(low, high) + 1;
}
/** 2^n - 1 and -2^n, made once for each n: every node asks for them. */
const ones: bigint[] = [];
const onesOf = (n: number): bigint => (ones[n] ??= (1n << BigInt(n)) - 1n);
const lowest: bigint[] = [];
const lowestOf = (n: number): bigint => (lowest[n] ??= -(1n << BigInt(n)));
export const minOf = (width: number, signed: boolean): bigint => (signed ? lowestOf(width - 1) : 0n);
export const maxOf = (width: number, signed: boolean): bigint => onesOf(signed ? width - 1 : width);
export const fits = (min: bigint, max: bigint, width: number, signed: boolean): boolean =>
  min >= minOf(width, signed) && max <= maxOf(width, signed);

const low = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const high = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const NO_ARGS: readonly Expr[] = [];

export const constant = (value: bigint, width?: number, signed = value < 0n): Expr => ({
  kind: 'const',
  value,
  args: NO_ARGS,
  width: width ?? widthFor(value, value, signed),
  signed,
  min: value,
  max: value,
});
export const label = (text: string, type: EnumType): Expr => ({
  ...(constant(BigInt(Math.max(0, type.labels.indexOf(text))), type.width, false) as Expr & {
    kind: 'const';
  }),
  label: { text, type },
});
/** What a zero-width signal reads as: 0, in no bits. */
export const NOTHING: Expr = constant(0n, 0, false);
export const ref = (decl: Decl): Expr => ({
  kind: 'ref',
  decl,
  args: NO_ARGS,
  width: decl.width,
  signed: decl.signed,
  min: minOf(decl.width, decl.signed),
  max: maxOf(decl.width, decl.signed),
});
/** A reference to a named expression keeps the tight range of that expression. */
export const refWithRange = (decl: Decl, min: bigint, max: bigint): Expr => ({ ...ref(decl), min, max });

/** The type of a value in [min, max], as narrow as can be. */
export const rangeOf = (min: bigint, max: bigint, signed: boolean): Omit<Base, 'args'> => ({
  width: widthFor(min, max, signed),
  signed,
  min,
  max,
});
/** Every value that (width, signed) holds. */
export const fullRange = (width: number, signed: boolean): Omit<Base, 'args'> => ({
  width,
  signed,
  min: minOf(width, signed),
  max: maxOf(width, signed),
});

const isConst = (e: Expr): e is Expr & { kind: 'const' } => e.kind === 'const';
const isValue = (e: Expr, value: bigint): boolean => e.kind === 'const' && e.value === value;

const SAME_DEPTH = 3;
/** One expression, or two of one small shape over the same signals: what a linter, too, sees to be equal. */
function isSame(a: Expr, b: Expr, depth = SAME_DEPTH): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.width !== b.width || a.signed !== b.signed) return false;
  switch (a.kind) {
    case 'ref':
      return a.decl === (b as typeof a).decl;
    case 'const':
      return a.value === (b as typeof a).value;
    case 'shl':
    case 'shr':
      if (a.amount !== (b as typeof a).amount) return false;
      break;
    case 'slice':
      if (a.high !== (b as typeof a).high || a.low !== (b as typeof a).low) return false;
  }
  const { length } = a.args;
  if (depth === 0 || length > 3 || length !== b.args.length) return false;
  return a.args.every((x, i) => isSame(x, b.args[i]!, depth - 1));
}

export const add = (a: Expr, b: Expr): Expr => {
  const signed = a.signed || b.signed;
  if (isConst(a) && isConst(b)) return constant(a.value + b.value, undefined, signed);
  if (isValue(b, 0n)) return a;
  if (isValue(a, 0n)) return b;
  return { kind: 'add', args: [a, b], ...rangeOf(a.min + b.min, a.max + b.max, signed) };
};
/** a - b; the result of two unsigned operands is signed. */
export const sub = (a: Expr, b: Expr): Expr => {
  if (isConst(a) && isConst(b)) return constant(a.value - b.value, undefined, true);
  if (isSame(a, b)) return constant(0n, undefined, true);
  return { kind: 'sub', args: [a, b], ...rangeOf(a.min - b.max, a.max - b.min, true) };
};
export const mul = (a: Expr, b: Expr): Expr => {
  if (isConst(a) && isConst(b)) return constant(a.value * b.value, undefined, a.signed || b.signed);
  if (isValue(a, 0n) || isValue(b, 0n)) return constant(0n, undefined, a.signed || b.signed);
  const p = [a.min * b.min, a.min * b.max, a.max * b.min, a.max * b.max];
  return { kind: 'mul', args: [a, b], ...rangeOf(p.reduce(low), p.reduce(high), a.signed || b.signed) };
};
export const neg = (a: Expr): Expr =>
  isConst(a)
    ? constant(-a.value, undefined, true)
    : { kind: 'neg', args: [a], ...rangeOf(-a.max, -a.min, true) };
const INVERSE: Readonly<Record<CompareKind, CompareKind>> = {
  eq: 'ne',
  ne: 'eq',
  lt: 'ge',
  ge: 'lt',
  gt: 'le',
  le: 'gt',
};
export const not = (a: Expr): Expr => {
  if (isConst(a)) return constant(wrapValue(~a.value, a.width, a.signed), a.width, a.signed);
  if (a.kind === 'not') return a.args[0]!;
  if (a.kind in INVERSE) return compare(INVERSE[a.kind as CompareKind], a.args[0]!, a.args[1]!);
  return { kind: 'not', args: [a], ...fullRange(a.width, a.signed) };
};
const BITWISE: Record<'and' | 'or' | 'xor', (a: bigint, b: bigint) => bigint> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};
export const bitwise = (kind: 'and' | 'or' | 'xor', a: Expr, b: Expr): Expr => {
  const width = Math.max(a.width, b.width);
  if (isConst(a) && isConst(b)) return constant(BITWISE[kind](a.value, b.value), width, a.signed);
  if (width === 1 && !a.signed && (isConst(a) || isConst(b))) {
    const [c, other] = isConst(a) ? [a, b] : [b as Expr & { kind: 'const' }, a];
    if (kind === 'and') return c.value ? other : c;
    if (kind === 'or') return c.value ? c : other;
    return c.value ? not(other) : other;
  }
  if (isSame(a, b)) return kind === 'xor' ? constant(0n, width, a.signed) : a;
  // With no bit set: a linter would find the comparison constant that reads `x & 0`.
  const [zero, other] = isValue(a, 0n) ? [a, b] : [b, a];
  if (isValue(zero, 0n) && other.signed === a.signed) {
    if (kind === 'and') return constant(0n, width, a.signed);
    if (other.width === width) return other;
  }
  const ones = wrapValue(-1n, width, a.signed);
  if (kind === 'or' && a.signed === b.signed && (isValue(a, ones) || isValue(b, ones)))
    return constant(ones, width, a.signed);
  return { kind, args: [a, b], ...fullRange(width, a.signed) };
};
export const shl = (a: Expr, amount: number): Expr => {
  if (amount === 0) return a;
  const n = BigInt(amount);
  if (isConst(a)) return constant(a.value << n, undefined, a.signed);
  return { kind: 'shl', amount, args: [a], ...rangeOf(a.min << n, a.max << n, a.signed) };
};
export const shr = (a: Expr, amount: number): Expr => {
  if (amount === 0) return a;
  const n = BigInt(amount);
  if (isConst(a)) return constant(a.value >> n, undefined, a.signed);
  return { kind: 'shr', amount, args: [a], ...rangeOf(a.min >> n, a.max >> n, a.signed) };
};
export const shlBy = (a: Expr, by: Expr): Expr => {
  if (isValue(a, 0n)) return a;
  if (isConst(by)) return shl(a, Number(by.value));
  const range = rangeOf(low(a.min, a.min << by.max), high(a.max, a.max << by.max), a.signed);
  return { kind: 'shlBy', args: [a, by], ...range };
};
export const shrBy = (a: Expr, by: Expr): Expr => {
  if (isValue(a, 0n)) return a;
  if (isConst(by)) return shr(a, Number(by.value));
  return {
    kind: 'shrBy',
    args: [a, by],
    width: a.width,
    signed: a.signed,
    min: low(a.min, 0n),
    max: high(a.max, a.signed ? -1n : 0n),
  };
};
interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
}
/** A range that may be tighter than that of the node, which for `and` is all that its width holds. */
function boundsOf(e: Expr): Bounds {
  if (e.kind !== 'and' || e.args[0]!.signed !== e.args[1]!.signed) return e;
  const masks = e.args.filter((a) => a.min >= 0n);
  return masks.length ? { min: 0n, max: masks.map((m) => m.max).reduce(low) } : e;
}
/** What the ranges alone decide: linters object to a comparison that cannot go both ways. */
function decided(kind: CompareKind, a: Expr, b: Expr): boolean | undefined {
  if (isSame(a, b)) return kind === 'eq' || kind === 'le' || kind === 'ge';
  const [x, y] = [boundsOf(a), boundsOf(b)];
  switch (kind) {
    case 'eq':
      if (x.max < y.min || y.max < x.min) return false;
      return isConst(a) && isConst(b) ? true : undefined;
    case 'lt':
      return x.max < y.min ? true : x.min >= y.max ? false : undefined;
    case 'gt':
      return decided('lt', b, a);
    default: {
      const inverse = decided(INVERSE[kind], a, b);
      return inverse === undefined ? undefined : !inverse;
    }
  }
}
export const compare = (kind: CompareKind, a: Expr, b: Expr): Expr => {
  const known = decided(kind, a, b);
  if (known !== undefined) return constant(known ? 1n : 0n, 1, false);
  // One bit is its own comparison with 1.
  if ((kind === 'eq' || kind === 'ne') && a.width === 1 && !a.signed && isConst(b))
    return (b.value === 1n) === (kind === 'eq') ? a : not(a);
  return { kind, args: [a, b], ...fullRange(1, false) };
};
/** All, any, or an odd number of the bits of a. */
export const reduce = (kind: ReduceKind, a: Expr): Expr => {
  if (isConst(a)) {
    const bits = wrapValue(a.value, a.width, false);
    if (kind === 'reduceAnd') return constant(bits === maxOf(a.width, false) ? 1n : 0n, 1, false);
    if (kind === 'reduceOr') return constant(bits === 0n ? 0n : 1n, 1, false);
    const odd = bits.toString(2).replaceAll('0', '').length % 2;
    return constant(BigInt(odd), 1, false);
  }
  return a.width === 1 ? wrap(a, 1, false) : { kind, args: [a], ...fullRange(1, false) };
};
export const mux = (c: Expr, a: Expr, b: Expr): Expr => {
  if (isConst(c)) return c.value ? a : b;
  const range = rangeOf(low(a.min, b.min), high(a.max, b.max), a.signed || b.signed);
  if (isSame(a, b)) return wrap(a, range.width, range.signed);
  return { kind: 'mux', args: [c, a, b], ...range };
};
export const concat = (all: readonly Expr[]): Expr => {
  const parts = all.filter((p) => p.width > 0);
  const width = parts.reduce((sum, p) => sum + p.width, 0);
  if (parts.every(isConst)) {
    const value = parts.reduce((v, p) => (v << BigInt(p.width)) | wrapValue(p.value, p.width, false), 0n);
    return constant(value, width, false);
  }
  return { kind: 'concat', args: parts, ...fullRange(width, false) };
};
/** A bit `count` times side by side. */
export const repeat = (bit: Expr, count: number): Expr => concat(Array.from({ length: count }, () => bit));
export const slice = (a: Expr, hi: number, lo: number): Expr => {
  if (a.kind === 'slice') return slice(a.args[0]!, hi + a.low, lo + a.low);
  if (isConst(a)) return constant(wrapValue(a.value >> BigInt(lo), hi - lo + 1, false), hi - lo + 1, false);
  if (lo === 0 && hi === a.width - 1 && !a.signed) return a;
  return { kind: 'slice', high: hi, low: lo, args: [a], ...fullRange(hi - lo + 1, false) };
};
export const wrap = (a: Expr, width: number, signed: boolean): Expr => {
  if (a.width === width && a.signed === signed) return a;
  if (width === 0 && !signed) return NOTHING;
  if (a.kind === 'const') return constant(wrapValue(a.value, width, signed), width, signed);
  const kept = fits(a.min, a.max, width, signed);
  return {
    kind: 'wrap',
    args: [a],
    width,
    signed,
    ...(kept ? { min: a.min, max: a.max } : fullRange(width, signed)),
  };
};
/** `value` modulo 2^width, as (width, signed) reads it. */
export const wrapValue = (value: bigint, width: number, signed: boolean): bigint =>
  signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
/** True when `wrap` keeps the value of its argument. */
export const isLossless = (e: Expr & { kind: 'wrap' }): boolean => {
  const a = e.args[0]!;
  return fits(a.min, a.max, e.width, e.signed);
};
