// Constants that reach an expression through named signals, and the comparisons that they decide: `wire w = 4'd15` makes
// `w < x` false for every `x` of two bits, which every linter says of the text.
// Invariant: a decided comparison, and what it alone decides, is replaced by its value; all else, every name included, is
// printed as it was written. A module without a constant signal is returned as it is.

import * as ir from '../ir/expr.ts';
import { postorder } from '../ir/graph.ts';
import type { Memory } from '../ir/memory.ts';
import { type Assign, type Decl, eachAssign, type Item, type Module, type Stmt } from '../ir/module.ts';
import { count } from '../ir/select.ts';
import { isDecl, type Vertex } from './comb-graph.ts';
import { rootsOf, statementsOf } from './walk.ts';

type Expr = ir.Expr;

export function withDecidedComparisons(module: Module): Module {
  const drivers = soleDrivers(module);
  if (![...drivers.values()].some(isOneValue)) return module;
  const roots = rootsOf(module);
  const values = knownValues(roots, drivers);
  const replaced = replacements(roots, values);
  if (replaced.size === 0) return module;
  const of = (e: Expr): Expr => replaced.get(e) ?? e;
  return { ...module, items: module.items.map((item) => rewritten(item, of)) };
}

const isOneValue = (e: Expr): boolean => e.min === e.max;

/** What each signal always is: a named expression, or a signal with one assignment, which is under no condition. */
function soleDrivers(module: Module): Map<Decl, Expr> {
  const count = new Map<Decl, number>();
  eachAssign(statementsOf(module), ({ target }) => {
    count.set(target, (count.get(target) ?? 0) + 1);
  });
  const drivers = new Map<Decl, Expr>();
  for (const item of module.items) {
    if (item.kind === 'node') drivers.set(item.decl, item.value);
    else if (item.kind === 'assign' && item.target.role !== 'reg' && count.get(item.target) === 1)
      drivers.set(item.target, item.value);
  }
  return drivers;
}

/**
 * Each expression below `roots` as what it is once the constant signals are known: of the same width and sign, with the
 * range that follows, a constant where that is one value. They stand for ranges only; what they are made of is not said.
 */
function knownValues(roots: readonly Expr[], drivers: ReadonlyMap<Decl, Expr>): ReadonlyMap<Expr, Expr> {
  const known = new Map<Expr, Expr>();
  const edges = (v: Vertex): readonly Vertex[] => {
    if (!isDecl(v)) return v.kind === 'ref' ? [v.decl] : v.args;
    const driver = drivers.get(v);
    return driver ? [driver] : [];
  };
  for (const v of postorder<Vertex>(roots, edges)) {
    if (isDecl(v)) continue;
    known.set(v, inTypeOf(v, simplified(v, known, drivers)));
  }
  return known;
}

/** The same value in the width and sign of `e`. */
function inTypeOf(e: Expr, value: Expr): Expr {
  if (isOneValue(value)) return ir.constant(value.min, e.width, e.signed);
  if (value.width === e.width && value.signed === e.signed) return value;
  const min = value.min > e.min ? value.min : e.min;
  const max = value.max < e.max ? value.max : e.max;
  return { ...e, min, max };
}

function simplified(e: Expr, known: ReadonlyMap<Expr, Expr>, drivers: ReadonlyMap<Decl, Expr>): Expr {
  if (e.kind === 'ref') {
    const driver = drivers.get(e.decl);
    const value = driver && known.get(driver);
    return value && isOneValue(value) ? value : e;
  }
  const args = e.args.map((a) => known.get(a) ?? a);
  if (args.every((a, i) => a === e.args[i])) return e;
  const [a, b, c] = args as readonly Expr[] as readonly [Expr, Expr, Expr];
  switch (e.kind) {
    case 'add':
      return ir.add(a, b);
    case 'sub':
      return ir.sub(a, b);
    case 'mul':
      return ir.mul(a, b);
    case 'and':
    case 'or':
    case 'xor':
      return ir.bitwise(e.kind, a, b);
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return ir.compare(e.kind, a, b);
    case 'reduceAnd':
    case 'reduceOr':
    case 'reduceXor':
      return ir.reduce(e.kind, a);
    case 'popCount':
    case 'leadingZeros':
    case 'trailingZeros':
      return count(e.kind, a);
    case 'neg':
      return ir.neg(a);
    case 'not':
      return ir.not(a);
    case 'shl':
      return ir.shl(a, e.amount);
    case 'shr':
      return ir.shr(a, e.amount);
    case 'shlBy':
      return ir.shlBy(a, b);
    case 'shrBy':
      return ir.shrBy(a, b);
    case 'mux':
      return ir.mux(a, b, c);
    case 'concat':
      return ir.concat(args);
    case 'slice':
      return ir.slice(a, e.high, e.low);
    case 'wrap':
      return ir.wrap(a, e.width, e.signed);
    default:
      return e;
  }
}

