// Expressions that count, find or pick by a value: bit counts, bits at a place, elements at an index, the lesser of two.
// Invariant: each is defined for every value of its operands: past the end there are zeros, or the last element.

import {
  bitLength,
  compare,
  constant,
  type Expr,
  fullRange,
  mux,
  not,
  rangeOf,
  shrBy,
  slice,
  wrap,
  wrapValue,
} from './expr.ts';

/**
 * How many bits of an expression are 1; how many zeros stand above its highest one; how many below its lowest one. Without
 * a one, both of the latter are its width.
 */
export type CountKind = 'popCount' | 'leadingZeros' | 'trailingZeros';

/** What a count of the low `width` bits of `value` is. */
export function countOf(kind: CountKind, value: bigint, width: number): number {
  const bits = wrapValue(value, width, false);
  switch (kind) {
    case 'popCount':
      return bits.toString(2).replaceAll('0', '').length;
    case 'leadingZeros':
      return width - bitLength(bits);
    case 'trailingZeros':
      return bits === 0n ? width : bitLength(bits & -bits) - 1;
  }
}

export function count(kind: CountKind, a: Expr): Expr {
  if (a.kind === 'const') return constant(BigInt(countOf(kind, a.value, a.width)), undefined, false);
  if (a.width === 1) return kind === 'popCount' ? wrap(a, 1, false) : not(wrap(a, 1, false));
  return { kind, args: [a], ...rangeOf(0n, BigInt(a.width), false) };
}

/** `width` bits of `a` from bit `low` up, zeros past its end. */
export function bitsAt(a: Expr, low: Expr, width: number): Expr {
  const bits = wrap(a, a.width, false);
  if (low.kind === 'const') {
    const from = Number(low.value);
    if (from >= a.width) return constant(0n, width, false);
    return wrap(slice(bits, Math.min(from + width, a.width) - 1, from), width, false);
  }
  if (a.width === 1)
    return wrap(mux(compare('eq', low, constant(0n)), bits, constant(0n, 1, false)), width, false);
  // Several bits, some of them past the end: Verilog's own selection would be unknown there.
  if (width > 1 && low.max + BigInt(width) > BigInt(a.width)) return wrap(shrBy(bits, low), width, false);
  return { kind: 'bitsAt', args: [bits, low], ...fullRange(width, false) };
}

/** Element `at` of `elements`; the last one where `at` is past the end. */
export function index(at: Expr, elements: readonly Expr[]): Expr {
  const reached = at.max < BigInt(elements.length) ? elements.slice(0, Number(at.max) + 1) : elements;
  const [first, ...rest] = reached;
  if (rest.length === 0) return first!;
  if (at.kind === 'const') return reached[Math.min(Number(at.value), rest.length)]!;
  let { min, max, signed } = first!;
  for (const e of rest) {
    if (e.min < min) min = e.min;
    if (e.max > max) max = e.max;
    signed ||= e.signed;
  }
  return { kind: 'index', args: [at, ...reached], ...rangeOf(min, max, signed) };
}

/** Kinds whose width follows from their range; that of the others is part of what they mean. */
const FITTED: ReadonlySet<Expr['kind']> = new Set(['add', 'sub', 'mul', 'neg', 'shl', 'shr', 'mux', 'index']);

/** The same value, known to be in a narrower range. */
export function within(e: Expr, min: bigint, max: bigint): Expr {
  const low = min > e.min ? min : e.min;
  const high = max < e.max ? max : e.max;
  if (e.kind === 'const' || (low === e.min && high === e.max)) return e;
  const width = FITTED.has(e.kind) ? Math.min(rangeOf(low, high, e.signed).width, e.width) : e.width;
  return { ...e, min: low, max: high, width };
}

/** The lesser of two values of one sign. */
export function least(a: Expr, b: Expr): Expr {
  const chosen = mux(compare('lt', a, b), a, b);
  return within(chosen, chosen.min, a.max < b.max ? a.max : b.max);
}

/** The greater of two values of one sign. */
export function greatest(a: Expr, b: Expr): Expr {
  const chosen = mux(compare('gt', a, b), a, b);
  return within(chosen, a.min > b.min ? a.min : b.min, chosen.max);
}
