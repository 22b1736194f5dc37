// The expressions that statements turn into: choices, references, labels.
// Invariant: made as hdl-core's own are, with the range that their width allows; nothing here looks at a module.

import type { Decl, Expr } from '@gatewright/hdl-core';

const full = (width: number, signed: boolean): Pick<Expr, 'width' | 'signed' | 'min' | 'max'> => ({
  width,
  signed,
  min: signed ? -(1n << BigInt(width - 1)) : 0n,
  max: (1n << BigInt(signed ? width - 1 : width)) - 1n,
});
export const ref = (decl: Decl): Expr => ({ kind: 'ref', decl, args: [], ...full(decl.width, decl.signed) });
export const choice = (target: Decl, condition: Expr, a: Expr, b: Expr): Expr => ({
  kind: 'mux',
  args: [condition, a, b],
  ...full(target.width, target.signed),
});
const constant = (value: bigint, width: number, signed: boolean): Expr => ({
  kind: 'const',
  value,
  args: [],
  width,
  signed,
  min: value,
  max: value,
});
export const LOW = constant(0n, 1, false);
export const HIGH = constant(1n, 1, false);
/** `condition ? a : b` of single bits. */
export const bit = (condition: Expr, a: Expr, b: Expr): Expr => ({
  kind: 'mux',
  args: [condition, a, b],
  ...full(1, false),
});
export const zero = (decl: Decl): Expr => constant(0n, decl.width, decl.signed);
export const isLabel = (subject: Expr, value: bigint): Expr => ({
  kind: 'eq',
  args: [subject, constant(value, subject.width, subject.signed)],
  ...full(1, false),
});
