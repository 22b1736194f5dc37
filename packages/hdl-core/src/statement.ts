// Statements: registers and wires by object key, `when` chains and exhaustive `match`.
// Invariant: statements keep their order and nesting in the IR; nothing is lowered to muxes here.

import { eachLeafPair, sourceExpr } from './assignment.ts';
import { builder, type ModuleBuilder, report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Decl, Role, Stmt, Switch } from './ir/module.ts';
import { type EnumSignal, LeafSignal, leafSignal } from './leaf-signal.ts';
import { inner, signalOf } from './signal.ts';
import type { BoolSig, EnumSig, Init, Reg, Settable } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { type HwType, leavesOf, typeText } from './types.ts';

/** Leaf declarations of a type under `name`, and the signal that refers to them. */
export function declareSignal(
  b: ModuleBuilder,
  name: string,
  role: Role,
  type: HwType,
  place: SourcePlace,
  reset?: (path: readonly string[]) => bigint | undefined,
) {
  return signalOf(type, (path, leaf) =>
    leafSignal(leaf, ir.ref(b.declare([name, ...path].join('_'), role, leaf, place, reset?.(path)))),
  );
}

/** The constants of an initial value, by leaf path. */
export function initialValues(
  b: ModuleBuilder,
  name: string,
  type: HwType,
  value: unknown,
  place: SourcePlace,
): Map<string, bigint> {
  const values = new Map<string, bigint>();
  const shape = signalOf(type, (path, leaf) => {
    const decl: Decl = {
      name: [name, ...path].join('_'),
      role: 'wire',
      type: leaf,
      width: leaf.width,
      signed: leaf.kind === 'sint',
      place,
    };
    return leafSignal(leaf, ir.ref(decl));
  });
  const paths = new Map(leavesOf(type).map((l) => [[name, ...l.path].join('_'), l.path.join('.')]));
  eachLeafPair(shape, value, place, (leaf, v) => {
    const decl = (leaf.node as ir.Expr & { kind: 'ref' }).decl;
    const e = sourceExpr(decl, v, place);
    if (e.kind === 'const') values.set(paths.get(decl.name)!, e.value);
    else
      b.report({
        code: 'E01',
        message: `the reset value of \`${decl.name}\` is not a constant`,
        place,
        help: 'use a literal',
      });
  });
  return values;
}

/**
 * Registers, named by their keys. A key that is also in `reset` takes that value at reset; the others are not reset
 * (datapath registers). A register holds its value unless `.next()` says otherwise.
 */
export function regs<R extends Record<string, HwType>>(
  types: R,
  reset: { readonly [K in keyof R]?: Init<R[K]> } = {},
): { readonly [K in keyof R]: Reg<R[K]> } {
  const b = builder('regs()');
  const place = SourcePlace.capture();
  const made: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(types)) {
    const value = reset[name];
    const values = value === undefined ? undefined : initialValues(b, name, type, value, place);
    made[name] = declareSignal(b, name, 'reg', type, place, (path) => values?.get(path.join('.')));
  }
  return made as { readonly [K in keyof R]: Reg<R[K]> };
}

/** Wires, named by their keys. A key that is also in `defaults` has that value where no `.set()` applies. */
export function wires<R extends Record<string, HwType>>(
  types: R,
  defaults: { readonly [K in keyof R]?: Init<R[K]> } = {},
): { readonly [K in keyof R]: Settable<R[K]> } {
  const b = builder('wires()');
  const place = SourcePlace.capture();
  const made: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(types)) {
    const signal = declareSignal(b, name, 'wire', type, place);
    made[name] = signal;
    const value = defaults[name];
    if (value === undefined) continue;
    eachLeafPair(signal, value, place, (leaf, v) => {
      const decl = (leaf.node as ir.Expr & { kind: 'ref' }).decl;
      b.assign(decl, sourceExpr(decl, v, place), place, true);
    });
  }
  return made as { readonly [K in keyof R]: Settable<R[K]> };
}

export interface WhenChain {
  elseWhen(condition: BoolSig, body: () => void): WhenChain;
  otherwise(body: () => void): void;
}

function conditionExpr(condition: BoolSig, place: SourcePlace): ir.Expr {
  const s = inner(condition);
  if (s instanceof LeafSignal && s.type.kind === 'bool') return s.node;
  report(
    'E01',
    `a condition must be a bool, not ${s instanceof LeafSignal ? typeText(s.type) : String(condition)}`,
    {
      place,
      help: 'compare first: .ne(0), .eq(…), .any()',
    },
  );
  return ir.constant(1n, 1, false);
}

/** Statements that apply when `condition` holds; chain `.elseWhen()` and `.otherwise()`. */
export function when(condition: BoolSig, body: () => void): WhenChain {
  const b = builder('when()');
  const arms: { condition: ir.Expr; body: Stmt[]; place: SourcePlace }[] = [];
  const add = (c: BoolSig, f: () => void): void => {
    const place = SourcePlace.capture();
    arms.push({ condition: conditionExpr(c, place), body: b.collect(f), place });
  };
  // The chain is one statement whose tail grows: `else` arrays are filled by the calls that follow.
  add(condition, body);
  let tail: Stmt[] = [];
  const first = arms[0]!;
  b.statement({ kind: 'if', condition: first.condition, then: first.body, else: tail, place: first.place });
  const chain: WhenChain = {
    elseWhen(c, f) {
      add(c, f);
      const arm = arms.at(-1)!;
      const rest: Stmt[] = [];
      tail.push({ kind: 'if', condition: arm.condition, then: arm.body, else: rest, place: arm.place });
      tail = rest;
      return chain;
    },
    otherwise(f) {
      tail.push(...b.collect(f));
    },
  };
  return chain;
}

/** One arm per label of the subject, checked for completeness by tsc and at elaboration; `_` covers the rest. */
export function match<L extends string>(subject: EnumSig<L>, arms: { readonly [K in L]: () => void }): void;
export function match<L extends string>(
  subject: EnumSig<L>,
  arms: { readonly [K in L]?: () => void } & { readonly _: () => void },
): void;
export function match(subject: EnumSig, arms: Readonly<Record<string, (() => void) | undefined>>): void {
  const b = builder('match()');
  const place = SourcePlace.capture();
  const { type, node } = inner(subject) as EnumSignal;
  const missing = type.labels.filter((l) => !arms[l]);
  const unknown = Object.keys(arms).filter((l) => l !== '_' && !type.labels.includes(l));
  if (unknown.length || (missing.length && !arms._)) {
    report(
      'E11',
      `match on ${typeText(type)}: ${unknown.length ? `unknown label ${unknown.join(', ')}` : `no arm for ${missing.join(', ')}`}`,
      {
        place,
        help: unknown.length ? `use ${type.labels.join(', ')} or _` : 'add the arm, or `_` for the rest',
      },
    );
  }
  const made: Switch['arms'][number][] = [];
  type.labels.forEach((label, i) => {
    const body = arms[label];
    if (body) made.push({ label, value: BigInt(i), body: b.collect(body) });
  });
  b.statement({
    kind: 'switch',
    subject: node,
    subjectType: type,
    arms: made,
    otherwise: arms._ ? b.collect(arms._) : undefined,
    place,
  });
}
