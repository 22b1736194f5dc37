// Leaf signals at run time: each wraps one IR expression; the operators of the language are their methods.
// Invariant: an operator that cannot be right reports a diagnostic and returns a signal of the expected kind, so that
// building goes on and all faults of a design are found at once. Aggregates are in signal.ts.

import { report } from './builder.ts';
import { FixedSignal } from './fixed-signal.ts';
import * as ir from './ir/expr.ts';
import { type Rounding, roundShift, roundShiftBy, saturate } from './ir/round.ts';
import { bitsAt, count, greatest, least, within } from './ir/select.ts';
import { LeafSignal } from './leaf-base.ts';
import { enumLiteral, integerLiteral } from './literal.ts';
import type { Literal } from './signal-types.ts';
import {
  type Bool,
  bool,
  type EnumType,
  type HwType,
  type LeafType,
  type SInt,
  sint,
  typeText,
  type UInt,
  uint,
} from './types.ts';

export { LeafSignal } from './leaf-base.ts';

type Operand = IntSignal | Literal;
const MAX_DYNAMIC_SHIFT = 4096n;

export class IntSignal extends LeafSignal {
  readonly type: UInt | SInt;
  readonly kind: 'uint' | 'sint';

  constructor(node: ir.Expr) {
    super(node);
    this.kind = node.signed ? 'sint' : 'uint';
    this.type = node.signed ? sint(node.width) : uint(node.width);
  }

