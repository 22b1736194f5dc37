// What the text of a module is made of, decided before anything is printed: which expressions get a wire of their own,
// which signals share an always block, and which instance connections need no wire.
// Invariant: decisions depend on the module alone, so the same design gives the same text.

import type { Expr } from '../ir/expr.ts';
import { type Assign, type Decl, eachAssign, eachRoot, type Module, type Stmt } from '../ir/module.ts';
import { eachExpr, rootsOf, statementsOf } from '../pass/walk.ts';

const MAX_DEPTH = 4;
const MAX_OPERANDS = 12;

/** Expressions that get a wire: read more than once, named by a hint, or too deep to read inline. */
export function spilledExpressions(module: Module): Set<Expr> {
  const roots = rootsOf(module);
  const uses = new Map<Expr, number>();
  for (const r of roots) uses.set(r, (uses.get(r) ?? 0) + 1);
  const postorder: Expr[] = [];
  eachExpr(roots, (e) => {
    postorder.push(e);
    for (const a of e.args) uses.set(a, (uses.get(a) ?? 0) + 1);
  });
  const spilled = new Set<Expr>();
  const depth = new Map<Expr, number>();
  const operands = new Map<Expr, number>();
  const visit = (e: Expr): void => {
    let deepest = 0;
    let count = e.args.length === 0 ? 1 : 0;
    e.args.forEach((a, i) => {
      if (isTooLarge(e, a, i)) spilled.add(a);
      const levels = depth.get(a)! - (isChain(e, a, i) ? 1 : 0);
      deepest = Math.max(deepest, spilled.has(a) ? 0 : levels);
      count += spilled.has(a) ? 1 : operands.get(a)!;
    });
    depth.set(e, e.args.length === 0 ? 0 : e.kind === 'wrap' ? deepest : deepest + 1);
    operands.set(e, count);
    if (e.hint || (uses.get(e)! > 1 && !isTrivial(e))) spilled.add(e);
  };
  // A conversion adds nothing to read: what is below it counts as an operand of its parent.
  const isTooLarge = (parent: Expr, a: Expr, i: number): boolean =>
    parent.kind !== 'wrap' &&
    !isChain(parent, a, i) &&
    !isTrivial(a) &&
    (depth.get(a)! >= MAX_DEPTH || operands.get(a)! > MAX_OPERANDS);
  argumentsFirst(roots, visit);
  return spilled;
}

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

