// Operators over several signals: mux, cat, sums.
// Invariant: pure functions of their operands.

import * as ir from './ir/expr.ts';
import { type BoolSignal, IntSignal, type LeafSignal, leafSignal } from './leaf-signal.ts';
import { face, inner, select } from './signal.ts';
import type { BoolSig, SIntSig, Sig, UIntSig } from './signal-types.ts';
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
