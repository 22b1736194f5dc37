// E08: a register or a memory port reads a signal of another clock without a synchroniser; E15: a reset that comes from
// another clock. Through any logic and any instance: a child counts as the clocks behind its outputs and those that read
// its inputs.
// Invariant: a signal marked `crosses` ends the search; the first register of a synchroniser is fed by a register.

import type { Domain } from '../ir/domain.ts';
import type { Expr } from '../ir/expr.ts';
import type { Memory, MemoryRead } from '../ir/memory.ts';
import type { Decl, Instance, Module, Stmt } from '../ir/module.ts';
import type { SourcePlace } from '../source-place.ts';
import { type CombGraph, isDecl, type Vertex } from './comb-graph.ts';
import type { PassContext, Report } from './index.ts';
import { statementsOf } from './walk.ts';

/** Where a value comes from or is read: a register or memory of a clock, here or in a child; or an input of the module. */
interface Party {
  /** Undefined for an input of the module, whose clock its parent knows. */
  readonly clock: string | undefined;
  readonly text: string;
  readonly decl: Decl;
}
type Parties = ReadonlyMap<string, Party>;

/** What a parent must know of the clocks of a module. */
export interface ClockSummary {
  /** The clocks behind each output, by this module's names of them. */
  readonly behind: ReadonlyMap<Decl, readonly Party[]>;
  /** The clocks that read each input. */
  readonly readers: ReadonlyMap<Decl, readonly Party[]>;
}

const clockOf = ({ clock, driven }: Domain): string => (driven?.clock ? driven.clock.name : clock);
const NONE: Parties = new Map();

export function checkCrossings(module: Module, { report, graphs, clocks }: PassContext): void {
  if (!clocks) return;
  clocks.set(module, new Crossings(module, graphs.of(module), clocks, report).summary());
}

/** A module that is written in Verilog: with one clock, everything goes by it; with more, nothing is known. */
export function externSummary(module: Module): ClockSummary {
  const clocks = [...new Set(module.domains.map((u) => clockOf(u.domain)))];
  const parties = (direction: 'in' | 'out'): Map<Decl, Party[]> =>
    new Map(
      clocks.length !== 1
        ? []
        : module.ports
            .filter((p) => p.direction === direction)
            .map(({ decl }) => [decl, [{ clock: clocks[0], text: `\`${decl.name}\``, decl }]]),
    );
  return { behind: parties('out'), readers: parties('in') };
}

class Crossings {
  readonly #module: Module;
  readonly #graph: CombGraph;
  readonly #known: ReadonlyMap<Module, ClockSummary>;
  readonly #report: Report;
  readonly #reads = new Map<Decl, { readonly port: MemoryRead; readonly memory: Memory }>();
  /** The clocks behind each output of an instance, in this module's names. */
  readonly #outputs = new Map<Decl, readonly Party[]>();
  readonly #origins = new Map<Vertex, Parties>();
  readonly #readers = new Map<Decl, Map<string, Party>>();
  readonly #reported = new Set<string>();

  constructor(module: Module, graph: CombGraph, known: ReadonlyMap<Module, ClockSummary>, report: Report) {
    this.#module = module;
    this.#graph = graph;
    this.#known = known;
    this.#report = report;
    for (const item of module.items) {
      if (item.kind === 'memory')
        for (const port of item.reads) this.#reads.set(port.data, { port, memory: item });
      else if (item.kind === 'instance') this.#behindOutputs(item);
    }
  }

