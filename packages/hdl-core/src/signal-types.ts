// The signals as a user of the language sees them: interfaces only, one per hardware type.
// Invariant: growing operators return `number` widths, width-keeping ones keep a literal width, and `set`/`next`
// complain in tsc only when both widths are literals and the value is wider; exact widths are checked at elaboration.

import type { Rounding } from './ir/round.ts';
import type { Bool, Bundle, EnumType, Fields, Fixed, HwType, SInt, UInt, ValueOf, Vec } from './types.ts';
import type { FitsWidth } from './width-check.ts';

/** An integer literal in TypeScript; it must fit where it is used. */
export type Literal = number | bigint;

export interface Sig<T extends HwType = HwType> {
  readonly type: T;
}

/** What unsigned and signed integers share. `K` is the kind; operands of two kinds never mix (E01). */
export interface IntSig<K extends 'uint' | 'sint', W extends number>
  extends Sig<K extends 'uint' ? UInt<W> : SInt<W>> {
  readonly kind: K;
  /** The values this signal can take, as far as elaboration can prove. */
  readonly range: { readonly min: bigint; readonly max: bigint };
  /** Lossless sum: wide enough for every value the operands can take. */
  add(other: Int<K> | Literal): Int<K>;
  /** Sum modulo 2^width, in this signal's width. */
  addWrap(other: Int<K> | Literal): Int<K, W>;
  /** Lossless difference. The difference of two unsigned signals is signed. */
  sub(other: Int<K> | Literal): SIntSig;
  /** Difference modulo 2^width, in this signal's width. */
  subWrap(other: Int<K> | Literal): Int<K, W>;
  /** Sum and difference in this signal's width, the nearest value where the exact one does not fit. */
  addSat(other: Int<K> | Literal): Int<K, W>;
  subSat(other: Int<K> | Literal): Int<K, W>;
  /** |x - y|, lossless. */
  absDiff(other: Int<K> | Literal): UIntSig;
  min(other: Int<K> | Literal): Int<K>;
  max(other: Int<K> | Literal): Int<K>;
  /** Lossless product. */
  mul(other: Int<K> | Literal): Int<K>;
  /** -x, lossless. */
  neg(): SIntSig;
  /** x * 2^n, lossless; a signal as `n` grows the width by its largest value. */
  shl(n: number | UIntSig): Int<K>;
  /** floor(x / 2^n): logical for uint, arithmetic for sint. */
  shr(n: number | UIntSig): Int<K>;
  /** x / 2^n as an integer, rounded to the nearest; a half goes to the even neighbour unless `mode` says otherwise. */
  round(n: number | UIntSig, mode?: Rounding): Int<K>;
  /** The bits turned round by `n` places, to the left or to the right; a signal as `n` must stay below the width. */
  rotl(n: number | UIntSig): Int<K, W>;
  rotr(n: number | UIntSig): Int<K, W>;
  and(other: Int<K> | Literal): Int<K>;
  or(other: Int<K> | Literal): Int<K>;
  xor(other: Int<K> | Literal): Int<K>;
  /** Every bit inverted, in this signal's width. */
  not(): Int<K, W>;
  eq(other: Int<K> | Literal): BoolSig;
  ne(other: Int<K> | Literal): BoolSig;
  lt(other: Int<K> | Literal): BoolSig;
  le(other: Int<K> | Literal): BoolSig;
  gt(other: Int<K> | Literal): BoolSig;
  ge(other: Int<K> | Literal): BoolSig;
  /** The low `width` bits: explicit loss of the high ones. */
  trunc<V extends number>(width: V): Int<K, V>;
  /** The same value in `width` bits; E02 when it may not fit. */
  extend<V extends number>(width: V): Int<K, V>;
  /** The nearest value that `width` bits, or a type, hold. */
  saturate<V extends number>(width: V): Int<K, V>;
  saturate<T extends UInt | SInt>(type: T): SigOf<T>;
  /** True at elaboration when every value this signal can take fits in `width` bits of its kind. */
  fitsIn(width: number): boolean;
  /** Bits `high` down to `low`, as an unsigned number. */
  bits(high: number, low: number): UIntSig;
  /** One bit, by number or by signal; false past the end. */
  bit(at: number | UIntSig): BoolSig;
  /** `width` bits from bit `low` up; zeros past the end. */
  bitsAt(low: UIntSig, width: number): UIntSig;
  /** The bits in the opposite order. */
  reverse(): UIntSig<W>;
  /** How many bits are 1. */
  popCount(): UIntSig;
  /** How many zeros stand above the highest 1; the width when there is none. */
  leadingZeros(): UIntSig;
  /** How many zeros stand below the lowest 1, which is its place; the width when there is none. */
  trailingZeros(): UIntSig;
  /** The lowest 1 alone. */
  lowestOne(): UIntSig<W>;
  /** The value / 2^fractionBits: the same bits with a binary point. */
  asFixed(fractionBits: number): FixedSig;
  /** The same bits read as unsigned / as two's complement. */
  asUInt(): UIntSig<W>;
  asSInt(): SIntSig<W>;
  /** All bits set; any bit set; odd number of bits set. */
  allOnes(): BoolSig;
  any(): BoolSig;
  parity(): BoolSig;
}
export interface UIntSig<W extends number = number> extends IntSig<'uint', W> {
  /** The same value as a signed signal, one bit wider. */
  toSInt(): SIntSig;
}
export interface SIntSig<W extends number = number> extends IntSig<'sint', W> {
  /** The same value as an unsigned signal; E02 when it may be negative. */
  toUInt(): UIntSig;
  /** |x|, lossless and unsigned. */
  abs(): UIntSig;
  /** x < 0: the sign bit. */
  isNegative(): BoolSig;
}
export type Int<K extends 'uint' | 'sint', W extends number = number> = K extends 'uint'
  ? UIntSig<W>
  : SIntSig<W>;

