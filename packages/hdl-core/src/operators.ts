// Operators over several signals: mux, cat, sums, and `named`, which gives an expression the user's own name.
// Invariant: pure functions of their operands; only `named` touches the module being built.

import { builder } from './builder.ts';
import * as ir from './ir/expr.ts';
import { type BoolSignal, IntSignal, LeafSignal, leafSignal } from './leaf-signal.ts';
import { type AnySignal, BundleSignal, face, fieldOf, inner, select, VecSignal } from './signal.ts';
import type { BoolSig, SIntSig, Sig, UIntSig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { type Bool, type HwType, type SInt, typeText, type UInt } from './types.ts';

type WideOf<S> = S extends UIntSig ? UIntSig : S extends SIntSig ? SIntSig : S;

/** `condition ? a : b`. Integers may differ in width; bundles and vecs are selected leaf by leaf. */
export function mux<S extends Sig<HwType>>(condition: BoolSig, a: S, b: NoInfer<WideOf<S>> | S): WideOf<S> {
  return face(select(inner(condition) as BoolSignal, inner(a), inner(b as S)));
}

/** The bits of all parts side by side, the first part most significant. */
export function cat(...parts: readonly Sig<UInt | SInt | HwType<'bool'> | HwType<'enum'>>[]): UIntSig {
  return face(new IntSignal(ir.concat(parts.map((p) => (inner(p) as LeafSignal).node))));
}

/** `bit` repeated `count` times. */
export const replicate = (bit: BoolSig, count: number): UIntSig =>
  cat(...Array.from({ length: count }, () => bit));

/** A constant as a signal of `type`, where an operator needs a signal on its left. */
export function literal(value: boolean, type: Bool): BoolSig;
export function literal(value: number | bigint, type: UInt): UIntSig;
export function literal(value: number | bigint, type: SInt): SIntSig;
export function literal(value: boolean | number | bigint, type: Bool | UInt | SInt): unknown {
  const v = BigInt(value);
  const signed = type.kind === 'sint';
  if (!ir.fits(v, v, type.width, signed))
    throw new RangeError(`literal(${value}) does not fit ${typeText(type)}`);
  return leafSignal(type, ir.constant(v, type.width, signed));
}

/** Lossless balanced sum; its width comes from the ranges of the operands. */
export function sumTree(terms: readonly UIntSig[]): UIntSig;
export function sumTree(terms: readonly SIntSig[]): SIntSig;
export function sumTree(terms: readonly Sig<UInt | SInt>[]): unknown {
  let level = terms.map((t) => inner(t) as IntSignal);
  if (level.length === 0) throw new RangeError('sumTree: there is nothing to add');
  while (level.length > 1) {
    const next: IntSignal[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const b = level[i + 1];
      next.push(b ? level[i]!.add(b) : level[i]!);
    }
    level = next;
  }
  return level[0]!;
}

type Nameable = Sig<HwType> | readonly Nameable[] | { readonly [field: string]: Nameable };

/**
 * Gives an expression a name of its own in the Verilog. Arrays get `name_0`, `name_1`, …; records `name_field`.
 * Returns the same shape, referring to the named wires.
 */
export function named<const S extends Nameable>(name: string, value: S): S {
  const b = builder('named()');
  const place = SourcePlace.capture();
  const visit = (path: string, v: Nameable): unknown => {
    if (v instanceof LeafSignal) {
      if (v.type.width === 0) return v;
      const decl = b.declare(path, 'node', v.type, place);
      b.item({ kind: 'node', decl, value: v.node, place });
      return leafSignal(v.type, ir.refWithRange(decl, v.node.min, v.node.max));
    }
    if (v instanceof VecSignal)
      return new VecSignal(
        v.type,
        v.items.map((x, i) => visit(`${path}_${i}`, face<Sig>(x)) as AnySignal),
      );
    if (v instanceof BundleSignal) {
      const fields = Object.keys(v.type.fields).map((f) => [
        f,
        visit(`${path}_${f}`, face<Sig>(fieldOf(v, f))),
      ]);
      return new BundleSignal(v.type, Object.fromEntries(fields) as Record<string, AnySignal>);
    }
    if (Array.isArray(v)) return v.map((x: Nameable, i) => visit(`${path}_${i}`, x));
    return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, visit(`${path}_${k}`, x as Nameable)]));
  };
  return visit(name, value) as S;
}