  summary(): ClockSummary {
    this.#statements(statementsOf(this.#module), []);
    for (const item of this.#module.items) {
      if (item.kind === 'memory') this.#memory(item);
      else if (item.kind === 'instance') this.#instance(item);
    }
    this.#resets();
    for (const [input, readers] of this.#readers) this.#input(input, readers);
    const behind = new Map<Decl, readonly Party[]>();
    for (const { decl, direction } of this.#module.ports)
      if (direction === 'out')
        behind.set(
          decl,
          [...this.#originsOf(decl).values()].filter((p) => p.clock !== undefined),
        );
    const readers = new Map([...this.#readers].map(([d, parties]) => [d, [...parties.values()]]));
    return { behind, readers };
  }

  /** The names that this module has for a child's clocks. */
  #translated(item: Instance, parties: readonly Party[]): Party[] {
    const names = new Map(item.domains.map(({ child, parent }) => [clockOf(child), clockOf(parent)]));
    return parties.map((p) => {
      const clock = names.get(p.clock!) ?? `${item.name}.${p.clock}`;
      return { clock, text: `${p.text} in \`${item.name}\``, decl: p.decl };
    });
  }

  #behindOutputs(item: Instance): void {
    const { behind } = this.#known.get(item.module)!;
    for (const { port, wire } of item.connections)
      if (port.direction === 'out')
        this.#outputs.set(wire, this.#translated(item, behind.get(port.decl) ?? []));
  }

  /** Where the value of a vertex comes from, combinationally. */
  #originsOf(start: Vertex): Parties {
    const done = this.#origins;
    const onPath = new Set<Vertex>();
    const path: { readonly v: Vertex; readonly edges: readonly Vertex[]; next: number; found: Parties }[] =
      [];
    const enter = (v: Vertex): void => {
      const isEnd = isDecl(v) && v.crosses === true;
      path.push({ v, edges: isEnd ? [] : this.#graph.edges(v), next: 0, found: isEnd ? NONE : this.#own(v) });
      onPath.add(v);
    };
    if (!done.has(start)) enter(start);
    while (path.length) {
      const top = path.at(-1)!;
      const target = top.edges[top.next++];
      if (target === undefined) {
        path.pop();
        onPath.delete(top.v);
        done.set(top.v, top.found);
        const parent = path.at(-1);
        if (parent) parent.found = union(parent.found, top.found);
        continue;
      }
      const known = done.get(target);
      if (known) top.found = union(top.found, known);
      else if (!onPath.has(target)) enter(target);
    }
    return done.get(start)!;
  }

  /** What a vertex adds by itself. */
  #own(v: Vertex): Parties {
    if (!isDecl(v)) return NONE;
    const of = (domain: Domain, text: string): Party => ({ clock: clockOf(domain), text, decl: v });
    switch (v.role) {
      case 'input':
        return new Map([[`input ${v.name}`, { clock: undefined, text: `the input \`${v.name}\``, decl: v }]]);
      case 'reg':
        return asMap([of(v.domain!, `the register \`${v.name}\``)]);
      case 'memoryRead': {
        const { port, memory } = this.#reads.get(v)!;
        if (port.kind === 'sync') return asMap([of(port.domain!, `the memory read \`${v.name}\``)]);
        return asMap(memory.writes.map((w) => of(w.domain, `the memory \`${memory.name}\``)));
      }
      case 'childOutput':
        return asMap(this.#outputs.get(v) ?? []);
      default:
        return NONE;
    }
  }

  #statements(stmts: readonly Stmt[], guards: readonly Expr[]): void {
    for (const s of stmts) {
      switch (s.kind) {
        case 'assign':
          if (s.target.role === 'reg') this.#register(s.target, [s.value, ...guards], s.place);
          break;
        case 'if':
          this.#statements(s.then, [...guards, s.condition]);
          this.#statements(s.else, [...guards, s.condition]);
          break;
        case 'switch':
          for (const arm of s.arms) this.#statements(arm.body, [...guards, s.subject]);
          if (s.otherwise) this.#statements(s.otherwise, [...guards, s.subject]);
          break;
        case 'check':
      }
    }
  }

  #register(target: Decl, reads: readonly Vertex[], place: SourcePlace): void {
    const reader: Party = {
      clock: clockOf(target.domain!),
      text: `the register \`${target.name}\``,
      decl: target,
    };
    if (!target.crosses) this.#read(reader, reads, place);
    else if (target.attributes?.ASYNC_REG) this.#synchroniser(reader, reads, place);
  }

  #memory({ name, writes, reads }: Memory): void {
    const text = `the memory \`${name}\``;
    for (const w of writes) {
      const inputs = [w.enable, w.address, w.data, ...(w.mask ? [w.mask] : [])];
      this.#read(
        { clock: clockOf(w.domain), text, decl: reads[0]?.data ?? this.#module.decls[0]! },
        inputs,
        w.place,
      );
    }
    for (const r of reads)
      if (r.kind === 'sync')
        this.#read({ clock: clockOf(r.domain!), text, decl: r.data }, [r.enable, r.address], r.place);
  }

  #instance(item: Instance): void {
    const { readers } = this.#known.get(item.module)!;
    for (const { port, wire } of item.connections)
      if (port.direction === 'in')
        for (const reader of this.#translated(item, readers.get(port.decl) ?? []))
          this.#read(reader, [wire], item.place);
  }

  /** A reader of one clock, and what it reads: every origin must have that clock. */
  #read(reader: Party, reads: readonly Vertex[], place: SourcePlace): void {
    for (const read of reads) {
      for (const origin of this.#originsOf(read).values()) {
        if (origin.clock === reader.clock) continue;
        if (origin.clock === undefined) this.#noteReader(origin.decl, reader);
        else this.#crossing(reader, origin, place);
      }
    }
  }

