// Which assignments are printed together: one `assign`, or one always block for signals that share a `when` or `match`.
// Invariant: the statements of a process, alone and in order, give each of its targets the value that the module's
// statements give it; it is printed after everything it reads is declared; and blocks depend on each other as their
// signals do. A block that is computed from itself by way of a signal it assigns, here or through any instance, would
// run again for every value on the way to the last one: an event simulator need not come to an end.

import type { Expr } from '../ir/expr.ts';
import { cycles, longestPaths, reachable } from '../ir/graph.ts';
import {
  type Assign,
  type Decl,
  eachAssign,
  eachRoot,
  isStatement,
  type Module,
  type Stmt,
} from '../ir/module.ts';
import type { CombGraph } from '../pass/comb-graph.ts';
import type { Expressions } from '../pass/walk.ts';

/** A set of signals printed together: one `assign`, or one always block. */
export interface Process {
  readonly kind: 'assign' | 'comb' | 'clocked';
  readonly targets: ReadonlySet<Decl>;
  /** The statements with only the assignments to these targets kept. */
  readonly statements: readonly Stmt[];
  /** Index of the item it is printed at: the last it takes statements from, or a later one that it reads. */
  readonly at: number;
}
interface Draft {
  readonly statements: Stmt[];
  at: number;
}

/** Groups assignments: what is set without a condition is an `assign`; the rest share a block with their `when`s. */
export function processesOf(module: Module, paths: CombGraph, expressions: Expressions): Process[] {
  const alone = distribute(module, (d) => d);
  const isPlain = (d: Decl): boolean =>
    d.role !== 'reg' && alone.get(d)?.statements.at(-1)?.kind === 'assign';
  const leaderOf = groups(module, (d) => !isPlain(d));
  const members = new Map<Decl, Set<Decl>>();
  for (const d of alone.keys()) {
    const leader = leaderOf(d);
    const set = members.get(leader);
    if (set) set.add(d);
    else members.set(leader, new Set([d]));
  }
  const isGrouped = members.size < alone.size;
  const drafts = isGrouped ? distribute(module, leaderOf) : alone;
  const tangled = tangledGroups(module, members, drafts, leaderOf, paths);
  const parts = partsOf(
    module,
    [...tangled].map((l) => members.get(l)!),
    alone,
    paths,
  );
  const partLeader = new Map([...parts.values()].flat().flatMap((part) => part.map((d) => [d, part[0]!])));
  const partDrafts = tangled.size ? distribute(module, (d) => partLeader.get(d) ?? d) : alone;
  const declaredAt = latestNodes(module, expressions);
  const processes: Process[] = [];
  const make = (kind: Process['kind'], targets: ReadonlySet<Decl>, { statements, at }: Draft): void => {
    let last = at;
    eachRoot(statements, (e) => {
      last = Math.max(last, declaredAt(e));
    });
    processes.push({ kind, targets, statements, at: last });
  };
  for (const [leader, targets] of members) {
    if (leader.role === 'reg') make('clocked', targets, drafts.get(leader)!);
    else if (isPlain(leader)) {
      const { statements, at } = alone.get(leader)!;
      make('assign', targets, { statements: statements.slice(-1), at });
    } else if (tangled.has(leader))
      for (const part of parts.get(targets)!) make('comb', new Set(part), partDrafts.get(part[0]!)!);
    else make('comb', targets, drafts.get(leader)!);
  }
  return processes.sort((a, b) => a.at - b.at);
}

/**
 * The leader of each signal's group: signals that share a statement, and registers that are assigned one after the other
 * without a condition. Registers of two domains, with and without reset, and wires, never share one.
 */
