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

/** Declarations that some expression of the module reads, or that carry a clock or a reset of its own making. */
export function readDecls(module: Module): Set<Decl> {
  const read = new Set(controlSignals(module));
  eachExpr(rootsOf(module), (e) => {
    if (e.kind === 'ref') read.add(e.decl);
  });
  return read;
}

/** Visits every expression after its arguments, without recursion. */
export function argumentsFirst(roots: readonly Expr[], visit: (e: Expr) => void): void {
  const done = new Set<Expr>();
  for (const root of roots) {
    const stack: { e: Expr; next: number }[] = [{ e: root, next: 0 }];
    while (stack.length) {
      const top = stack.at(-1)!;
      if (done.has(top.e)) {
        stack.pop();
        continue;
      }
      const a = top.e.args[top.next++];
      if (a) {
        if (!done.has(a)) stack.push({ e: a, next: 0 });
        continue;
      }
      stack.pop();
      done.add(top.e);
      visit(top.e);
    }
  }
}
