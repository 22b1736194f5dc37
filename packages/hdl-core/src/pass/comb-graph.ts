// What each signal of a module depends on combinationally: the graph behind the checks of loops and streams, and behind
// the printer's choice of always blocks. Two kinds of vertex: expressions (edges to their arguments) and declarations
// (edges to what drives them, conditions included). Registers end a path. A child counts as its outputs' inputs.
// Invariant: a graph is linear in its module; sets of inputs are made only for the outputs that somebody asks about.

import type { Expr } from '../ir/expr.ts';
import type { Memory } from '../ir/memory.ts';
import type { Assign, Decl, Instance, Module, Stmt } from '../ir/module.ts';
import { statementsOf } from './walk.ts';

export type Vertex = Expr | Decl;
export const isDecl = (v: Vertex): v is Decl => 'role' in v;

/** One way in which a declaration gets its value. */
export interface Driver {
  /** An assignment with the conditions around it; a named expression; an instance or a memory that reads what it says. */
  readonly from: Assign | Expr | Instance | Memory;
  readonly reads: readonly Vertex[];
}

/** The graphs of the modules of a design, each made when it is first asked for. */
export class CombGraphs {
  readonly #graphs = new Map<Module, CombGraph>();

  of(module: Module): CombGraph {
    const known = this.#graphs.get(module);
    if (known) return known;
    const graph = new CombGraph(module, this);
    this.#graphs.set(module, graph);
    return graph;
  }
}

const NONE: ReadonlySet<Decl> = new Set();
const NO_DRIVERS: readonly Driver[] = [];
const NO_VERTICES: readonly Vertex[] = [];

export class CombGraph {
  readonly module: Module;
  readonly #graphs: CombGraphs;
  readonly #drivers = new Map<Decl, Driver[]>();
  readonly #edges = new Map<Decl, readonly Vertex[]>();
  readonly #inputs = new Map<Vertex, ReadonlySet<Decl>>();

  constructor(module: Module, graphs: CombGraphs) {
    this.module = module;
    this.#graphs = graphs;
    this.#statements(statementsOf(module), []);
    for (const item of module.items) {
      if (item.kind === 'node') this.#add(item.decl, { from: item.value, reads: [item.value] });
      else if (item.kind === 'instance') this.#instance(item);
      else if (item.kind === 'memory')
        for (const { kind, data, address } of item.reads)
          if (kind === 'async') this.#add(data, { from: item, reads: [address] });
    }
  }

  /** What drives a declaration; nothing for a register or an input. */
  drivers(d: Decl): readonly Driver[] {
    return this.#drivers.get(d) ?? NO_DRIVERS;
  }

  readonly edges = (v: Vertex): readonly Vertex[] => {
    if (!isDecl(v)) return v.kind === 'ref' ? [v.decl] : v.args;
    const known = this.#edges.get(v);
    if (known) return known;
    const drivers = this.#drivers.get(v);
    const made =
      drivers === undefined
        ? NO_VERTICES
        : drivers.length === 1
          ? drivers[0]!.reads
          : drivers.flatMap((d) => d.reads);
    this.#edges.set(v, made);
    return made;
  };

  /** The input ports that a vertex depends on. On a loop, which the checks report, the set may lack some. */
  inputsOf(start: Vertex): ReadonlySet<Decl> {
    const done = this.#inputs;
    if (done.has(start)) return done.get(start)!;
    const onPath = new Set<Vertex>();
    const path: { readonly v: Vertex; next: number; seen: ReadonlySet<Decl> }[] = [];
    const enter = (v: Vertex): void => {
      path.push({ v, next: 0, seen: isDecl(v) && v.role === 'input' ? new Set([v]) : NONE });
      onPath.add(v);
    };
    enter(start);
    while (path.length) {
      const top = path.at(-1)!;
      const target = this.edges(top.v)[top.next++];
      if (target === undefined) {
        path.pop();
        onPath.delete(top.v);
        done.set(top.v, top.seen);
        const parent = path.at(-1);
        if (parent) parent.seen = union(parent.seen, top.seen);
        continue;
      }
      const known = done.get(target);
      if (known) top.seen = union(top.seen, known);
      else if (!onPath.has(target)) enter(target);
    }
    return done.get(start)!;
  }

  /** The instance inputs behind an instance output; none for other signals. */
  behind(d: Decl): readonly Decl[] {
    if (d.role !== 'childOutput') return [];
    return this.drivers(d).flatMap((x) => x.reads as readonly Decl[]);
  }

  #add(target: Decl, driver: Driver): void {
    const list = this.#drivers.get(target);
    if (list) list.push(driver);
    else this.#drivers.set(target, [driver]);
  }

  #statements(stmts: readonly Stmt[], guards: readonly Expr[]): void {
    for (const s of stmts) {
      switch (s.kind) {
        case 'assign':
          if (s.target.role !== 'reg') this.#add(s.target, { from: s, reads: [s.value, ...guards] });
          break;
        case 'if': {
          const inside = [...guards, s.condition];
          this.#statements(s.then, inside);
          this.#statements(s.else, inside);
          break;
        }
        case 'switch': {
          const inside = [...guards, s.subject];
          for (const arm of s.arms) this.#statements(arm.body, inside);
          if (s.otherwise) this.#statements(s.otherwise, inside);
          break;
        }
        case 'check':
      }
    }
  }

  #instance(item: Instance): void {
    const child = this.#graphs.of(item.module);
    const wireOf = new Map(item.connections.map((c) => [c.port.decl, c.wire]));
    for (const { port, wire } of item.connections) {
      if (wire.role !== 'childOutput') continue;
      const inputs = child.inputsOf(port.decl);
      if (inputs.size) this.#add(wire, { from: item, reads: Array.from(inputs, (i) => wireOf.get(i)!) });
    }
  }
}

function union(a: ReadonlySet<Decl>, b: ReadonlySet<Decl>): ReadonlySet<Decl> {
  if (b.size === 0 || a === b) return a;
  if (a.size === 0) return b;
  let missing = false;
  for (const d of b) missing ||= !a.has(d);
  return missing ? new Set([...a, ...b]) : a;
}
