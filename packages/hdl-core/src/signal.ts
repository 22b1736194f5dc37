// Signals of any type at run time: leaves, and the vec and bundle signals that hold them.
// Invariant: an aggregate is a tree of leaf signals in the shape of its type; it has no expression of its own.

import { assign } from './assignment.ts';
import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import { type BoolSignal, IntSignal, LeafSignal, leafSignal } from './leaf-signal.ts';
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