/** A fixed-point number. Operators are exact and grow; literals must be multiples of the last place. */
export interface FixedSig extends Sig<Fixed> {
  /** The values it can take, as far as elaboration can prove. */
  readonly range: { readonly min: number; readonly max: number };
  add(other: FixedSig | number): FixedSig;
  sub(other: FixedSig | number): FixedSig;
  mul(other: FixedSig | number): FixedSig;
  neg(): FixedSig;
  abs(): FixedSig;
  min(other: FixedSig | number): FixedSig;
  max(other: FixedSig | number): FixedSig;
  /** x * 2^n, by moving the binary point. */
  scale(n: number): FixedSig;
  eq(other: FixedSig | number): BoolSig;
  ne(other: FixedSig | number): BoolSig;
  lt(other: FixedSig | number): BoolSig;
  le(other: FixedSig | number): BoolSig;
  gt(other: FixedSig | number): BoolSig;
  ge(other: FixedSig | number): BoolSig;
  /** The nearest value of another format. E02 when it would lose bits and `round` or `overflow` does not say how. */
  to(type: Fixed, how?: { readonly round?: Rounding; readonly overflow?: 'saturate' | 'wrap' }): FixedSig;
  /** The value as a signed or, where it cannot be negative (E02), unsigned integer. */
  toSInt(round: Rounding): SIntSig;
  toUInt(round: Rounding): UIntSig;
  /** The bits as an integer: without a binary point, the value times 2^fractionBits. */
  asUInt(): UIntSig;
  asSInt(): SIntSig;
}
export interface BoolSig extends Sig<Bool> {
  and(other: BoolSig | boolean): BoolSig;
  or(other: BoolSig | boolean): BoolSig;
  xor(other: BoolSig | boolean): BoolSig;
  eq(other: BoolSig | boolean): BoolSig;
  not(): BoolSig;
  /** 1 for true, 0 for false. */
  asUInt(): UIntSig<1>;
}
export interface EnumSig<L extends string = string> extends Sig<EnumType<L>> {
  is(label: L): BoolSig;
}
export interface VecSig<E extends HwType> extends Sig<Vec<E>> {
  readonly length: number;
  /** Element by constant or by signal. Past the end, an index signal reads the last element and writes nothing. */
  at(index: number | UIntSig): SigOf<E>;
  map<R>(f: (element: SigOf<E>, index: number) => R): R[];
  /** Combines the elements from the first to the last; reduceTree() does it in a balanced tree. */
  reduce<R>(f: (result: R, element: SigOf<E>, index: number) => R, first: R): R;
  [Symbol.iterator](): Iterator<SigOf<E>>;
}
export type BundleSig<F extends Fields> = Sig<Bundle<F>> & { readonly [K in keyof F]: SigOf<F[K]> };

