// Arithmetic over several signals: sums, dot products, and the rescaling of quantised networks.
// Invariant: results are as wide as the ranges of the operands need, and no wider; what loses bits says how.

import type { Rounding } from './ir/round.ts';
import type { Int, Literal, SIntSig, SigOf, UIntSig } from './signal-types.ts';
import type { SInt, UInt } from './types.ts';

/** Combines neighbours until one is left: a balanced tree, ceil(log2(items)) levels deep. */
export function reduceTree<T>(items: readonly T[], combine: (a: T, b: T) => T): T {
  if (items.length === 0) throw new RangeError('reduceTree: there is nothing to combine');
  let level = items;
  while (level.length > 1) {
    const next: T[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [a, b] = level.slice(i, i + 2) as [T, T | undefined];
      next.push(b === undefined ? a : combine(a, b));
    }
    level = next;
  }
  return level[0]!;
}

/** Lossless balanced sum; its width comes from the ranges of the operands. */
export function sumTree(terms: readonly UIntSig[]): UIntSig;
export function sumTree(terms: readonly SIntSig[]): SIntSig;
export function sumTree(terms: readonly UIntSig[] | readonly SIntSig[]): UIntSig | SIntSig {
  if (terms.length === 0) throw new RangeError('sumTree: there is nothing to add');
  return reduceTree<UIntSig | SIntSig>(terms, (a, b) => (a as SIntSig).add(b as SIntSig));
}

/** Lossless sum of the products of `a` and `b`, place by place: vecs or arrays of one length. */
export function dot(a: Iterable<UIntSig>, b: Iterable<UIntSig>): UIntSig;
export function dot(a: Iterable<SIntSig>, b: Iterable<SIntSig>): SIntSig;
export function dot(a: Iterable<UIntSig | SIntSig>, b: Iterable<UIntSig | SIntSig>): UIntSig | SIntSig {
  const [left, right] = [[...a] as SIntSig[], [...b] as SIntSig[]];
  if (left.length !== right.length || left.length === 0)
    throw new RangeError(
      `dot: ${left.length} and ${right.length} factors; give both sides the same number, not 0`,
    );
  return sumTree(left.map((x, i) => x.mul(right[i]!)));
}

export interface Requantisation<K extends 'uint' | 'sint', T extends UInt | SInt> {
  /** An integer multiplier; 1 without it. */
  readonly scale?: Int<K> | Literal;
  /** The product is divided by 2^shift. */
  readonly shift: number | UIntSig;
  /** `half-even` without it. */
  readonly round?: Rounding;
  /** The type of the result, which saturates. */
  readonly to: T;
}
/**
 * x * scale / 2^shift, rounded and saturated to a type: how an accumulator becomes the next layer's activation. The product
 * is exact; it is rounded once.
 */
export function requant<T extends UInt | SInt>(x: UIntSig, how: Requantisation<'uint', T>): SigOf<T>;
export function requant<T extends UInt | SInt>(x: SIntSig, how: Requantisation<'sint', T>): SigOf<T>;
export function requant<T extends UInt | SInt>(
  x: UIntSig | SIntSig,
  how: Requantisation<'uint', T> | Requantisation<'sint', T>,
): SigOf<T> {
  const { scale = 1, shift, round, to } = how as Requantisation<'sint', T>;
  return (x as SIntSig).mul(scale).round(shift, round).saturate(to);
}
