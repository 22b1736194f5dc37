// Signals of any type at run time: leaves, and the vec and bundle signals that hold them.
// Invariant: an aggregate is a tree of leaf signals in the shape of its type; it has no expression of its own.

import { assign } from './assignment.ts';
import { report } from './builder.ts';
import { FixedSignal } from './fixed-signal.ts';
import * as ir from './ir/expr.ts';
import { index } from './ir/select.ts';
import {
  type BoolSignal,
  describeIndex,
  IntSignal,
  indexExpr,
  LeafSignal,
  leafSignal,
} from './leaf-signal.ts';
import type { Sig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { type AnyType, type Bundle, type HwType, type LeafType, typeText, type Vec } from './types.ts';

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
  at(n: number | IntSignal): AnySignal {
    if (typeof n === 'number') {
      const item = this.items[n];
      if (item) return item;
      report('E12', `index ${n} is outside a ${typeText(this.type)}`, {
        help: `use 0 to ${this.length - 1}`,
      });
      return this.items[0]!;
    }
    return elementAt(this, n);
  }
  map<R>(f: (element: AnySignal, index: number) => R): R[] {
    return this.items.map(f);
  }
  reduce<R>(f: (result: R, element: AnySignal, index: number) => R, first: R): R {
    return this.items.reduce(f, first);
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

/** The element that a signal chooses, leaf by leaf. */
function elementAt(vec: VecSignal, n: unknown): AnySignal {
  const at = indexExpr(n, vec.length);
  if (at)
    return zipAll(vec.items, (leaves) =>
      leafSignal(
        leaves[0]!.type,
        index(
          at,
          leaves.map((l) => l.node),
        ),
      ),
    );
  const needed = ir.bitLength(BigInt(vec.length - 1));
  report('E12', `a ${typeText(vec.type)} indexed by a ${describeIndex(n)}`, {
    help: `an index is a uint of at most ${needed} bits: write .trunc(${needed}); past the end it reads the last element`,
  });
  return vec.items[0]!;
}

/** condition ? a : b, leaf by leaf. */
export function select(condition: BoolSignal, a: AnySignal, b: AnySignal): AnySignal {
  return zip(a, b, (x, y) => {
    if (x instanceof FixedSignal && y instanceof FixedSignal) return x.choose(condition.node, y);
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

/** Signals of one type combined leaf by leaf. */
export function zipAll(
  all: readonly AnySignal[],
  f: (leaves: readonly LeafSignal[]) => LeafSignal,
): AnySignal {
  const [first] = all;
  if (first instanceof LeafSignal) return first.node === ir.NOTHING ? first : f(all as readonly LeafSignal[]);
  if (first instanceof VecSignal) {
    const vecs = all as readonly VecSignal[];
    return new VecSignal(
      first.type,
      first.items.map((_, i) =>
        zipAll(
          vecs.map((v) => v.items[i]!),
          f,
        ),
      ),
    );
  }
  const bundles = all as readonly BundleSignal[];
  const fields = Object.keys(first!.type.fields).map((name) => [
    name,
    zipAll(
      bundles.map((b) => fieldOf(b, name)),
      f,
    ),
  ]);
  return new BundleSignal(first!.type as Bundle, Object.fromEntries(fields) as Record<string, AnySignal>);
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

/** The run-time object behind a typed signal. */
export const inner = (s: Sig<HwType>): AnySignal => s as unknown as AnySignal;
/** The typed face of a run-time signal. */
export const face = <S>(s: AnySignal): S => s as unknown as S;
