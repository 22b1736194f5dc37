// Leaf signals at run time: each wraps one IR expression; the operators of the language are their methods.
// Invariant: an operator that cannot be right reports a diagnostic and returns a signal of the expected kind, so that
// building goes on and all faults of a design are found at once. Aggregates are in signal.ts.

import { assign } from './assignment.ts';
import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import { enumLiteral, integerLiteral } from './literal.ts';
import type { Literal } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
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

type Operand = IntSignal | Literal;
const MAX_DYNAMIC_SHIFT = 4096n;

/** A leaf signal: one IR expression with its type; drivable when it refers to a declaration. */
export abstract class LeafSignal {
  abstract readonly type: LeafType;
  readonly node: ir.Expr;

  constructor(node: ir.Expr) {
    this.node = node;
  }

  set(source: unknown): void {
    assign(this, source, SourcePlace.capture());
  }

  next(source: unknown): void {
    assign(this, source, SourcePlace.capture());
  }
}

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
  saturate(width: number): IntSignal {
    const { signed, min, max } = this.node;
    const top = ir.maxOf(width, signed);
    const bottom = ir.minOf(width, signed);
    let value = ir.wrap(this.node, width, signed);
    if (max > top) {
      const limit = ir.constant(top, width, signed);
      value = ir.mux(ir.compare('gt', this.node, ir.constant(top, this.node.width, signed)), limit, value);
    }
    if (min < bottom) {
      const limit = ir.constant(bottom, width, signed);
      value = ir.mux(ir.compare('lt', this.node, ir.constant(bottom, this.node.width, signed)), limit, value);
    }
    return new IntSignal(ir.wrap(value, width, signed));
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
  bit(index: number): BoolSignal {
    return new BoolSignal(this.bits(index, index).node);
  }
  asUInt(): IntSignal {
    return new IntSignal(ir.wrap(this.node, this.node.width, false));
  }
  asSInt(): IntSignal {
    return new IntSignal(ir.wrap(this.node, this.node.width, true));
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
    const magnitude = ir.mux(this.isNegative().node, ir.neg(this.node), this.node);
    return new IntSignal(ir.wrap(magnitude, ir.widthFor(0n, largest, false), false));
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
    default:
      return new IntSignal(node);
  }
}

/** A signal's kind, width and range, for messages. */
export const describe = (e: ir.Expr): string =>
  `${e.signed ? 'sint' : 'uint'}(${e.width}), range ${e.min}..${e.max}`;
/** The type of a signal, or the value itself, for messages. */
export const describeValue = (v: unknown): string =>
  typeof v === 'object' && v !== null && 'type' in v ? typeText(v.type as HwType) : String(v);