/** Visits every expression after its arguments, without recursion. */
function argumentsFirst(roots: readonly Expr[], visit: (e: Expr) => void): void {
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

/** A set of signals printed together: one `assign`, or one always block. */
export interface Process {
  readonly kind: 'assign' | 'comb' | 'clocked';
  readonly targets: ReadonlySet<Decl>;
  /** The statements projected onto these targets. */
  readonly statements: readonly Stmt[];
  /** Index of the last item it takes statements from: it is printed there. */
  readonly at: number;
}

/** Groups assignments: wires set once are `assign`s; the rest share a block when they share a `when` or `match`. */
export function processesOf(module: Module): Process[] {
  const touching = new Map<Decl, number[]>();
  const together = new DisjointSets<Decl>();
  const written = new Map<number, Set<Decl>>();
  const resetKind = (d: Decl): string =>
    d.role === 'reg' ? (d.reset === undefined ? 'plain' : 'reset') : 'comb';
  module.items.forEach((item, index) => {
    if (item.kind === 'node' || item.kind === 'instance') return;
    const targets = new Set<Decl>();
    eachAssign([item], (a) => targets.add(a.target));
    written.set(index, targets);
    const firstOfKind = new Map<string, Decl>();
    for (const t of targets) {
      const list = touching.get(t);
      if (list) list.push(index);
      else touching.set(t, [index]);
      const kind = resetKind(t);
      const first = firstOfKind.get(kind);
      if (first) together.join(first, t);
      else firstOfKind.set(kind, t);
    }
  });

  const groups = new Map<Decl, Set<Decl>>();
  for (const t of touching.keys()) {
    const leader = together.find(t);
    const group = groups.get(leader);
    if (group) group.add(t);
    else groups.set(leader, new Set([t]));
  }
  const processes: Process[] = [];
  const make = (kind: Process['kind'], targets: ReadonlySet<Decl>): void => {
    const indices = [...new Set([...targets].flatMap((t) => touching.get(t)!))].sort((a, b) => a - b);
    const statements = indices.flatMap((i) => project([module.items[i] as Stmt], targets));
    processes.push({ kind, targets, statements, at: indices.at(-1)! });
  };
  const feeds = combFeeds(module);
  for (const targets of groups.values()) {
    const [first] = targets;
    if (first!.role === 'reg') make('clocked', targets);
    else if (targets.size > 1 && readsItself(targets, feeds))
      for (const t of targets) make(singleKind(module, touching.get(t)!), new Set([t]));
    else make(targets.size === 1 ? singleKind(module, touching.get(first!)!) : 'comb', targets);
  }
  return processes.sort((a, b) => a.at - b.at);
}
const singleKind = (module: Module, indices: readonly number[]): 'assign' | 'comb' =>
  indices.length === 1 && module.items[indices[0]!]!.kind === 'assign' ? 'assign' : 'comb';

/** The statements with only the assignments to `targets` kept; branches that become empty go. */
function project(stmts: readonly Stmt[], targets: ReadonlySet<Decl>): Stmt[] {
  return stmts.flatMap((s): Stmt[] => {
    switch (s.kind) {
      case 'assign':
        return targets.has(s.target) ? [s] : [];
      case 'if': {
        const then = project(s.then, targets);
        const rest = project(s.else, targets);
        return then.length || rest.length ? [{ ...s, then, else: rest }] : [];
      }
      case 'switch': {
        const arms = s.arms.map((arm) => ({ ...arm, body: project(arm.body, targets) }));
        const otherwise = s.otherwise && project(s.otherwise, targets);
        return arms.some((a) => a.body.length) || otherwise?.length ? [{ ...s, arms, otherwise }] : [];
      }
    }
  });
}

/** For each combinational declaration, what its value is computed from: expressions, then declarations. */
function combFeeds(module: Module): Map<Decl, Expr[]> {
  const feeds = new Map<Decl, Expr[]>();
  const add = (d: Decl, e: Expr): void => {
    const list = feeds.get(d);
    if (list) list.push(e);
    else feeds.set(d, [e]);
  };
  for (const item of module.items) {
    if (item.kind === 'node') add(item.decl, item.value);
    else if (item.kind !== 'instance') {
      const roots: Expr[] = [];
      eachRoot([item], (e) => roots.push(e));
      eachAssign([item], (a) => {
        if (a.target.role !== 'reg') for (const e of roots) add(a.target, e);
      });
    }
  }
  return feeds;
}

/** True when some target is computed, directly or through wires, from another: they cannot share an always block. */
function readsItself(targets: ReadonlySet<Decl>, feeds: ReadonlyMap<Decl, readonly Expr[]>): boolean {
  const seenDecls = new Set<Decl>();
  const seen = new Set<Expr>();
  const queue: Expr[] = [...targets].flatMap((t) => feeds.get(t) ?? []);
  let found = false;
  while (queue.length && !found) {
    const more: Expr[] = [];
    eachExpr(
      queue.splice(0),
      (e) => {
        if (e.kind !== 'ref') return;
        if (targets.has(e.decl)) found = true;
        else if (!seenDecls.has(e.decl)) {
          seenDecls.add(e.decl);
          more.push(...(feeds.get(e.decl) ?? []));
        }
      },
      seen,
    );
    queue.push(...more);
  }
  return found;
}

/** Wires that an instance connection makes unnecessary. */
export interface Connections {
  /** Instance input wires whose driver is connected directly. */
  readonly inputs: ReadonlyMap<Decl, Assign>;
  /** Instance output wires that only feed one signal, which is connected directly. */
  readonly outputs: ReadonlyMap<Decl, Assign>;
}

export function directConnections(module: Module, isName: (e: Expr) => boolean): Connections {
  const assigns = new Map<Decl, Assign[]>();
  eachAssign(statementsOf(module), (a) => {
    const list = assigns.get(a.target);
    if (list) list.push(a);
    else assigns.set(a.target, [a]);
  });
  const topLevel = new Set(module.items);
  const reads = countReads(rootsOf(module));
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
function countReads(roots: readonly Expr[]): Map<Decl, number> {
  const reads = new Map<Decl, number>();
  const count = (e: Expr): void => {
    if (e.kind === 'ref') reads.set(e.decl, (reads.get(e.decl) ?? 0) + 1);
  };
  roots.forEach(count);
  eachExpr(roots, (e) => e.args.forEach(count));
  return reads;
}

class DisjointSets<T> {
  readonly #parent = new Map<T, T>();
  find(x: T): T {
    let root = x;
    for (let p = this.#parent.get(root); p !== undefined; p = this.#parent.get(root)) root = p;
    for (let at = x; at !== root; ) {
      const up = this.#parent.get(at)!;
      this.#parent.set(at, root);
      at = up;
    }
    return root;
  }
  join(a: T, b: T): void {
    const ra = this.find(a);
    const rb = this.find(b);
    if (ra !== rb) this.#parent.set(rb, ra);
  }
}
