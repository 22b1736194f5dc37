// `match`, one branch per value of a signal, and `fsm`, a state register with a branch per state.
// Invariant: a match covers every value its subject can take, and every arm can be reached (E11); it prints as a case.

import { builder, report } from './builder.ts';
import * as ir from './ir/expr.ts';
import type { Switch } from './ir/module.ts';
import { describe, describeValue, EnumSignal, IntSignal } from './leaf-signal.ts';
import { face, inner } from './signal.ts';
import type { BoolSig, EnumSig, SIntSig, Sig, UIntSig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { declareSignal } from './statement.ts';
import { type EnumType, enumOf, typeText } from './types.ts';

type Arm = () => void;

/** One arm per label of an enum, checked for completeness by tsc and at elaboration; `_` covers the rest. */
export function match<L extends string>(subject: EnumSig<L>, arms: { readonly [K in L]: Arm }): void;
export function match<L extends string>(
  subject: EnumSig<L>,
  arms: { readonly [K in L]?: Arm } & { readonly _: Arm },
): void;
/** One arm per value of an integer; `_` covers the rest, and is needed unless the arms name every value. */
export function match(
  subject: UIntSig | SIntSig,
  arms: { readonly [value: number]: Arm; readonly _?: Arm },
): void;
export function match(subject: Sig, arms: Readonly<Record<string, Arm | undefined>>): void {
  const b = builder('match()');
  const place = SourcePlace.capture();
  const s = inner(subject);
  if (!(s instanceof EnumSignal || s instanceof IntSignal)) {
    report('E11', `match on ${describeValue(subject)}`, {
      place,
      help: 'match an enum or an integer, or use when()',
    });
    return;
  }
  const names = Object.keys(arms).filter((name) => name !== '_' && arms[name]);
  const values =
    s instanceof EnumSignal ? labelValues(s, names, !arms._, place) : integerValues(s, names, !arms._, place);
  if (arms._ && BigInt(values.length) === s.node.max - s.node.min + 1n)
    report(
      'E11',
      `match on ${s instanceof EnumSignal ? typeText(s.type) : `a ${describe(s.node)}`}: \`_\` can never be reached`,
      {
        place,
        notes: [{ text: `its ${values.length} values have an arm each` }],
        help: 'remove `_`, or the arms that do the same',
      },
    );
  // A value without an arm takes the default, or the last arm where there is none.
  const isValue = (value: bigint): ir.Expr =>
    ir.compare('eq', s.node, ir.constant(value, s.node.width, s.node.signed));
  const noneOf = (some: readonly (readonly [string, bigint])[]): ir.Expr =>
    some.reduce((all, [, v]) => ir.bitwise('and', all, ir.not(isValue(v))), ir.constant(1n, 1, false));
  const made = values.map(([label, value], i): Switch['arms'][number] => {
    const isRest = !arms._ && i === values.length - 1;
    const guard = (): ir.Expr => (isRest ? noneOf(values.slice(0, -1)) : isValue(value));
    return { label, value, body: b.collect(arms[label]!, guard) };
  });
  b.statement({
    kind: 'switch',
    subject: s.node,
    ...(s instanceof EnumSignal ? { subjectType: s.type } : {}),
    arms: made,
    otherwise: arms._ ? b.collect(arms._, () => noneOf(values)) : undefined,
    place,
  });
}

/** The arms of an enum in the order of its labels. */
function labelValues(
  { type }: EnumSignal,
  names: string[],
  isWhole: boolean,
  place: SourcePlace,
): [string, bigint][] {
  const missing = type.labels.filter((l) => !names.includes(l));
  const unknown = names.filter((n) => !type.labels.includes(n));
  if (unknown.length || (missing.length && isWhole)) {
    const what = unknown.length ? `unknown label ${unknown.join(', ')}` : `no arm for ${missing.join(', ')}`;
    report('E11', `match on ${typeText(type)}: ${what}`, {
      place,
      help: unknown.length ? `use ${type.labels.join(', ')} or _` : 'add the arm, or `_` for the rest',
    });
  }
  return type.labels.flatMap((l, i): [string, bigint][] => (names.includes(l) ? [[l, BigInt(i)]] : []));
}

/** The arms of an integer, the least value first. */
function integerValues(
  { node }: IntSignal,
  names: string[],
  isWhole: boolean,
  place: SourcePlace,
): [string, bigint][] {
  const isInteger = (name: string): boolean => /^-?\d+$/.test(name);
  const values = names.filter(isInteger).map((name): [string, bigint] => [name, BigInt(name)]);
  const fault = (what: string, help: string): void =>
    report('E11', `match on a ${describe(node)}: ${what}`, { place, help });
  const strange = names.filter((name) => !isInteger(name));
  if (strange.length) fault(`${strange.join(', ')} is no integer`, 'use integers, and `_` for the rest');
  const outside = values.filter(([, v]) => v < node.min || v > node.max).map(([name]) => name);
  if (outside.length)
    fault(`the arm ${outside.join(', ')} can never be reached`, 'remove it, or widen the subject');
  const reached = values.filter(([, v]) => v >= node.min && v <= node.max);
  if (isWhole && BigInt(reached.length) < node.max - node.min + 1n) {
    let gap = node.min;
    while (reached.some(([, v]) => v === gap)) gap += 1n;
    fault(`no arm for ${gap}`, 'add the arm, or `_` for the rest');
  }
  return reached.sort(([, a], [, b]) => (a < b ? -1 : 1));
}

/** A state machine: its state, and whether it is in one. */
export interface Fsm<L extends string> {
  readonly state: EnumSig<L>;
  is(state: L): BoolSig;
}

/**
 * A state register called `name`, and what happens in each state: outputs to set, and `go`, which chooses the state after
 * the next clock edge. Without a `go` it stays. It is reset to `init`; the states print as `<NAME>_<STATE>`.
 */
export function fsm<const L extends string>(
  name: string,
  states: { readonly [K in L]: (go: (state: NoInfer<L>) => void) => void },
  options: { readonly init: NoInfer<L> },
): Fsm<L> {
  const b = builder('fsm()');
  const place = SourcePlace.capture();
  const labels = Object.keys(states) as [L, ...L[]];
  const type = { ...enumOf(...labels), name } as EnumType<L>;
  const init = labels.indexOf(options.init);
  if (init < 0) {
    report('E11', `the fsm \`${name}\` starts in ${options.init}, which is no state of it`, {
      place,
      help: `use ${labels.join(', ')}`,
    });
  }
  const state = declareSignal(b, name, 'reg', type, place, () => ({
    reset: BigInt(Math.max(0, init)),
  })) as EnumSignal;
  const go = (next: L): void => state.next(next);
  const arms = labels.map((label) => [label, () => states[label](go)]);
  match(face<EnumSig<string>>(state), Object.fromEntries(arms) as Record<string, Arm>);
  return { state: face(state), is: (label) => face(new EnumSignal(type, state.node).is(label)) };
}
