// A value in the shape of a type, leaf by leaf, where there is no signal that takes it: initial values, words of memories,
// payloads made of others.
// Invariant: what does not fit the type is reported, under the names that signals of the type would have.

import { eachLeafPair, sourceExpr } from './assignment.ts';
import * as ir from './ir/expr.ts';
import type { Decl } from './ir/module.ts';
import { leafSignal } from './leaf-signal.ts';
import { signalOf } from './signal.ts';
import type { SourcePlace } from './source-place.ts';
import { type HwType, isSigned } from './types.ts';

export interface LeafValue {
  /** Of the leaf in the type, with dots. */
  readonly path: string;
  /** Of the signal that there would be. */
  readonly name: string;
  readonly value: ir.Expr;
}

/** The leaves of `value`, given at `place`, for a signal called `name` that messages say was declared at `declared`. */
export function leafValues(
  type: HwType,
  name: string,
  value: unknown,
  place: SourcePlace,
  declared = place,
): LeafValue[] {
  const values: LeafValue[] = [];
  const pathOf = new Map<Decl, string>();
  const shape = signalOf(type, (path, leaf) => {
    const decl: Decl = {
      name: [name, ...path].join('_'),
      role: 'wire',
      type: leaf,
      width: leaf.width,
      signed: isSigned(leaf),
      place: declared,
    };
    pathOf.set(decl, path.join('.'));
    return leafSignal(leaf, ir.ref(decl));
  });
  eachLeafPair(shape, value, place, (leaf, v) => {
    const { decl } = leaf.node as ir.Expr & { kind: 'ref' };
    values.push({ path: pathOf.get(decl)!, name: decl.name, value: sourceExpr(decl, v, place) });
  });
  return values;
}
