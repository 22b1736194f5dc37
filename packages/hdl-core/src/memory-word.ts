// A word of a memory: where the leaves of its type lie in it, and the word that a value makes.
// Invariant: the first field and the last element are the most significant.

import { report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Memory, MemoryLeaf } from './ir/memory.ts';
import { leafValues } from './leaf-values.ts';
import type { SourcePlace } from './source-place.ts';
import { type AnyType, type HwType, type LeafType, leavesOf } from './types.ts';

/** The leaves of a type from the most significant part of a word to the least, each with its lowest bit. */
export function leavesOfWord(type: HwType): MemoryLeaf[] {
  const t = type as AnyType;
  const order = (of: AnyType, path: readonly string[]): { path: readonly string[]; type: LeafType }[] => {
    switch (of.kind) {
      case 'vec':
        return Array.from({ length: of.length }, (_, i) => of.length - 1 - i).flatMap((i) =>
          order(of.element as AnyType, [...path, String(i)]),
        );
      case 'bundle':
        return Object.entries(of.fields).flatMap(([k, f]) => order(f as AnyType, [...path, k]));
      case 'stream':
        return leavesOf(of).map((l) => ({ path: [...path, ...l.path], type: l.type }));
      default:
        return of.width === 0 ? [] : [{ path, type: of }];
    }
  };
  let low = t.width;
  return order(t, []).map((l) => {
    low -= l.type.width;
    return { ...l, low };
  });
}

/** The bits of a word, from signals or literals in the shape of the element. */
export function wordOf(
  { element, leaves, name, place: declared }: Memory,
  data: unknown,
  place: SourcePlace,
): ir.Expr {
  const values = new Map(
    leafValues(element, name, data, place, declared).map((leaf) => [leaf.path, leaf.value]),
  );
  return ir.concat(
    leaves.map(({ path, type: { width } }) => {
      const value = values.get(path.join('.'));
      return value ? ir.wrap(value, width, false) : ir.constant(0n, width, false);
    }),
  );
}

/** The words at power-up; undefined when nothing is said of them. */
export function initialWords(
  name: string,
  source: {
    readonly depth: number;
    readonly type: HwType;
    readonly init?: readonly unknown[] | ((address: number) => unknown) | undefined;
  },
  leaves: readonly MemoryLeaf[],
  place: SourcePlace,
): bigint[] | undefined {
  const { init, depth, type } = source;
  if (init === undefined) return undefined;
  const values = typeof init === 'function' ? Array.from({ length: depth }, (_, i) => init(i)) : init;
  if (values.length > depth)
    report('E13', `\`${name}\` has ${depth} words and ${values.length} initial values`, {
      place,
      help: 'remove the values past the end, or make the memory deeper',
    });
  const leafAt = new Map(leaves.map((l) => [l.path.join('.'), l]));
  return values.slice(0, depth).map((value) => {
    let word = 0n;
    for (const { path, value: e } of leafValues(type, name, value, place)) {
      const {
        low,
        type: { width },
      } = leafAt.get(path)!;
      if (e.kind === 'const') word |= ir.wrapValue(e.value, width, false) << BigInt(low);
      else
        report('E01', `an initial value of \`${name}\` is not a constant`, { place, help: 'use a literal' });
    }
    return word;
  });
}