function groups(module: Module, joins: (d: Decl) => boolean): (d: Decl) => Decl {
  const together = new DisjointSets<Decl>();
  const kindOf = (d: Decl): string =>
    d.role === 'reg' ? `${d.domain!.name} ${d.reset === undefined ? 'plain' : 'reset'}` : 'comb';
  let firstOfKind = new Map<string, Decl>();
  for (const item of module.items) {
    const continues = item.kind === 'assign' && item.target.role === 'reg';
    if (!continues) firstOfKind = new Map();
    if (!isStatement(item)) continue;
    eachAssign([item], ({ target }) => {
      if (!joins(target)) return;
      const first = firstOfKind.get(kindOf(target));
      if (first) together.join(first, target);
      else firstOfKind.set(kindOf(target), target);
    });
    if (!continues) firstOfKind = new Map();
  }
  return (d) => together.find(d);
}

/** The statements of the module dealt out by the key of their target, and the index of the last item dealt to each. */
function distribute(module: Module, keyOf: (d: Decl) => Decl): Map<Decl, Draft> {
  const drafts = new Map<Decl, Draft>();
  const give = (key: Decl, s: Stmt, at: number): void => {
    const draft = drafts.get(key);
    if (draft) {
      draft.statements.push(s);
      draft.at = at;
    } else drafts.set(key, { statements: [s], at });
  };
  module.items.forEach((item, index) => {
    if (!isStatement(item)) return;
    if (item.kind === 'assign') give(keyOf(item.target), item, index);
    else for (const [key, statements] of deal([item], keyOf)) for (const s of statements) give(key, s, index);
  });
  return drafts;
}

/**
 * Each key's share of a statement list; branches without a share go. A condition that is constant decides at once for a
 * wire: an always block with nothing to wait for would never run.
 */
function deal(statements: readonly Stmt[], keyOf: (d: Decl) => Decl): Map<Decl, Stmt[]> {
  const shares = new Map<Decl, Stmt[]>();
  const give = (key: Decl, ...s: readonly Stmt[]): void => {
    const share = shares.get(key);
    if (share) for (const x of s) share.push(x);
    else shares.set(key, [...s]);
  };
  for (const s of statements) {
    switch (s.kind) {
      case 'assign':
        give(keyOf(s.target), s);
        break;
      case 'if': {
        const then = deal(s.then, keyOf);
        const rest = deal(s.else, keyOf);
        for (const key of new Set([...then.keys(), ...rest.keys()])) {
          const branches = { then: then.get(key) ?? [], else: rest.get(key) ?? [] };
          if (s.condition.kind !== 'const' || key.role === 'reg') give(key, { ...s, ...branches });
          else give(key, ...(s.condition.value ? branches.then : branches.else));
        }
        break;
      }
      case 'switch': {
        const arms = s.arms.map((arm) => deal(arm.body, keyOf));
        const otherwise = s.otherwise && deal(s.otherwise, keyOf);
        const keys = new Set([...arms, otherwise ?? new Map<Decl, Stmt[]>()].flatMap((m) => [...m.keys()]));
        for (const key of keys) {
          give(key, {
            ...s,
            arms: s.arms.map((arm, i) => ({ ...arm, body: arms[i]!.get(key) ?? [] })),
            otherwise: otherwise && (otherwise.get(key) ?? []),
          });
        }
      }
    }
  }
  return shares;
}

/**
 * Groups of several wires that cannot share one block: one of them is computed from another, or they show at the outputs
 * and depend on different inputs, so that a parent may rightly compute an input of one from the other.
 */
function tangledGroups(
  module: Module,
  members: ReadonlyMap<Decl, ReadonlySet<Decl>>,
  drafts: ReadonlyMap<Decl, Draft>,
  leaderOf: (d: Decl) => Decl,
  paths: CombGraph,
): Set<Decl> {
  const nodes = new Map<Decl, Expr>();
  for (const item of module.items) if (item.kind === 'node') nodes.set(item.decl, item.value);
  type Vertex = Expr | Decl;
  const isDecl = (v: Vertex): v is Decl => 'role' in v;
  const edges = (v: Vertex): readonly Vertex[] => {
    if (!isDecl(v)) return v.kind === 'ref' ? (v.decl.role === 'reg' ? [] : [leaderOf(v.decl)]) : v.args;
    const node = nodes.get(v);
    if (node) return [node];
    const roots: Expr[] = [];
    eachRoot(drafts.get(v)?.statements ?? [], (e) => roots.push(e));
    return [...roots, ...paths.behind(v).map(leaderOf)];
  };
  const several = [...members].flatMap(([l, set]) => (l.role !== 'reg' && set.size > 1 ? [l] : []));
  if (several.length === 0) return new Set();
  const cyclic = new Set(cycles<Vertex>(several, edges).flat());
  const outputs = module.ports.filter((p) => p.direction === 'out').map((p) => leaderOf(p.decl));
  const seen = reachable<Vertex>(outputs, edges);
  const mixed = (leader: Decl): boolean => {
    const [first, ...rest] = Array.from(members.get(leader)!, (d) => paths.inputsOf(d));
    return rest.some((set) => set.size !== first!.size || [...set].some((d) => !first!.has(d)));
  };
  return new Set(several.filter((l) => cyclic.has(l) || (seen.has(l) && mixed(l))));
}

