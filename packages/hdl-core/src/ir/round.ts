// Rounding and saturation as expressions: one addition before a right shift, one selection per limit.
// Invariant: the range of a result is exact: rounding and saturation are monotonic, so its ends come from the ends of the
// operand's range.

import {
  add,
  bitwise,
  compare,
  constant,
  type Expr,
  maxOf,
  minOf,
  mux,
  shlBy,
  shr,
  shrBy,
  slice,
  sub,
  wrap,
} from './expr.ts';
import { bitsAt, within } from './select.ts';

/**
 * How x / 2^n becomes an integer.
 * - `floor`: down; dropping the low bits of two's complement does this.
 * - `zero`: towards zero, as C divides.
 * - `half-up`: to the nearest, a half up: floor(x / 2^n + 1/2).
 * - `half-away`: to the nearest, a half away from zero.
 * - `half-even`: to the nearest, a half to the even neighbour; IEEE 754's roundTiesToEven (RNE).
 */
export type Rounding = 'floor' | 'zero' | 'half-up' | 'half-away' | 'half-even';
export const ROUNDINGS: readonly Rounding[] = ['floor', 'zero', 'half-up', 'half-away', 'half-even'];

/** `value` / 2^n as an integer. */
export function roundedValue(value: bigint, n: number, mode: Rounding): bigint {
  const shift = BigInt(n);
  if (n === 0) return value;
  const half = 1n << (shift - 1n);
  const symmetric = (magnitude: (v: bigint) => bigint): bigint =>
    value < 0n ? -magnitude(-value) : magnitude(value);
  switch (mode) {
    case 'floor':
      return value >> shift;
    case 'zero':
      return symmetric((v) => v >> shift);
    case 'half-up':
      return (value + half) >> shift;
    case 'half-away':
      return symmetric((v) => (v + half) >> shift);
    case 'half-even':
      return (value + half - 1n + ((value >> shift) & 1n)) >> shift;
  }
}

/** a / 2^n, rounded. */
export function roundShift(a: Expr, n: number, mode: Rounding): Expr {
  if (n === 0) return a;
  const low = roundedValue(a.min, n, mode);
  const high = roundedValue(a.max, n, mode);
  if (a.kind === 'const') return constant(low, undefined, a.signed);
  const half = 1n << BigInt(n - 1);
  const biased = addBias(a, mode, {
    half: constant(half),
    halfLess: constant(half - 1n),
    mask: constant(2n * half - 1n),
    unit: () => (n < a.width ? slice(a, n, n) : signOf(a)),
  });
  return within(shr(biased, n), low, high);
}

/** a / 2^by, rounded; `by` is unsigned. */
export function roundShiftBy(a: Expr, by: Expr, mode: Rounding): Expr {
  if (by.kind === 'const') return roundShift(a, Number(by.value), mode);
  const one = constant(1n);
  const mask = within(sub(shlBy(one, by), one), 0n, (1n << by.max) - 1n);
  // The lowest bit that stays may lie past the top, where it is the sign.
  const width = a.signed ? Math.max(a.width, Number(by.max) + 1) : a.width;
  const signExtended = wrap(wrap(a, width, a.signed), width, false);
  const unsigned = wrap(mask, mask.width, false);
  const biased = addBias(a, mode, {
    half: shr(shlBy(one, by), 1),
    halfLess: shr(unsigned, 1),
    mask: unsigned,
    unit: () => bitwise('and', compare('ne', by, constant(0n)), bitsAt(signExtended, by, 1)),
  });
  const ends = [by.min, by.max].flatMap((s) => [
    roundedValue(a.min, Number(s), mode),
    roundedValue(a.max, Number(s), mode),
  ]);
  const low = ends.reduce((x, y) => (x < y ? x : y));
  const high = ends.reduce((x, y) => (x > y ? x : y));
  return within(shrBy(biased, by), low, high);
}

const signOf = (a: Expr): Expr => (a.signed ? slice(a, a.width - 1, a.width - 1) : constant(0n, 1, false));

/** What is added so that the shift rounds as asked. */
interface Bias {
  readonly half: Expr;
  readonly halfLess: Expr;
  readonly mask: Expr;
  /** The lowest bit that stays. */
  readonly unit: () => Expr;
}
function addBias(a: Expr, mode: Rounding, bias: Bias): Expr {
  switch (mode) {
    case 'floor':
      return a;
    case 'zero':
      return a.min < 0n ? add(a, mux(signOf(a), bias.mask, constant(0n))) : a;
    case 'half-up':
      return add(a, bias.half);
    case 'half-away':
      return add(a, a.min < 0n ? mux(signOf(a), bias.halfLess, bias.half) : bias.half);
    case 'half-even':
      return add(add(a, bias.halfLess), bias.unit());
  }
}

/** a, or the nearest value that (width, signed) holds. */
export function saturate(a: Expr, width: number, signed: boolean): Expr {
  const top = maxOf(width, signed);
  const bottom = minOf(width, signed);
  const clamp = (v: bigint): bigint => (v > top ? top : v < bottom ? bottom : v);
  if (a.kind === 'const') return constant(clamp(a.value), width, signed);
  const limit = (kind: 'gt' | 'lt', value: bigint, otherwise: Expr): Expr =>
    mux(compare(kind, a, constant(value, a.width, a.signed)), constant(value, width, signed), otherwise);
  let value = wrap(a, width, signed);
  if (a.max > top) value = limit('gt', top, value);
  if (a.min < bottom) value = limit('lt', bottom, value);
  return wrap(within(value, clamp(a.min), clamp(a.max)), width, signed);
}