  #noteReader(input: Decl, reader: Party): void {
    const readers = this.#readers.get(input) ?? new Map<string, Party>();
    this.#readers.set(input, readers);
    if (!readers.has(reader.clock!)) readers.set(reader.clock!, reader);
  }

  #crossing(reader: Party, origin: Party, place: SourcePlace): void {
    const key = `${reader.clock} ${reader.text} ${origin.clock} ${origin.text}`;
    if (this.#reported.has(key)) return;
    this.#reported.add(key);
    this.#report({
      code: 'E08',
      message: `${reader.text} of the clock \`${reader.clock}\` reads ${origin.text} of the clock \`${origin.clock}\``,
      place,
      notes: [
        { text: `${origin.text} is declared here`, place: origin.decl.place },
        { text: `${reader.text} is declared here`, place: reader.decl.place },
      ],
      help: 'let it cross: cdc.sync for a level, cdc.pulse for an event, cdc.fifo or cdc.handshake for data, cdc.stable for what does not change while it is read',
    });
  }

  /** The first register of a synchroniser: logic before it may glitch, and a glitch may be caught. */
  #synchroniser(reader: Party, reads: readonly Vertex[], place: SourcePlace): void {
    for (const read of reads) {
      const others = [...this.#originsOf(read).values()].filter(
        (o) => o.clock !== undefined && o.clock !== reader.clock,
      );
      const [origin] = others;
      if (!origin || this.#isPlain(read)) continue;
      this.#report({
        code: 'E08',
        message: `${reader.text} begins a synchroniser and is fed by logic of the clock \`${origin.clock}\`, which may glitch`,
        place,
        notes: [{ text: `it reads ${origin.text}, declared here`, place: origin.decl.place }],
        help: 'register it first, in the domain that it comes from',
      });
    }
  }

  /** True when nothing but wires is between a vertex and the register, the input or the instance it comes from. */
  #isPlain(start: Vertex): boolean {
    let v = start;
    for (;;) {
      if (!isDecl(v)) {
        if (v.kind === 'ref') v = v.decl;
        else if (v.kind === 'const') return true;
        else if ((v.kind === 'wrap' || v.kind === 'slice') && v.args[0]) v = v.args[0];
        else return false;
        continue;
      }
      if (v.role === 'reg' || v.role === 'input' || v.role === 'childOutput' || v.crosses) return true;
      const [only, ...more] = this.#graph.edges(v);
      if (!only || more.length) return false;
      v = only;
    }
  }

  /** A reset that the module makes must come from registers of the clock that it resets. */
  #resets(): void {
    for (const { domain } of this.#module.domains) {
      const reset = domain.driven?.reset;
      if (!reset) continue;
      for (const origin of this.#originsOf(reset).values()) {
        if (origin.clock === undefined || origin.clock === clockOf(domain)) continue;
        this.#report({
          code: 'E15',
          message: `the reset \`${reset.name}\` of the domain \`${domain.name}\` comes from another clock: ${origin.text} of \`${origin.clock}\``,
          place: reset.place,
          notes: [{ text: `${origin.text} is declared here`, place: origin.decl.place }],
          help: 'release it by the clock that it resets: cdc.syncReset',
        });
      }
    }
  }

  /** An input that registers of two clocks read cannot belong to both. */
  #input(input: Decl, readers: Map<string, Party>): void {
    const [first, second] = [...readers.values()];
    if (!first || !second) return;
    this.#report({
      code: 'E08',
      message: `the input \`${input.name}\` is read by two clocks: by ${first.text} of \`${first.clock}\`, and by ${second.text} of \`${second.clock}\``,
      place: input.place,
      notes: [
        { text: `${first.text} is declared here`, place: first.decl.place },
        { text: `${second.text} is declared here`, place: second.decl.place },
      ],
      help: 'give each domain its own copy: cdc.sync in at least one of them, or cdc.stable for what does not change',
    });
    // Said once: the parent sees the first reader only.
    for (const clock of [...readers.keys()].slice(1)) readers.delete(clock);
  }
}

const asMap = (parties: readonly Party[]): Parties => new Map(parties.map((p) => [p.clock!, p]));

function union(a: Parties, b: Parties): Parties {
  if (b.size === 0 || a === b) return a;
  if (a.size === 0) return b;
  let missing = false;
  for (const key of b.keys()) missing ||= !a.has(key);
  return missing ? new Map([...b, ...a]) : a;
}