/**
 * Tangled groups in parts that may share a block: signals as many steps behind other signals of these groups, and
 * dependent on the same inputs. Every path between two parts leads to more steps, so that no block waits for itself.
 */
function partsOf(
  module: Module,
  tangled: readonly ReadonlySet<Decl>[],
  alone: ReadonlyMap<Decl, Draft>,
  paths: CombGraph,
): Map<ReadonlySet<Decl>, Decl[][]> {
  const starts = new Set(tangled.flatMap((set) => [...set]));
  type Vertex = Expr | Decl;
  const nodes = new Map<Decl, Expr>();
  if (starts.size)
    for (const item of module.items) if (item.kind === 'node') nodes.set(item.decl, item.value);
  const isDecl = (v: Vertex): v is Decl => 'role' in v;
  const edges = (v: Vertex): readonly Vertex[] => {
    if (!isDecl(v)) return v.kind === 'ref' ? (v.decl.role === 'reg' ? [] : [v.decl]) : v.args;
    const node = nodes.get(v);
    if (node) return [node];
    const roots: Expr[] = [];
    eachRoot(alone.get(v)?.statements ?? [], (e) => roots.push(e));
    return [...roots, ...paths.behind(v)];
  };
  // Bits of a signal may be computed from other bits of it: such signals stay alone.
  const looped = new Set(cycles<Vertex>([...starts], edges).flat());
  const steps = longestPaths<Vertex>([...starts], edges, (v) => (isDecl(v) && starts.has(v) ? 1 : 0));
  const inputs = new Map<Decl, number>(module.ports.map((p, i) => [p.decl, i]));
  const inputsKey = (d: Decl): string =>
    Array.from(paths.inputsOf(d), (i) => inputs.get(i)!)
      .sort((a, b) => a - b)
      .join();
  const parts = new Map<ReadonlySet<Decl>, Decl[][]>();
  for (const set of tangled) {
    const byKey = new Map<string, Decl[]>();
    for (const d of [...set].sort((a, b) => steps.get(a)! - steps.get(b)!)) {
      const key = looped.has(d) ? d.name : `${steps.get(d)} ${inputsKey(d)}`;
      const part = byKey.get(key);
      if (part) part.push(d);
      else byKey.set(key, [d]);
    }
    parts.set(set, [...byKey.values()]);
  }
  return parts;
}

/** For each expression that a statement reads, the index of the last named expression in it: that declares its name. */
function latestNodes(module: Module, { list, indexOf }: Expressions): (e: Expr) => number {
  const declared = new Map<Decl, number>();
  module.items.forEach((item, index) => {
    if (item.kind === 'node') declared.set(item.decl, index);
  });
  if (declared.size === 0) return () => -1;
  const latest = new Int32Array(list.length).fill(-1);
  list.forEach((e, i) => {
    let last = e.kind === 'ref' ? (declared.get(e.decl) ?? -1) : -1;
    for (const a of e.args) last = Math.max(last, latest[indexOf(a)]!);
    latest[i] = last;
  });
  return (e) => latest[indexOf(e)]!;
}

/** The only assignment of a process that is an `assign`. */
export const assignOf = (p: Process): Assign => p.statements[0] as Assign;

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
