// Statements: registers and wires by object key, and `when` chains.
// Invariant: statements keep their order and nesting in the IR; nothing is lowered to muxes here.

import { eachLeafPair, sourceExpr } from './assignment.ts';
import { builder, type DeclareOptions, type ModuleBuilder, report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Attributes, Role, Stmt } from './ir/module.ts';
import { LeafSignal, leafSignal } from './leaf-signal.ts';
import { leafValues } from './leaf-values.ts';
import { inner, signalOf } from './signal.ts';
import type { BoolSig, Init, Reg, Settable } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { streamWires } from './stream/stream-end.ts';
import type { StreamWire } from './stream/stream-types.ts';
import { type AnyType, type HwType, type Stream, typeText } from './types.ts';

/** Leaf declarations of a type under `name`, and the signal that refers to them. */
export function declareSignal(
  b: ModuleBuilder,
  name: string,
  role: Role,
  type: HwType,
  place: SourcePlace,
  options?: (path: readonly string[]) => DeclareOptions,
) {
  return signalOf(type, (path, leaf) =>
    leafSignal(leaf, ir.ref(b.declare([name, ...path].join('_'), role, leaf, place, options?.(path)))),
  );
}

/** The constants of an initial value, by leaf path. */
export function initialValues(
  b: ModuleBuilder,
  name: string,
  type: HwType,
  value: unknown,
  place: SourcePlace,
  what: string,
): Map<string, bigint> {
  const values = new Map<string, bigint>();
  for (const leaf of leafValues(type, name, value, place)) {
    if (leaf.value.kind === 'const') values.set(leaf.path, leaf.value.value);
    else
      b.report({
        code: 'E01',
        message: `the ${what} of \`${leaf.name}\` is not a constant`,
        place,
        help: 'use a literal',
      });
  }
  return values;
}

export interface RegOptions<R extends Record<string, HwType>> {
  /**
   * Values before the first clock edge, where the device or the simulator can give them (an FPGA's configuration). They
   * have nothing to do with the reset: a register may have either, both or none.
   */
  readonly init?: { readonly [K in keyof R]?: Init<R[K]> };
  /** Verilog attributes of every register declared here, as in `{ keep: 'true' }`. */
  readonly attributes?: Attributes;
  /** `'none'`: in a module of `resets: 'required'`, these need no reset value. */
  readonly reset?: 'none';
}

/** E15: in a module of `resets: 'required'`, a register that is not reset. */
export function checkReset(b: ModuleBuilder, name: string, isReset: boolean, place: SourcePlace): void {
  if (b.resets === undefined || isReset) return;
  b.report({
    code: 'E15',
    message: `the register \`${name}\` has no reset value in ${b.name}, which requires one`,
    place,
    notes: [{ text: `it is in the domain \`${b.domain.name}\`` }],
    help: "give it one, or say that it needs none: regs({ … }, {}, { reset: 'none' })",
  });
}

/**
 * Registers, named by their keys, in the domain of the module or of the `inDomain` around. A key that is also in `reset`
 * takes that value at reset; the others are not reset (datapath registers). A register holds its value unless `.next()`
 * says otherwise.
 */
export function regs<R extends Record<string, HwType>>(
  types: R,
  reset: { readonly [K in keyof R]?: Init<R[K]> } = {},
  { init = {}, attributes, reset: needed }: RegOptions<R> = {},
): { readonly [K in keyof R]: Reg<R[K]> } {
  const b = builder('regs()');
  const place = SourcePlace.capture();
  const made: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(types)) {
    const values = (value: unknown, what: string): Map<string, bigint> | undefined =>
      value === undefined ? undefined : initialValues(b, name, type, value, place, what);
    const atReset = values(reset[name], 'reset value');
    const atStart = values(init[name], 'initial value');
    checkReset(b, name, atReset !== undefined || needed === 'none', place);
    made[name] = declareSignal(b, name, 'reg', type, place, (path) => {
      const key = path.join('.');
      return { reset: atReset?.get(key), init: atStart?.get(key), attributes };
    });
  }
  return made as { readonly [K in keyof R]: Reg<R[K]> };
}

/** What `wires` makes of a type: a signal to be set, or both ends of a stream. */
export type Wire<T extends HwType> = T extends Stream<infer P> ? StreamWire<P> : Settable<T>;

/** Wires, named by their keys. A key that is also in `defaults` has that value where no `.set()` applies. */
export function wires<R extends Record<string, HwType>>(
  types: R,
  defaults: { readonly [K in keyof R]?: Init<R[K]> } = {},
  { attributes }: Pick<RegOptions<R>, 'attributes'> = {},
): { readonly [K in keyof R]: Wire<R[K]> } {
  const b = builder('wires()');
  const place = SourcePlace.capture();
  const made: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(types)) {
    const t = type as AnyType;
    if (t.kind === 'stream') {
      made[name] = streamWires(name, t.payload);
      continue;
    }
    const signal = declareSignal(b, name, 'wire', type, place, () => ({ attributes }));
    made[name] = signal;
    const value = defaults[name];
    if (value === undefined) continue;
    eachLeafPair(signal, value, place, (leaf, v) => {
      const decl = (leaf.node as ir.Expr & { kind: 'ref' }).decl;
      b.assign(decl, sourceExpr(decl, v, place), place, true);
    });
  }
  return made as { readonly [K in keyof R]: Wire<R[K]> };
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
  const noneOf = (count: number): ir.Expr =>
    arms
      .slice(0, count)
      .reduce((all, { condition: c }) => ir.bitwise('and', all, ir.not(c)), ir.constant(1n, 1, false));
  const add = (c: BoolSig, f: () => void, place: SourcePlace): void => {
    const e = conditionExpr(c, place);
    const earlier = arms.length;
    arms.push({ condition: e, body: b.collect(f, () => ir.bitwise('and', noneOf(earlier), e)), place });
  };
  // The chain is one statement whose tail grows: `else` arrays are filled by the calls that follow.
  add(condition, body, SourcePlace.capture());
  let tail: Stmt[] = [];
  const first = arms[0]!;
  b.statement({ kind: 'if', condition: first.condition, then: first.body, else: tail, place: first.place });
  const chain: WhenChain = {
    elseWhen(c, f) {
      add(c, f, SourcePlace.capture());
      const arm = arms.at(-1)!;
      const rest: Stmt[] = [];
      tail.push({ kind: 'if', condition: arm.condition, then: arm.body, else: rest, place: arm.place });
      tail = rest;
      return chain;
    },
    otherwise(f) {
      for (const s of b.collect(f, () => noneOf(arms.length))) tail.push(s);
    },
  };
  return chain;
}
