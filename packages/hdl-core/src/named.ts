// Names for expressions: `named` makes a wire of each leaf, `registered` a register.
// Invariant: the shape of the value is kept; leaf names are the given name and the path below it, joined by `_`.

import { builder } from './builder.ts';
import * as ir from './ir/expr.ts';
import { LeafSignal, leafSignal } from './leaf-signal.ts';
import { type AnySignal, BundleSignal, face, fieldOf, VecSignal } from './signal.ts';
import type { BoolSig, Init, Sig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { checkReset, initialValues, when } from './statement.ts';
import type { HwType } from './types.ts';

/** Signals in any arrangement of arrays and records. */
type Nameable = Sig<HwType> | readonly Nameable[] | { readonly [field: string]: Nameable };

/**
 * Gives an expression a name of its own in the Verilog. Arrays get `name_0`, `name_1`, …; records `name_field`.
 * Returns the same shape, referring to the named wires.
 */
export function named<const S extends Nameable>(name: string, value: S): S {
  const b = builder('named()');
  const place = SourcePlace.capture();
  return eachLeaf(name, value, (leafName, leaf) => {
    const decl = b.declare(leafName, 'node', leaf.type, place);
    b.item({ kind: 'node', decl, value: leaf.node, place });
    return leafSignal(leaf.type, ir.refWithRange(decl, leaf.node.min, leaf.node.max));
  });
}

/** Literals in the arrangement of the signals. */
type ResetOf<S> =
  S extends Sig<infer T>
    ? Init<T>
    : S extends readonly (infer E)[]
      ? readonly ResetOf<E>[]
      : { readonly [K in keyof S]: ResetOf<S[K]> };

/**
 * The value one clock edge later: a register per leaf, named as by `named` and as wide as the value. With `enable` the
 * registers load only while it holds; without `reset` they are not reset. A pipeline stage is one call.
 */
export function registered<const S extends Nameable>(
  name: string,
  value: S,
  options: { readonly enable?: BoolSig; readonly reset?: NoInfer<ResetOf<S>> } = {},
): S {
  const b = builder('registered()');
  const place = SourcePlace.capture();
  const loads: (() => void)[] = [];
  const registers = eachLeaf(
    name,
    value,
    (leafName, leaf, reset) => {
      checkReset(b, leafName, reset !== undefined, place);
      const decl = b.declare(
        leafName,
        'reg',
        leaf.type,
        place,
        reset === undefined
          ? {}
          : { reset: initialValues(b, leafName, leaf.type, reset, place, 'reset value').get('') },
      );
      loads.push(() => b.assign(decl, leaf.node, place));
      return leafSignal(leaf.type, ir.ref(decl));
    },
    options.reset,
  );
  const load = (): void => {
    for (const f of loads) f();
  };
  if (options.enable) when(options.enable, load);
  else load();
  return registers;
}

/** The same shape with each leaf replaced, which is told the name that its path gives it. */
export function eachLeaf<S extends Nameable>(
  name: string,
  value: S,
  replace: (name: string, leaf: LeafSignal, extra: unknown) => LeafSignal,
  extra?: unknown,
): S {
  const part = (e: unknown, key: string | number): unknown =>
    (e as Record<string, unknown> | undefined)?.[key];
  const visit = (path: string, v: Nameable, e: unknown): unknown => {
    if (v instanceof LeafSignal) return v.type.width === 0 ? v : replace(path, v, e);
    if (v instanceof VecSignal)
      return new VecSignal(
        v.type,
        v.items.map((x, i) => visit(`${path}_${i}`, face<Sig>(x), part(e, i)) as AnySignal),
      );
    if (v instanceof BundleSignal) {
      const fields = Object.keys(v.type.fields).map((f) => [
        f,
        visit(`${path}_${f}`, face<Sig>(fieldOf(v, f)), part(e, f)),
      ]);
      return new BundleSignal(v.type, Object.fromEntries(fields) as Record<string, AnySignal>);
    }
    if (Array.isArray(v)) return v.map((x: Nameable, i) => visit(`${path}_${i}`, x, part(e, i)));
    return Object.fromEntries(
      Object.entries(v).map(([k, x]) => [k, visit(`${path}_${k}`, x as Nameable, part(e, k))]),
    );
  };
  return visit(name, value, extra) as S;
}
