// What the text of a module is made of, decided before anything is printed: which expressions get a wire of their own
// and which instance connections need no wire. Which signals share an always block: processes.ts.
// Invariant: decisions depend on the module alone, so the same design gives the same text.

import type { Expr } from '../ir/expr.ts';
import { type Assign, type Decl, eachAssign, type Module } from '../ir/module.ts';
import { type Expressions, statementsOf } from '../pass/walk.ts';

const MAX_DEPTH = 4;
const MAX_OPERANDS = 12;
const MAX_CHOICES = 4;

/**
 * Expressions that get a wire: read more than once, named by a hint, or too deep to read inline; and those that print as
 * a case, unless they are the value of a signal (`caseRoots`).
 */
export function spilledExpressions(
  { roots, list, indexOf }: Expressions,
  caseRoots: ReadonlySet<Expr>,
): Set<Expr> {
  const uses = new Uint32Array(list.length);
  const depth = new Uint32Array(list.length);
  const operands = new Uint32Array(list.length);
  const spilled = new Set<Expr>();
  // A conversion adds nothing to read: what is below it counts as an operand of its parent.
  const isTooLarge = (parent: Expr, a: Expr, i: number, at: number): boolean =>
    (depth[at]! >= MAX_DEPTH || operands[at]! > MAX_OPERANDS) &&
    parent.kind !== 'wrap' &&
    !isChain(parent, a, i) &&
    !isTrivial(a);
  // The index of a choice in a row is written once for each element but the last.
  const isRepeated = (parent: Expr, a: Expr, i: number): boolean =>
    i === 0 && parent.kind === 'index' && parent.args.length > 3 && !isCase(parent) && !isTrivial(a);
  const count = (e: Expr): void => {
    uses[indexOf(e)]!++;
  };
  roots.forEach(count);
  for (const e of list) writtenArgs(e).forEach(count);
  list.forEach((e, place) => {
    const args = writtenArgs(e);
    let deepest = 0;
    let total = args.length === 0 ? 1 : 0;
    for (let i = 0; i < args.length; i++) {
      const a = args[i]!;
      const at = indexOf(a);
      if (isTooLarge(e, a, i, at) || isRepeated(e, a, i)) spilled.add(a);
      const isOpen = spilled.has(a);
      if (!isOpen) deepest = Math.max(deepest, depth[at]! - (isChain(e, a, i) ? 1 : 0));
      total += isOpen ? 1 : operands[at]!;
    }
    depth[place] = args.length === 0 ? 0 : e.kind === 'wrap' ? deepest : deepest + 1;
    operands[place] = total;
    if (isCase(e) && !caseRoots.has(e)) spilled.add(e);
    else if (e.hint || (uses[place]! > 1 && !isTrivial(e))) spilled.add(e);
  });
  return spilled;
}

/** The arguments that the text of an expression has: a bit that is repeated is written once. */
const writtenArgs = (e: Expr): readonly Expr[] =>
  e.kind === 'concat' && e.args.every((a) => a === e.args[0]) ? e.args.slice(0, 1) : e.args;

const LONG_CHAIN = 100;

/**
 * The expressions below `e` that get a wire, arguments first, when they are a long chain: they are then declared one by one, as
 * declaring each from within the next would be as many nested calls. Nothing for a short one. What has a wire is not
 * looked into.
 */
export function longChain(e: Expr, getsWire: (e: Expr) => boolean, hasWire: (e: Expr) => boolean): Expr[] {
  const levels = new Map<Expr, number>();
  const found: Expr[] = [];
  let longest = 0;
  const path: { readonly e: Expr; next: number; levels: number }[] = [{ e, next: 0, levels: 0 }];
  while (path.length) {
    const top = path.at(-1)!;
    const a = top.e.args[top.next++];
    if (a === undefined) {
      path.pop();
      const open = getsWire(top.e);
      if (open) found.push(top.e);
      const through = top.levels + (open ? 1 : 0);
      levels.set(top.e, through);
      longest = Math.max(longest, through);
      const parent = path.at(-1);
      if (parent) parent.levels = Math.max(parent.levels, through);
    } else if (levels.has(a)) top.levels = Math.max(top.levels, levels.get(a)!);
    else if (a.args.length && !hasWire(a)) path.push({ e: a, next: 0, levels: 0 });
  }
  return longest > LONG_CHAIN ? found : [];
}

/** A choice among more elements than read well in a row: it prints as a case in an always block of its own. */
export const isCase = (e: Expr): boolean => e.kind === 'index' && e.args.length > MAX_CHOICES + 1;

/** A chain of one associative operator reads as one level, and so does `? : ? :`. */
const isChain = (parent: Expr, a: Expr, i: number): boolean =>
  parent.kind === a.kind &&
  (a.kind === 'mux' ? i === 2 : a.kind === 'add' || a.kind === 'and' || a.kind === 'or');

/** Cheap enough to write twice: a signal, a constant, a part of a signal, an inverted signal. */
function isTrivial(e: Expr): boolean {
  switch (e.kind) {
    case 'ref':
    case 'const':
      return true;
    case 'not':
    case 'slice':
    case 'wrap':
    case 'shr':
      return e.args[0]!.kind === 'ref' || e.args[0]!.kind === 'const';
    default:
      return false;
  }
}

/** Wires that an instance connection makes unnecessary. */
export interface Connections {
  /** Instance input wires whose driver is connected directly. */
  readonly inputs: ReadonlyMap<Decl, Assign>;
  /** Instance output wires that only feed one signal, which is connected directly. */
  readonly outputs: ReadonlyMap<Decl, Assign>;
}

export function directConnections(
  module: Module,
  expressions: Expressions,
  isName: (e: Expr) => boolean,
): Connections {
  const assigns = new Map<Decl, Assign[]>();
  eachAssign(statementsOf(module), (a) => {
    const list = assigns.get(a.target);
    if (list) list.push(a);
    else assigns.set(a.target, [a]);
  });
  const topLevel = new Set(module.items);
  const reads = countReads(expressions);
  const inputs = new Map<Decl, Assign>();
  const outputs = new Map<Decl, Assign>();
  for (const [target, list] of assigns) {
    const [only] = list;
    if (list.length !== 1 || !only || !topLevel.has(only)) continue;
    const value = only.value;
    if (target.role === 'childInput' && isName(value) && value.width === target.width && !reads.has(target))
      inputs.set(target, only);
    else if (
      value.kind === 'ref' &&
      value.decl.role === 'childOutput' &&
      value.decl.width === target.width &&
      target.role !== 'childInput' &&
      target.role !== 'reg' &&
      reads.get(value.decl) === 1
    ) {
      outputs.set(value.decl, only);
    }
  }
  return { inputs, outputs };
}
/** How many places read each declaration; a shared expression counts once. */
function countReads({ roots, list }: Expressions): Map<Decl, number> {
  const reads = new Map<Decl, number>();
  const count = (e: Expr): void => {
    if (e.kind === 'ref') reads.set(e.decl, (reads.get(e.decl) ?? 0) + 1);
  };
  roots.forEach(count);
  for (const e of list) e.args.forEach(count);
  return reads;
}
