// E07: combinational loops, also through instances; E14: a stream's valid or payload that depends on its own ready.
// Invariant: one report for each set of signals that depend on each other, with the shortest way round.

import { cycles, shortestPath } from '../ir/graph.ts';
import type { Decl, Instance, LeafPort, Module, PortGroup } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import { bitsOnLoops } from './bit-loops.ts';
import { type CombGraph, type CombGraphs, isDecl, type Vertex } from './comb-graph.ts';
import type { PassContext, Report } from './index.ts';

export function checkLoops(module: Module, { report, graphs }: PassContext): void {
  const graph = graphs.of(module);
  const order = new Map(module.decls.map((d, i) => [d as Vertex, i]));
  const rank = (v: Vertex): number => order.get(v) ?? module.decls.length;
  for (const loop of cycles<Vertex>(module.decls, graph.edges)) {
    const first = loop.reduce((a, b) => (rank(b) < rank(a) ? b : a));
    if (isDecl(first)) reportLoop(first, loop, graph, graphs, report);
  }
  checkStreams(module, graph, report);
}

function reportLoop(
  first: Decl,
  loop: readonly Vertex[],
  graph: CombGraph,
  graphs: CombGraphs,
  report: Report,
): void {
  const path = shortestPath<Vertex>(first, first, graph.edges).filter(isDecl);
  const bits = bitsOnLoops(loop, graph);
  const isReal = !bits || bits.size > 0;
  const name = (d: Decl): string => `\`${d.name}${selectOf(d, bits?.get(d))}\``;
  const way = path.map(name).join(' <- ');
  report({
    code: 'E07',
    message: isReal
      ? `combinational loop: ${way}`
      : `the signals of a loop depend on each other, though no bit on itself: ${way}`,
    place: first.place,
    notes: path.slice(0, -1).map((d, i) => step(d, path[i + 1]!, graph, graphs)),
    help: isReal
      ? 'break the loop with a register, or compute the value without reading it back'
      : 'give the parts that depend on each other a wire each: simulators compute a signal as a whole',
  });
}

/** `[3:1]` where only some bits of a signal are on the loop. */
function selectOf(d: Decl, bits: readonly number[] | undefined): string {
  if (!bits?.length || bits.length === d.width) return '';
  const high = Math.max(...bits);
  const low = Math.min(...bits);
  return high === low ? `[${high}]` : `[${high}:${low}]`;
}

/** How `d` comes to depend on `on`. */
function step(d: Decl, on: Decl, graph: CombGraph, graphs: CombGraphs): { text: string; place: SourcePlace } {
  const driver = graph.drivers(d).find(({ reads }) => reads.some((r) => leadsTo(r, on, graph)));
  const from = driver?.from;
  if (from?.kind === 'instance') {
    return {
      text: `\`${d.name}\` comes out of \`${from.name}\`, ${insideText(from, d, on, graphs)}`,
      place: from.place,
    };
  }
  if (from?.kind === 'assign') return { text: `\`${d.name}\` is assigned here`, place: from.place };
  return { text: `\`${d.name}\` is computed here`, place: d.place };
}
const leadsTo = (from: Vertex, to: Decl, graph: CombGraph): boolean =>
  from === to ||
  shortestPath<Vertex>(from, to, (v) => (isDecl(v) && v !== from ? [] : graph.edges(v))).length > 0;

/** The way through a child from the port behind `output` to the port that `input` drives. */
function insideText(instance: Instance, output: Decl, input: Decl, graphs: CombGraphs): string {
  const portOf = (wire: Decl): Decl => instance.connections.find((c) => c.wire === wire)!.port.decl;
  const inside = graphs.of(instance.module);
  const path = shortestPath<Vertex>(portOf(output), portOf(input), inside.edges).filter(isDecl);
  return `inside ${instance.module.name}: ${path.map((d) => `\`${d.name}\``).join(' <- ')}`;
}

/** ARM AXI4-Stream: a source must not wait for ready before it asserts valid. */
function checkStreams(module: Module, graph: CombGraph, report: Report): void {
  checkSentStreams(module, graph, report);
  const readyOf = new Map<PortGroup, LeafPort>();
  for (const p of module.ports) if (p.part === 'ready') readyOf.set(p.group, p);
  for (const port of module.ports) {
    const ready = readyOf.get(port.group);
    if (!ready || port === ready || port.direction !== 'out') continue;
    if (!graph.inputsOf(port.decl).has(ready.decl)) continue;
    const path = shortestPath<Vertex>(port.decl, ready.decl, graph.edges).filter(isDecl);
    report({
      code: 'E14',
      message: `\`${port.decl.name}\` depends on \`${ready.decl.name}\` of the same stream`,
      place: port.decl.place,
      notes: [{ text: `the way: ${path.map((d) => `\`${d.name}\``).join(' <- ')}` }],
      help: 'valid and payload must not wait for ready: derive them from state only',
    });
  }
}

/** The same of the streams that a module sends to its instances. Of a stream inside, both ends are the module's own. */
function checkSentStreams(module: Module, graph: CombGraph, report: Report): void {
  for (const item of module.items) {
    if (item.kind !== 'instance') continue;
    const readyOf = new Map<PortGroup, Decl>();
    for (const { port, wire } of item.connections)
      if (wire.role === 'childOutput' && port.part === 'ready') readyOf.set(port.group, wire);
    if (readyOf.size === 0) continue;
    for (const { port, wire } of item.connections) {
      const ready = wire.role === 'childInput' ? readyOf.get(port.group) : undefined;
      if (!ready) continue;
      const path = shortestPath<Vertex>(wire, ready, graph.edges).filter(isDecl);
      if (path.length === 0) continue;
      const driver = graph.drivers(wire)[0]?.from;
      report({
        code: 'E14',
        message: `\`${wire.name}\` depends on \`${ready.name}\` of the stream \`${item.name}.${port.group.name}\``,
        place: driver?.kind === 'assign' ? driver.place : item.place,
        notes: [
          { text: `\`${item.name}\` is here`, place: item.place },
          { text: `the way: ${path.map((d) => `\`${d.name}\``).join(' <- ')}` },
        ],
        help: 'valid and payload must not wait for ready: derive them from state only',
      });
    }
  }
}
