// Walking the expressions of a module: each node once, without recursion.

import type { Expr } from '../ir/expr.ts';
import { memoryRoots } from '../ir/memory.ts';
import { type Decl, eachRoot, isStatement, type Module, type Stmt } from '../ir/module.ts';

/** Visits every distinct expression node below the roots, parents before arguments. */
export function eachExpr(roots: Iterable<Expr>, visit: (e: Expr) => void, seen = new Set<Expr>()): void {
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    const stack = [root];
    while (stack.length) {
      const e = stack.pop()!;
      visit(e);
      for (const a of e.args) {
        if (seen.has(a)) continue;
        seen.add(a);
        stack.push(a);
      }
    }
  }
}

/** Every expression root of a module, in source order. */
export function rootsOf(module: Module): Expr[] {
  const roots: Expr[] = [];
  for (const item of module.items) {
    if (item.kind === 'node') roots.push(item.value);
    else if (item.kind === 'memory') roots.push(...memoryRoots(item));
    else if (isStatement(item)) eachRoot([item], (e) => roots.push(e));
  }
  return roots;
}

/** The signals of a module that carry the clocks and resets of its domains. */
export const controlSignals = (module: Module): Decl[] =>
  module.domains.flatMap(({ domain: { driven }, resets }) => [
    ...(driven?.clock ? [driven.clock] : []),
    ...(driven?.reset && resets ? [driven.reset] : []),
  ]);

/** The statements of a module, in source order. */
export const statementsOf = (module: Module): Stmt[] => module.items.filter(isStatement);

/** Declarations that some expression of the module reads. */
export function readDecls(module: Module): ReadonlySet<Decl> {
  const read = new Set<Decl>();
  eachExpr(rootsOf(module), (e) => {
    if (e.kind === 'ref') read.add(e.decl);
  });
  return read;
}

/** The expressions below some roots, each once, arguments first, with their places in the list. */
export class Expressions {
  readonly roots: readonly Expr[];
  readonly list: readonly Expr[];
  readonly indexOf: (e: Expr) => number;

  constructor(roots: readonly Expr[]) {
    const list: Expr[] = [];
    const places = new Map<Expr, number>();
    const add = (e: Expr): void => {
      places.set(e, list.length);
      list.push(e);
    };
    // Two stacks in step: an expression, and the argument of it that comes next.
    const path: Expr[] = [];
    const next: number[] = [];
    for (const root of roots) {
      if (places.has(root)) continue;
      path.push(root);
      next.push(0);
      while (path.length) {
        const top = path[path.length - 1]!;
        const a = top.args[next[next.length - 1]!++];
        if (a === undefined) {
          path.pop();
          next.pop();
          if (!places.has(top)) add(top);
        } else if (!places.has(a)) {
          if (a.args.length === 0) add(a);
          else {
            path.push(a);
            next.push(0);
          }
        }
      }
    }
    this.roots = roots;
    this.list = list;
    this.indexOf = (e) => places.get(e)!;
  }
}