/** What stands in place of each expression that a decided comparison changes. */
function replacements(roots: readonly Expr[], values: ReadonlyMap<Expr, Expr>): ReadonlyMap<Expr, Expr> {
  const replaced = new Map<Expr, Expr>();
  for (const e of postorder<Expr>(roots, (x) => x.args)) {
    const value = values.get(e);
    if (e.kind in COMPARISONS && value && isOneValue(value)) {
      replaced.set(e, value);
      continue;
    }
    if (!e.args.some((a) => replaced.has(a))) continue;
    const args = e.args.map((a) => replaced.get(a) ?? a);
    replaced.set(e, withArguments(e, args));
  }
  return replaced;
}
const COMPARISONS: Partial<Record<Expr['kind'], true>> = {
  eq: true,
  ne: true,
  lt: true,
  le: true,
  gt: true,
  ge: true,
};

/** `e` over other arguments of the same types, without the logic that a constant makes idle. */
function withArguments(e: Expr, args: readonly Expr[]): Expr {
  const [a, b, c] = args as readonly Expr[] as readonly [Expr, Expr, Expr];
  const isBit = e.width === 1 && !e.signed;
  const made = ((): Expr => {
    if (e.kind === 'mux' && a.kind === 'const') return ir.wrap(a.value ? b : c, e.width, e.signed);
    if (isBit && (e.kind === 'and' || e.kind === 'or' || e.kind === 'xor')) return ir.bitwise(e.kind, a, b);
    if (isBit && e.kind === 'not') return ir.not(a);
    return { ...e, args };
  })();
  return e.hint !== undefined && made.hint === undefined && made.args.length
    ? { ...made, hint: e.hint }
    : made;
}

function rewritten(item: Item, of: (e: Expr) => Expr): Item {
  switch (item.kind) {
    case 'node':
      return { ...item, value: of(item.value) };
    case 'instance':
      return item;
    case 'memory':
      return memory(item, of);
    default:
      return statement(item, of);
  }
}

function statement(s: Stmt, of: (e: Expr) => Expr): Stmt {
  const list = (all: readonly Stmt[]): Stmt[] => all.map((x) => statement(x, of));
  switch (s.kind) {
    case 'assign':
      return { ...s, value: of(s.value) } satisfies Assign;
    case 'if':
      return { ...s, condition: of(s.condition), then: list(s.then), else: list(s.else) };
    case 'switch':
      return {
        ...s,
        subject: of(s.subject),
        arms: s.arms.map((arm) => ({ ...arm, body: list(arm.body) })),
        otherwise: s.otherwise && list(s.otherwise),
      };
    case 'check':
      return {
        ...s,
        condition: of(s.condition),
        message: s.message.map((m) => (typeof m === 'string' ? m : of(m))),
      };
  }
}

const memory = (m: Memory, of: (e: Expr) => Expr): Memory => ({
  ...m,
  writes: m.writes.map((w) => ({
    ...w,
    enable: of(w.enable),
    address: of(w.address),
    data: of(w.data),
    mask: w.mask && of(w.mask),
  })),
  reads: m.reads.map((r) => ({
    ...r,
    enable: of(r.enable),
    address: of(r.address),
    selected: r.selected && of(r.selected),
  })),
});
