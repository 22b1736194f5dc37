// The language's public face with kinds and widths known at run time only: what a generator of random designs needs.
// Invariant: casts and nothing else; every call goes to the exported function or method itself.

import {
  type BoolSig,
  bool,
  bundle,
  cat,
  type EnumSig,
  enumOf,
  type HwType,
  literal,
  match,
  mux,
  named,
  oneHot,
  type Rounding,
  regs,
  replicate,
  type Sig,
  sint,
  stream,
  sumTree,
  type UIntSig,
  uint,
  vec,
  when,
  wires,
} from '@gatewright/hdl-core';
import type { TypeRecipe } from './recipe.ts';

/** An integer signal of either kind. */
export interface LooseInt extends Sig {
  readonly kind: 'uint' | 'sint';
  readonly range: { readonly min: bigint; readonly max: bigint };
  add(o: LooseInt | bigint): LooseInt;
  addWrap(o: LooseInt | bigint): LooseInt;
  sub(o: LooseInt | bigint): LooseInt;
  subWrap(o: LooseInt | bigint): LooseInt;
  mul(o: LooseInt | bigint): LooseInt;
  and(o: LooseInt | bigint): LooseInt;
  or(o: LooseInt | bigint): LooseInt;
  xor(o: LooseInt | bigint): LooseInt;
  eq(o: LooseInt | bigint): BoolSig;
  ne(o: LooseInt | bigint): BoolSig;
  lt(o: LooseInt | bigint): BoolSig;
  le(o: LooseInt | bigint): BoolSig;
  gt(o: LooseInt | bigint): BoolSig;
  ge(o: LooseInt | bigint): BoolSig;
  shl(n: number | LooseInt): LooseInt;
  shr(n: number | LooseInt): LooseInt;
  neg(): LooseInt;
  not(): LooseInt;
  trunc(width: number): LooseInt;
  extend(width: number): LooseInt;
  saturate(width: number): LooseInt;
  fitsIn(width: number): boolean;
  bits(high: number, low: number): LooseInt;
  bit(index: number | LooseInt): BoolSig;
  asUInt(): LooseInt;
  asSInt(): LooseInt;
  toSInt(): LooseInt;
  toUInt(): LooseInt;
  abs(): LooseInt;
  addSat(o: LooseInt | bigint): LooseInt;
  subSat(o: LooseInt | bigint): LooseInt;
  absDiff(o: LooseInt | bigint): LooseInt;
  min(o: LooseInt | bigint): LooseInt;
  max(o: LooseInt | bigint): LooseInt;
  round(n: number | LooseInt, mode?: Rounding): LooseInt;
  rotl(n: number | LooseInt): LooseInt;
  rotr(n: number | LooseInt): LooseInt;
  bitsAt(low: LooseInt, width: number): LooseInt;
  reverse(): LooseInt;
  popCount(): LooseInt;
  leadingZeros(): LooseInt;
  trailingZeros(): LooseInt;
  lowestOne(): LooseInt;
  isNegative(): BoolSig;
  allOnes(): BoolSig;
  any(): BoolSig;
  parity(): BoolSig;
}
export interface LooseVec extends Sig {
  readonly length: number;
  at(index: number | LooseInt): Sig;
}
/** A signal that takes a value: a wire by `set`, a register by `next`. */
export interface LooseTarget extends Sig {
  set(source: unknown): void;
  next(source: unknown): void;
}

export const looseMux = <S extends Sig>(condition: BoolSig, a: S, b: S): S =>
  mux(condition, a, b as never) as unknown as S;
export const looseCat = (parts: readonly Sig[]): LooseInt =>
  cat(...(parts as UIntSig[])) as unknown as LooseInt;
export const looseReplicate = (bit: BoolSig, count: number): LooseInt =>
  replicate(bit, count) as unknown as LooseInt;
export const looseSum = (terms: readonly LooseInt[]): LooseInt =>
  sumTree(terms as unknown as UIntSig[]) as unknown as LooseInt;
export const looseOneHot = (index: LooseInt): LooseInt =>
  oneHot(index as unknown as UIntSig) as unknown as LooseInt;
export const looseLiteral = (value: bigint, width: number, signed: boolean): LooseInt =>
  (signed ? literal(value, sint(width)) : literal(value, uint(width))) as unknown as LooseInt;
export const looseNamed = <S extends Sig>(name: string, value: S): S => named(name, value as never) as S;
export const looseReg = (name: string, type: HwType, reset?: unknown): LooseTarget =>
  regs({ [name]: type }, reset === undefined ? {} : { [name]: reset as never })[
    name
  ] as unknown as LooseTarget;
export const looseWire = (name: string, type: HwType, value?: unknown): LooseTarget =>
  wires({ [name]: type }, value === undefined ? {} : { [name]: value as never })[
    name
  ] as unknown as LooseTarget;
/** Both ends of a stream of wires. */
export interface LooseStream {
  readonly valid: LooseTarget;
  readonly data: LooseTarget;
  readonly ready: LooseTarget;
}
export const looseStream = (name: string, payload: HwType): LooseStream =>
  wires({ [name]: stream(payload) })[name] as unknown as LooseStream;
export const looseMatch = (subject: EnumSig, arms: Readonly<Record<string, () => void>>): void =>
  match(subject, arms as { _: () => void });
export { when };

const LABELS = ['Idle', 'Run', 'FooBar', 'x', 'Done', 'Z9'] as const;
export const labelsOf = (count: number): readonly string[] => LABELS.slice(0, count);

/** The hardware type of a recipe. */
export function hwType(t: TypeRecipe): HwType {
  switch (t.type) {
    case 'uint':
      return uint(t.width);
    case 'sint':
      return sint(t.width);
    case 'bool':
      return bool;
    case 'enum':
      return enumOf(...(labelsOf(t.labels) as [string, ...string[]]));
    case 'vec':
      return vec(t.length, hwType(t.element));
    case 'bundle':
      return bundle(Object.fromEntries(t.fields.map((f, i) => [`f${i}`, hwType(f)])));
  }
}