export type SigOf<T extends HwType> =
  T extends UInt<infer W>
    ? UIntSig<W>
    : T extends SInt<infer W>
      ? SIntSig<W>
      : T extends Fixed
        ? FixedSig
        : T extends Bool
          ? BoolSig
          : T extends EnumType<infer L>
            ? EnumSig<L>
            : T extends Vec<infer E>
              ? VecSig<E>
              : T extends Bundle<infer F>
                ? BundleSig<F>
                : Sig<T>;

type WidthOf<S> = S extends UIntSig<infer W> ? W : S extends SIntSig<infer W> ? W : number;

/** What may be assigned to a signal of type `T`: a signal of its kind, or a literal of its shape. */
export type Source<T extends HwType> = T extends UInt
  ? UIntSig | Literal
  : T extends SInt
    ? SIntSig | Literal
    : T extends Fixed
      ? FixedSig | number
      : T extends Bool
        ? BoolSig | boolean
        : T extends EnumType<infer L>
          ? EnumSig<L> | L
          : T extends Vec<infer E>
            ? VecSig<E> | readonly Source<E>[]
            : T extends Bundle<infer F>
              ? Sig<Bundle<F>> | { readonly [K in keyof F]: Source<F[K]> }
              : Sig<T>;

/** The elements of a vec that may be driven. */
type ElementsOf<T extends HwType, V extends 'set' | 'next'> =
  T extends Vec<infer E> ? Elements<V extends 'set' ? Settable<E> : Reg<E>> : unknown;
interface Elements<S> {
  at(index: number | UIntSig): S;
  map<R>(f: (element: S, index: number) => R): R[];
  reduce<R>(f: (result: R, element: S, index: number) => R, first: R): R;
  [Symbol.iterator](): Iterator<S>;
}

/** A wire, an output inside its module, or an input of an instance. */
export type Settable<T extends HwType> = ElementsOf<T, 'set'> &
  SigOf<T> & {
    /** Combinational assignment. The last one that applies wins. */
    set(source: SigOf<T>): void;
    set<const S extends Source<T>>(source: S & FitsWidth<T['width'], WidthOf<S>>): void;
  } & (T extends Bundle<infer F> ? { readonly [K in keyof F]: Settable<F[K]> } : unknown);

export type Reg<T extends HwType> = ElementsOf<T, 'next'> &
  SigOf<T> & {
    /** The value after the next clock edge. Without one the register holds. */
    next(source: SigOf<T>): void;
    next<const S extends Source<T>>(source: S & FitsWidth<T['width'], WidthOf<S>>): void;
  } & (T extends Bundle<infer F> ? { readonly [K in keyof F]: Reg<F[K]> } : unknown);

/** Reset or default values: literals in the shape of the type. */
export type Init<T extends HwType> = T extends UInt | SInt
  ? Literal
  : T extends Vec<infer E>
    ? readonly Init<E>[]
    : T extends Bundle<infer F>
      ? { readonly [K in keyof F]: Init<F[K]> }
      : ValueOf<T>;
