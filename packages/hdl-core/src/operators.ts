// Operators over several signals: mux, cat, and constants.
// Invariant: pure functions of their operands.

import { scaledLiteral } from './fixed-signal.ts';
import * as ir from './ir/expr.ts';
import { type BoolSignal, IntSignal, type LeafSignal, leafSignal } from './leaf-signal.ts';
import { face, inner, select, signalOf } from './signal.ts';
import type { BoolSig, FixedSig, Init, SIntSig, Sig, SigOf, UIntSig } from './signal-types.ts';
import {
  type Bool,
  type Bundle,
  type EnumType,
  type Fixed,
  type HwType,
  isSigned,
  type SInt,
  typeText,
  type UInt,
  type Vec,
} from './types.ts';

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

/** A constant as a signal of `type`, where an operator needs a signal on its left; a vec of constants is a table. */
export function literal(value: boolean, type: Bool): BoolSig;
export function literal(value: number | bigint, type: UInt): UIntSig;
export function literal(value: number | bigint, type: SInt): SIntSig;
export function literal(value: number, type: Fixed): FixedSig;
export function literal<const T extends EnumType | Vec | Bundle>(value: Init<T>, type: T): SigOf<T>;
export function literal(value: unknown, type: HwType): unknown {
  const shown = (v: unknown): string => (typeof v === 'object' ? typeText(type) : String(v));
  const outside = (v: unknown, leaf: HwType): RangeError =>
    new RangeError(`literal(${shown(value)}): ${String(v)} does not fit ${typeText(leaf)}`);
  return signalOf(type, (path, leaf) => {
    const part = path.reduce<unknown>((v, key) => (v as Record<string, unknown> | undefined)?.[key], value);
    if (leaf.kind === 'enum') {
      const at = leaf.labels.indexOf(String(part));
      if (at < 0) throw outside(part, leaf);
      return leafSignal(leaf, ir.label(leaf.labels[at]!, leaf));
    }
    if (part === undefined) throw outside(part, leaf);
    const v = leaf.kind === 'fixed' ? scaledLiteral(Number(part), leaf.fractionBits) : BigInt(part as bigint);
    if (v === undefined) throw outside(part, leaf);
    const signed = isSigned(leaf);
    if (!ir.fits(v, v, leaf.width, signed)) throw outside(part, leaf);
    return leafSignal(leaf, ir.constant(v, leaf.width, signed));
  });
}