  get range(): { readonly min: bigint; readonly max: bigint } {
    return this.node;
  }
  add(o: Operand): IntSignal {
    return new IntSignal(ir.add(this.node, this.#operand(o, 'add')));
  }
  addWrap(o: Operand): IntSignal {
    const b = this.#sameWidth(o, 'addWrap');
    return new IntSignal(ir.wrap(ir.add(this.node, b), this.node.width, this.node.signed));
  }
  sub(o: Operand): IntSignal {
    return new IntSignal(ir.sub(this.node, this.#operand(o, 'sub')));
  }
  addSat(o: Operand): IntSignal {
    return this.#saturated(ir.add(this.node, this.#sameWidth(o, 'addSat')));
  }
  subSat(o: Operand): IntSignal {
    const b = this.#sameWidth(o, 'subSat');
    if (this.node.signed) return this.#saturated(ir.sub(this.node, b));
    // An unsigned difference saturates at 0 only.
    const difference = ir.wrap(ir.sub(this.node, b), this.node.width, false);
    const zero = ir.constant(0n, this.node.width, false);
    return new IntSignal(ir.mux(ir.compare('lt', this.node, b), zero, difference));
  }
  absDiff(o: Operand): IntSignal {
    const a = this.node;
    const b = this.#operand(o, 'absDiff');
    const [over, under] = [a.max - b.min, b.max - a.min];
    const most = over > under ? over : under;
    const distance = ir.mux(ir.compare('gt', a, b), ir.sub(a, b), ir.sub(b, a));
    return new IntSignal(ir.wrap(within(distance, 0n, most), ir.widthFor(0n, most, false), false));
  }
  min(o: Operand): IntSignal {
    return new IntSignal(least(this.node, this.#operand(o, 'min')));
  }
  max(o: Operand): IntSignal {
    return new IntSignal(greatest(this.node, this.#operand(o, 'max')));
  }
  round(n: number | IntSignal, mode: Rounding = 'half-even'): IntSignal {
    if (typeof n === 'number') return new IntSignal(roundShift(this.node, this.#amount(n, 'round'), mode));
    return new IntSignal(roundShiftBy(this.node, this.#amountSignal(n, 'round'), mode));
  }
  subWrap(o: Operand): IntSignal {
    const b = this.#sameWidth(o, 'subWrap');
    return new IntSignal(ir.wrap(ir.sub(this.node, b), this.node.width, this.node.signed));
  }
  mul(o: Operand): IntSignal {
    return new IntSignal(ir.mul(this.node, this.#operand(o, 'mul')));
  }
  neg(): IntSignal {
    return new IntSignal(ir.neg(this.node));
  }
  shl(n: number | IntSignal): IntSignal {
    if (typeof n === 'number') return new IntSignal(ir.shl(this.node, this.#amount(n, 'shl')));
    return new IntSignal(ir.shlBy(this.node, this.#amountSignal(n, 'shl')));
  }
  shr(n: number | IntSignal): IntSignal {
    if (typeof n === 'number') return new IntSignal(ir.shr(this.node, this.#amount(n, 'shr')));
    return new IntSignal(ir.shrBy(this.node, this.#amountSignal(n, 'shr')));
  }
  rotl(n: number | IntSignal): IntSignal {
    return this.#rotated(n, 'rotl');
  }
  rotr(n: number | IntSignal): IntSignal {
    return this.#rotated(n, 'rotr');
  }
  and(o: Operand): IntSignal {
    return new IntSignal(ir.bitwise('and', this.node, this.#operand(o, 'and')));
  }
  or(o: Operand): IntSignal {
    return new IntSignal(ir.bitwise('or', this.node, this.#operand(o, 'or')));
  }
  xor(o: Operand): IntSignal {
    return new IntSignal(ir.bitwise('xor', this.node, this.#operand(o, 'xor')));
  }
  not(): IntSignal {
    return new IntSignal(ir.not(this.node));
  }
  eq(o: Operand): BoolSignal {
    return this.#compare('eq', o);
  }
  ne(o: Operand): BoolSignal {
    return this.#compare('ne', o);
  }
  lt(o: Operand): BoolSignal {
    return this.#compare('lt', o);
  }
  le(o: Operand): BoolSignal {
    return this.#compare('le', o);
  }
  gt(o: Operand): BoolSignal {
    return this.#compare('gt', o);
  }
  ge(o: Operand): BoolSignal {
    return this.#compare('ge', o);
  }
  trunc(width: number): IntSignal {
    return new IntSignal(ir.wrap(this.node, width, this.node.signed));
  }
  extend(width: number): IntSignal {
    if (!ir.fits(this.node.min, this.node.max, width, this.node.signed)) {
      report('E02', `.extend(${width}) would lose bits of a ${describe(this.node)}`, {
        help: `write .trunc(${width}) or .saturate(${width}), or extend to at least ${this.node.width} bits`,
      });
    }
    return new IntSignal(ir.wrap(this.node, width, this.node.signed));
  }
  saturate(to: number | UInt | SInt): IntSignal {
    const type = typeof to === 'number' ? { width: to, kind: this.kind } : to;
    return new IntSignal(saturate(this.node, type.width, type.kind === 'sint'));
  }
  fitsIn(width: number): boolean {
    return ir.fits(this.node.min, this.node.max, width, this.node.signed);
  }
  bits(high: number, low: number): IntSignal {
    const { width } = this.node;
    if (!(Number.isInteger(high) && Number.isInteger(low) && low >= 0 && low <= high && high < width)) {
      report('E12', `bits(${high}, ${low}) is outside ${describe(this.node)}`, {
        help: `use 0 <= low <= high <= ${width - 1}`,
      });
      return new IntSignal(ir.constant(0n, 1, false));
    }
    return new IntSignal(ir.slice(this.node, high, low));
  }
  bit(at: number | IntSignal): BoolSignal {
    if (typeof at === 'number') return new BoolSignal(this.bits(at, at).node);
    return new BoolSignal(bitsAt(this.node, this.#place(at, 'bit', 1), 1));
  }
  bitsAt(low: IntSignal, width: number): IntSignal {
    return new IntSignal(bitsAt(this.node, this.#place(low, 'bitsAt', width), width));
  }
  reverse(): IntSignal {
    return new IntSignal(ir.concat(Array.from({ length: this.node.width }, (_, i) => this.bit(i).node)));
  }
  popCount(): IntSignal {
    return new IntSignal(count('popCount', this.node));
  }
  leadingZeros(): IntSignal {
    return new IntSignal(count('leadingZeros', this.node));
  }
  trailingZeros(): IntSignal {
    return new IntSignal(count('trailingZeros', this.node));
  }
  lowestOne(): IntSignal {
    const { width } = this.node;
    const bits = ir.wrap(this.node, width, false);
    return new IntSignal(ir.bitwise('and', bits, ir.wrap(ir.neg(bits), width, false)));
  }
  asUInt(): IntSignal {
    return new IntSignal(ir.wrap(this.node, this.node.width, false));
  }
  asSInt(): IntSignal {
    return new IntSignal(ir.wrap(this.node, this.node.width, true));
  }
  asFixed(fractionBits: number): FixedSignal {
    return new FixedSignal(this.node, fractionBits);
  }
  toSInt(): IntSignal {
    return new IntSignal(ir.wrap(this.node, this.node.width + 1, true));
  }
  toUInt(): IntSignal {
    const { min, max } = this.node;
    if (min < 0n) {
      report('E02', `.toUInt() of a ${describe(this.node)}, which may be negative`, {
        help: 'use .asUInt() to keep the bits, or .abs()',
      });
    }
    return new IntSignal(ir.wrap(this.node, ir.widthFor(0n, max < 0n ? 0n : max, false), false));
  }
  abs(): IntSignal {
    const { min, max } = this.node;
    const largest = -min > max ? -min : max;
    const least = min > 0n ? min : max < 0n ? -max : 0n;
    const magnitude = ir.mux(this.isNegative().node, ir.neg(this.node), this.node);
    return new IntSignal(ir.wrap(within(magnitude, least, largest), ir.widthFor(0n, largest, false), false));
  }
  isNegative(): BoolSignal {
    return this.bit(this.node.width - 1);
  }
  allOnes(): BoolSignal {
    return new BoolSignal(ir.reduce('reduceAnd', this.node));
  }
  any(): BoolSignal {
    return new BoolSignal(ir.reduce('reduceOr', this.node));
  }
  parity(): BoolSignal {
    return new BoolSignal(ir.reduce('reduceXor', this.node));
  }

  #compare(kind: ir.CompareKind, o: Operand): BoolSignal {
    return new BoolSignal(ir.compare(kind, this.node, this.#operand(o, kind)));
  }

  #operand(o: Operand, operator: string): ir.Expr {
    if (typeof o === 'number' || typeof o === 'bigint')
      return integerLiteral(o, this.node.signed, `.${operator}()`);
    if (o instanceof IntSignal && o.node.signed === this.node.signed) return o.node;
    const other = o instanceof LeafSignal ? typeText(o.type) : String(o);
    const mixed = o instanceof IntSignal;
    report('E01', `.${operator}() of a ${typeText(this.type)} with ${other}`, {
      help: mixed
        ? 'make both signed: .toSInt() keeps the value (one more bit), .asSInt() keeps the bits'
        : 'both operands must be integers of the same kind',
    });
    return ir.constant(1n, undefined, this.node.signed);
  }

  #sameWidth(o: Operand, operator: string): ir.Expr {
    const b = this.#operand(o, operator);
    if (!ir.fits(b.min, b.max, this.node.width, this.node.signed)) {
      report('E02', `.${operator}() of a ${describe(this.node)} with a wider ${describe(b)}`, {
        help: `truncate the operand first: .trunc(${this.node.width})`,
      });
    }
    return b;
  }

  #saturated(e: ir.Expr): IntSignal {
    return new IntSignal(saturate(e, this.node.width, this.node.signed));
  }

  #rotated(n: number | IntSignal, operator: 'rotl' | 'rotr'): IntSignal {
    const { width, signed } = this.node;
    const a = ir.wrap(this.node, width, false);
    const back = (bits: ir.Expr): IntSignal => new IntSignal(ir.wrap(bits, width, signed));
    if (width <= 1) return this;
    if (typeof n === 'number') {
      const left = (operator === 'rotl' ? this.#amount(n, operator) : -this.#amount(n, operator)) % width;
      const low = (width - left) % width;
      return back(low === 0 ? a : ir.concat([ir.slice(a, low - 1, 0), ir.slice(a, width - 1, low)]));
    }
    const by = this.#amountSignal(n, operator);
    if (by.max >= BigInt(width)) {
      report('E12', `.${operator}() of ${width} bits by a ${describe(by)}`, {
        help: `rotate by less than ${width}: truncate or saturate the amount`,
      });
      return this;
    }
    const rest = ir.sub(ir.constant(BigInt(width)), by);
    const other = ir.wrap(rest, ir.widthFor(0n, BigInt(width), false), false);
    const [up, down] = operator === 'rotl' ? [by, other] : [other, by];
    return back(ir.bitwise('or', ir.wrap(ir.shlBy(a, up), width, false), ir.shrBy(a, down)));
  }

  /** The place of a bit: unsigned, and no wider than the places need. */
  #place(n: IntSignal, operator: string, width: number): ir.Expr {
    const e = indexExpr(n, this.node.width);
    if (e) return e;
    const needed = ir.bitLength(BigInt(this.node.width - 1));
    report('E12', `.${operator}() of ${this.node.width} bits at a ${describeIndex(n)}`, {
      help: `a place is a uint of at most ${needed} bits: write .trunc(${needed}); bits past the end are 0`,
    });
    return ir.constant(0n, Math.max(1, width), false);
  }

  #amount(n: number, operator: string): number {
    if (Number.isInteger(n) && n >= 0 && n <= Number(MAX_DYNAMIC_SHIFT)) return n;
    report('E12', `.${operator}(${n}): a shift amount is an integer from 0`, {
      help: 'shift the other way, or by a signal',
    });
    return 0;
  }

  #amountSignal(n: IntSignal, operator: string): ir.Expr {
    if (n instanceof IntSignal && !n.node.signed && n.node.max <= MAX_DYNAMIC_SHIFT) return n.node;
    report('E12', `.${operator}() by a ${n instanceof LeafSignal ? describe(n.node) : String(n)}`, {
      help: 'a shift amount is an unsigned signal of at most 12 bits; .trunc() or .saturate() it',
    });
    return ir.constant(0n, 1, false);
  }
}

export class BoolSignal extends LeafSignal {
  readonly type: Bool = bool;

  and(o: BoolSignal | boolean): BoolSignal {
    return new BoolSignal(ir.bitwise('and', this.node, this.#operand(o, 'and')));
  }
  or(o: BoolSignal | boolean): BoolSignal {
    return new BoolSignal(ir.bitwise('or', this.node, this.#operand(o, 'or')));
  }
  xor(o: BoolSignal | boolean): BoolSignal {
    return new BoolSignal(ir.bitwise('xor', this.node, this.#operand(o, 'xor')));
  }
  eq(o: BoolSignal | boolean): BoolSignal {
    return this.xor(o).not();
  }
  not(): BoolSignal {
    return new BoolSignal(ir.not(this.node));
  }
  asUInt(): IntSignal {
    return new IntSignal(this.node);
  }

  #operand(o: BoolSignal | boolean, operator: string): ir.Expr {
    if (typeof o === 'boolean') return ir.constant(o ? 1n : 0n, 1, false);
    if (o instanceof BoolSignal) return o.node;
    report('E01', `.${operator}() of a bool with ${describeValue(o)}`, {
      help: 'compare first: .ne(0), .eq(…), .any()',
    });
    return ir.constant(0n, 1, false);
  }
}

export class EnumSignal extends LeafSignal {
  readonly type: EnumType;
  constructor(type: EnumType, node: ir.Expr) {
    super(node);
    this.type = type;
  }
  is(label: string): BoolSignal {
    return new BoolSignal(ir.compare('eq', this.node, enumLiteral(label, this.type)));
  }
}

/** A leaf signal of `type` over `node`; an integer takes its width from the node. */
export function leafSignal(type: LeafType, node: ir.Expr): LeafSignal {
  switch (type.kind) {
    case 'bool':
      return new BoolSignal(node);
    case 'enum':
      return new EnumSignal(type, node);
    case 'fixed':
      return new FixedSignal(node, type.fractionBits);
    default:
      return new IntSignal(node);
  }
}

/** An index among `length` places, undefined when it is no uint or wider than they need: some places exist twice then. */
export function indexExpr(n: unknown, length: number): ir.Expr | undefined {
  if (!(n instanceof IntSignal) || n.node.signed || n.node.min >= BigInt(length)) return undefined;
  const isTight = n.node.max < BigInt(length) || n.node.width <= ir.bitLength(BigInt(length - 1));
  return isTight ? n.node : undefined;
}
export const describeIndex = (n: unknown): string =>
  n instanceof LeafSignal ? describe(n.node) : describeValue(n);

/** A signal's kind, width and range, for messages. */
export const describe = (e: ir.Expr): string =>
  `${e.signed ? 'sint' : 'uint'}(${e.width}), range ${e.min}..${e.max}`;
/** The type of a signal, or the value itself, for messages. */
export const describeValue = (v: unknown): string =>
  typeof v === 'object' && v !== null && 'type' in v ? typeText(v.type as HwType) : String(v);
