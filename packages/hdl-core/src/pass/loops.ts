// E07: combinational loops, also through instances; E14: a stream's valid or payload that depends on its own ready.
// The graph has two kinds of vertex: expressions (edges to arguments) and declarations (edges to what drives them,
// conditions included). Registers end a path. A child is summarised as the inputs that each of its outputs sees.

import type { Expr } from '../ir/expr.ts';
import type { Decl, Module, Stmt } from '../ir/module.ts';
import type { PassContext, Report } from './index.ts';
import { statementsOf } from './walk.ts';

/** For each output leaf of a module, the input leaves it depends on combinationally. */
export type CombSummary = ReadonlyMap<Decl, ReadonlySet<Decl>>;

type Vertex = Expr | Decl;
const isDecl = (v: Vertex): v is Decl => 'role' in v;

export function checkLoops(module: Module, { report, summaries }: PassContext): void {
  combInputs(module, summaries, report);
  checkStreams(module, summaries.get(module)!, report);
}

/** The input leaves that each declaration depends on combinationally; adds the module's own summary to `summaries`. */
export function combInputs(
  module: Module,
  summaries: Map<Module, CombSummary>,
  report: Report = () => {},
): (d: Decl) => ReadonlySet<Decl> {
  const drivers = combDrivers(module, summaries);
  const edges = (v: Vertex): readonly Vertex[] => {
    if (isDecl(v)) return drivers.get(v) ?? [];
    return v.kind === 'ref' ? [v.decl] : v.args;
  };
  const found = search(module, edges, report);
  const inputsOf = (d: Decl): ReadonlySet<Decl> => found.get(d) ?? NONE;
  const summary = new Map<Decl, ReadonlySet<Decl>>();
  for (const { decl } of module.ports) if (decl.role === 'output') summary.set(decl, inputsOf(decl));
  summaries.set(module, summary);
  return inputsOf;
}

/** For each instance output of a module, the instance inputs that it depends on combinationally. */
export function instancePaths(
  module: Module,
  summaries: ReadonlyMap<Module, CombSummary>,
): Map<Decl, readonly Decl[]> {
  const paths = new Map<Decl, readonly Decl[]>();
  for (const item of module.items) {
    if (item.kind !== 'instance') continue;
    const wireOf = new Map(item.connections.map((c) => [c.port.decl, c.wire]));
    for (const [output, inputs] of summaries.get(item.module) ?? [])
      paths.set(
        wireOf.get(output)!,
        [...inputs].map((i) => wireOf.get(i)!),
      );
  }
  return paths;
}

/** What each combinational declaration reads directly: values, conditions, and instance inputs behind outputs. */
function combDrivers(module: Module, summaries: ReadonlyMap<Module, CombSummary>): Map<Decl, Vertex[]> {
  const drivers = new Map<Decl, Vertex[]>();
  const add = (target: Decl, v: readonly Vertex[]): void => {
    const list = drivers.get(target);
    if (list) list.push(...v);
    else drivers.set(target, [...v]);
  };
  const walk = (stmts: readonly Stmt[], guards: readonly Expr[]): void => {
    for (const s of stmts) {
      if (s.kind === 'assign') {
        if (s.target.role !== 'reg') add(s.target, [s.value, ...guards]);
      } else if (s.kind === 'if') {
        const inside = [...guards, s.condition];
        walk(s.then, inside);
        walk(s.else, inside);
      } else if (s.kind === 'switch') {
        const inside = [...guards, s.subject];
        for (const arm of s.arms) walk(arm.body, inside);
        if (s.otherwise) walk(s.otherwise, inside);
      }
    }
  };
  walk(statementsOf(module), []);
  for (const item of module.items) if (item.kind === 'node') add(item.decl, [item.value]);
  for (const [output, inputs] of instancePaths(module, summaries)) add(output, inputs);
  return drivers;
}

const NONE: ReadonlySet<Decl> = new Set();

/** Depth-first search over the whole graph: reports loops, returns the inputs each declaration depends on. */
function search(
  module: Module,
  edges: (v: Vertex) => readonly Vertex[],
  report: Report,
): Map<Vertex, ReadonlySet<Decl>> {
  const inputs = new Map<Vertex, ReadonlySet<Decl>>();
  const onPath = new Set<Vertex>();
  for (const start of module.decls) {
    if (inputs.has(start)) continue;
    const path: { v: Vertex; next: number; seen: ReadonlySet<Decl> }[] = [];
    const enter = (v: Vertex): void => {
      path.push({ v, next: 0, seen: isDecl(v) && v.role === 'input' ? new Set([v]) : NONE });
      onPath.add(v);
    };
    enter(start);
    while (path.length) {
      const top = path.at(-1)!;
      const target = edges(top.v)[top.next++];
      if (target === undefined) {
        path.pop();
        onPath.delete(top.v);
        inputs.set(top.v, top.seen);
        const parent = path.at(-1);
        if (parent) parent.seen = union(parent.seen, top.seen);
        continue;
      }
      const done = inputs.get(target);
      if (done) top.seen = union(top.seen, done);
      else if (onPath.has(target))
        reportLoop(
          path.map((p) => p.v),
          target,
          report,
        );
      else enter(target);
    }
  }
  return inputs;
}
function union(a: ReadonlySet<Decl>, b: ReadonlySet<Decl>): ReadonlySet<Decl> {
  if (b.size === 0 || a === b) return a;
  if (a.size === 0) return b;
  let missing = false;
  for (const d of b) missing ||= !a.has(d);
  return missing ? new Set([...a, ...b]) : a;
}

function reportLoop(path: readonly Vertex[], from: Vertex, report: Report): void {
  const names = path.slice(path.indexOf(from)).filter(isDecl);
  const first = names[0];
  report({
    code: 'E07',
    message: `combinational loop through ${names.map((d) => `\`${d.name}\``).join(' -> ')} -> \`${first?.name}\``,
    place: first?.place,
    notes: names.slice(1).map((d) => ({ text: `through \`${d.name}\``, place: d.place })),
    help: 'break the loop with a register, or compute the value without reading it back',
  });
}

/** ARM AXI4-Stream: a source must not wait for ready before it asserts valid. */
function checkStreams(module: Module, summary: CombSummary, report: Report): void {
  for (const port of module.ports) {
    if (port.group.direction !== 'out' || port.part === 'ready' || port.direction !== 'out') continue;
    const ready = module.ports.find((p) => p.group === port.group && p.part === 'ready');
    if (!ready || !summary.get(port.decl)?.has(ready.decl)) continue;
    report({
      code: 'E14',
      message: `\`${port.decl.name}\` depends on \`${ready.decl.name}\` of the same stream`,
      place: port.decl.place,
      help: 'valid and payload must not wait for ready: derive them from state only',
    });
  }
}
