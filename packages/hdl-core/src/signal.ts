// Signals at run time: leaf signals wrap one IR expression, vec and bundle signals hold leaves.
// Invariant: an operator that cannot be right reports a diagnostic and returns a signal of the expected kind, so that
// building goes on and all faults of a design are found at once.

import { assign } from './assignment.ts';
import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import { enumLiteral, integerLiteral } from './literal.ts';
import type { Literal, Sig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import {
  type AnyType,
  type Bool,
  type Bundle,
  bool,
  type EnumType,
  type HwType,
  type LeafType,
  type SInt,
  sint,
  typeText,
  type UInt,
  uint,
  type Vec,
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

/** A vec signal: an array of element signals. */
export class VecSignal {
  readonly type: Vec;
  readonly items: readonly AnySignal[];
  constructor(type: Vec, items: readonly AnySignal[]) {
    this.type = type;
    this.items = items;
  }
  get length(): number {
    return this.items.length;
  }
  at(index: number | IntSignal): AnySignal {
    if (typeof index === 'number') {
      const item = this.items[index];
      if (item) return item;
      report('E12', `index ${index} is outside a ${typeText(this.type)}`, {
        help: `use 0 to ${this.length - 1}`,
      });
      return this.items[0]!;
    }
    return selectByBits(index, this.items, 0);
  }
  map<R>(f: (element: AnySignal, index: number) => R): R[] {
    return this.items.map(f);
  }
  [Symbol.iterator](): Iterator<AnySignal> {
    return this.items[Symbol.iterator]();
  }
  set(source: unknown): void {
    assign(this, source, SourcePlace.capture());
  }
  next(source: unknown): void {
    assign(this, source, SourcePlace.capture());
  }
}

/** A bundle signal; its fields are own properties. */
export class BundleSignal {
  readonly type!: Bundle;
  constructor(type: Bundle, fields: Readonly<Record<string, AnySignal>>) {
    Object.defineProperty(this, 'type', { value: type });
    Object.assign(this, fields);
  }
  set(source: unknown): void {
    assign(this, source, SourcePlace.capture());
  }
  next(source: unknown): void {
    assign(this, source, SourcePlace.capture());
  }
}
export type AnySignal = LeafSignal | VecSignal | BundleSignal;
export const fieldOf = (b: object, name: string): AnySignal => (b as Record<string, AnySignal>)[name]!;

/** Balanced selection by the bits of an index, least significant bit first. */
function selectByBits(index: IntSignal, items: readonly AnySignal[], bit: number): AnySignal {
  if (items.length === 1 || bit >= index.node.width) return items[0]!;
  const pairs: AnySignal[] = [];
  for (let i = 0; i < items.length; i += 2) {
    const even = items[i]!;
    const odd = items[i + 1];
    pairs.push(odd ? select(index.bit(bit), odd, even) : even);
  }
  return selectByBits(index, pairs, bit + 1);
}

/** condition ? a : b, leaf by leaf. */
export function select(condition: BoolSignal, a: AnySignal, b: AnySignal): AnySignal {
  return zip(a, b, (x, y) => {
    const sameKind = x.node.signed === y.node.signed && x.type.kind === y.type.kind;
    if (sameKind && (x.type.kind !== 'enum' || typeText(x.type) === typeText(y.type))) {
      return leafSignal(x.type, ir.mux(condition.node, x.node, y.node));
    }
    report('E01', `mux of a ${typeText(x.type)} and a ${typeText(y.type)}`, {
      help: 'convert one of them first',
    });
    return x;
  });
}
function zip(a: AnySignal, b: AnySignal, f: (x: LeafSignal, y: LeafSignal) => LeafSignal): AnySignal {
  if (a instanceof LeafSignal && b instanceof LeafSignal) return f(a, b);
  if (a instanceof VecSignal && b instanceof VecSignal && a.length === b.length) {
    return new VecSignal(
      a.type,
      a.items.map((x, i) => zip(x, b.items[i]!, f)),
    );
  }
  if (a instanceof BundleSignal && b instanceof BundleSignal) {
    const names = Object.keys(a.type.fields);
    if (names.every((n) => n in b.type.fields)) {
      return new BundleSignal(
        a.type,
        Object.fromEntries(names.map((n) => [n, zip(fieldOf(a, n), fieldOf(b, n), f)])),
      );
    }
  }
  report('E01', `the shapes ${typeText(a.type)} and ${typeText(b.type)} differ`, {
    help: 'use two values of one type',
  });
  return a;
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

/** Builds the signal of a payload type, asking `leaf` for each leaf by its path. */
export function signalOf(
  type: HwType,
  leaf: (path: readonly string[], type: LeafType) => LeafSignal,
  path: readonly string[] = [],
): AnySignal {
  const t = type as AnyType;
  switch (t.kind) {
    case 'vec':
      return new VecSignal(
        t,
        Array.from({ length: t.length }, (_, i) => signalOf(t.element, leaf, [...path, String(i)])),
      );
    case 'bundle':
      return new BundleSignal(
        t,
        Object.fromEntries(Object.entries(t.fields).map(([k, f]) => [k, signalOf(f, leaf, [...path, k])])),
      );
    case 'stream':
      throw new RangeError('a stream can only be the type of a port');
    default:
      return t.width === 0 ? new IntSignal(ir.NOTHING) : leaf(path, t);
  }
}

export const describe = (e: ir.Expr): string =>
  `${e.signed ? 'sint' : 'uint'}(${e.width}), range ${e.min}..${e.max}`;
export const describeValue = (v: unknown): string =>
  v instanceof LeafSignal || v instanceof VecSignal || v instanceof BundleSignal
    ? typeText(v.type)
    : String(v);

/** The run-time object behind a typed signal. */
export const inner = (s: Sig<HwType>): AnySignal => s as unknown as AnySignal;
/** The typed face of a run-time signal. */
export const face = <S>(s: AnySignal): S => s as unknown as S;
