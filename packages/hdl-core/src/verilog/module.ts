// One module as text: header, ports, then its items in the order of the source. An always block stands at its last
// statement, an instance behind what drives its inputs, a declaration before the first line that names it.
// Invariant: every user name survives; anything the text adds is declared before the line that reads it.

import { canonicalJson } from '../canonical-json.ts';
import { controlPorts, type Domain } from '../ir/domain.ts';
import type { Expr } from '../ir/expr.ts';
import { type Memory, memoryRoots } from '../ir/memory.ts';
import type { Assign, Attributes, Decl, Instance, Module } from '../ir/module.ts';
import type { CountKind } from '../ir/select.ts';
import type { CombGraph } from '../pass/comb-graph.ts';
import { Expressions, eachExpr, rootsOf, statementsOf } from '../pass/walk.ts';
import type { SourcePlace } from '../source-place.ts';
import { VERSION } from '../version.ts';
import { attributesText } from './attributes.ts';
import { Declarations } from './declarations.ts';
import type { Dialect } from './dialect.ts';
import { EnumTable } from './enums.ts';
import { ExpressionPrinter } from './expression.ts';
import { functionBase, functionLines } from './functions.ts';
import { headerLines, vectorText } from './header.ts';
import { BLANK, commentLines, type Laid, type Line, layout, line } from './layout.ts';
import { type BypassNames, hasBypass, MemoryPrinter } from './memory.ts';
import { BitUse, NameTable } from './names.ts';
import { instanceLines } from './parameters.ts';
import { type Connections, directConnections, isCase, longChain, spilledExpressions } from './plan.ts';
import { assignOf, type Process, processesOf } from './processes.ts';
import { StatementPrinter } from './statement.ts';
import { BREAK } from './text.ts';

/** JSON that a comment can wrap. */
const spaced = (json: string): string => json.replace(/,"/g, ', "').replace(/":/g, '": ');

/** A module as text, and what of it has no name in the IR. */
export interface PrintedModule extends Laid {
  /** By the name of the read port's data. */
  readonly bypasses: ReadonlyMap<string, BypassNames>;
}

export function printModule(
  module: Module,
  paths: CombGraph,
  dialect: Dialect,
  locations: boolean,
): PrintedModule {
  return new ModulePrinter(module, paths, dialect, locations).print();
}

class ModulePrinter {
  readonly #module: Module;
  readonly #names: NameTable;
  readonly #bits = new BitUse();
  readonly #spilled: Set<Expr>;
  readonly #wires = new Map<Expr, string>();
  readonly #expressions: ExpressionPrinter;
  readonly #statements: StatementPrinter;
  readonly #connections: Connections;
  /** Assignments that a direct connection makes unnecessary. */
  readonly #connected: ReadonlySet<Assign>;
  readonly #processes: readonly Process[];
  /** Signals that an always block assigns, which Verilog declares as `reg`. */
  readonly #variables: ReadonlySet<Decl>;
  readonly #declarations: Declarations;
  readonly #body: Line[] = [];
  readonly #temporaries: { readonly name: string; readonly width: number }[] = [];
  readonly #enums: EnumTable;
  readonly #functions = new Map<
    string,
    { readonly name: string; readonly kind: CountKind; readonly width: number }
  >();
  readonly #dialect: Dialect;
  readonly #locations: boolean;
  #consumer = '';
  /** True while the wires below an expression are being declared. */
  #isDeclaring = false;
  #lastPlace = '';
  readonly #bypasses = new Map<string, BypassNames>();

  constructor(module: Module, paths: CombGraph, dialect: Dialect, locations: boolean) {
    this.#module = module;
    this.#dialect = dialect;
    this.#locations = locations;
    this.#names = new NameTable(module);
    this.#enums = new EnumTable(module, this.#names, dialect);
    const expressions = new Expressions(rootsOf(module));
    this.#processes = processesOf(module, paths, expressions);
    const values = this.#processes.flatMap((p) => (p.kind === 'assign' ? [assignOf(p).value] : []));
    const nodes = module.items.flatMap((i) => (i.kind === 'node' ? [i.value] : []));
    this.#spilled = spilledExpressions(expressions, new Set([...values, ...nodes]));
    this.#connections = directConnections(
      module,
      expressions,
      (e) => e.kind === 'ref' || e.kind === 'const' || this.#spilled.has(e),
    );
    this.#connected = new Set([...this.#connections.inputs.values(), ...this.#connections.outputs.values()]);
    for (const [wire, a] of this.#connections.outputs) this.#names.alias(wire, a.target);
    const { inputs, outputs } = this.#connections;
    this.#variables = new Set([
      ...this.#processes.flatMap((p) => (this.#isAssign(p) ? [] : [...p.targets])),
      ...registeredReads(module),
    ]);
    this.#declarations = new Declarations(
      module,
      (d) => {
        const enumType = this.#enums.typeName(d);
        const word = enumType ?? (this.#variables.has(d) ? dialect.variable : dialect.net);
        return { word, isVector: enumType === undefined };
      },
      (d) => !inputs.has(d) && !outputs.has(d),
    );
    this.#expressions = new ExpressionPrinter({
      wireFor: (e) => this.#wireFor(e),
      isSpilled: (e) => this.#spilled.has(e),
      use: (name, high, low) => this.#bits.use(name, high, low),
      labelName: (label) => this.#enums.labelName(label),
      functionName: (kind, width) => this.#functionName(kind, width),
      nameOf: (decl) => this.#nameOf(decl),
    });
    this.#statements = new StatementPrinter({
      dialect,
      expressions: this.#expressions,
      labelName: (label) => this.#enums.labelName(label),
      comment: (place) => this.#comment(place),
      clockName: (domain) => this.#clockName(domain),
      resetName: (domain) => this.#resetName(domain),
    });
  }

  print(): PrintedModule {
    this.#printItems();
    this.#printChecks();
    this.#printUnused();
    const m = this.#module;
    const { opening, closing } = this.#dialect;
    const body = this.#declarations.sorted(this.#body);
    const lines: Line[] = [
      ...commentLines(0, m.doc ? `${m.name}: ${m.doc}` : m.name),
      ...commentLines(
        0,
        `Generated by gatewright ${VERSION} from ${m.definition} ${spaced(canonicalJson(m.params))}. Do not edit.`,
      ),
      ...opening.map((l) => line(0, l)),
      BLANK,
      ...this.#attributes(m.attributes, 0),
      ...headerLines(m, this.#dialect, (d) => this.#variables.has(d)),
      BLANK,
      ...this.#enums.lines(),
      BLANK,
      ...[...this.#functions.values()].flatMap((f) => functionLines(f.name, f.kind, f.width)),
      ...body,
      BLANK,
      line(0, 'endmodule'),
      ...closing.flatMap((l) => [BLANK, line(0, l)]),
    ];
    return { ...layout(lines), bypasses: this.#bypasses };
  }

  /** Appends lines, of which there may be more than a call has arguments. */
  #put(...parts: readonly (Line | readonly Line[])[]): void {
    for (const part of parts) {
      if ('cells' in part) this.#body.push(part);
      else for (const l of part) this.#body.push(l);
    }
  }

  /** True for a process that prints as an `assign`; the value of another may be a case. */
  #isAssign(p: Process): boolean {
    return p.kind === 'assign' && !(isCase(assignOf(p).value) && !this.#spilled.has(assignOf(p).value));
  }

  #functionName(kind: CountKind, width: number): string {
    const base = functionBase(kind, width);
    const known = this.#functions.get(base);
    if (known) return known.name;
    const name = this.#names.claim(base);
    this.#functions.set(base, { name, kind, width });
    return name;
  }

  /** Everything where the user wrote it; what must wait for something stands at the item that it waits for. */
  #printItems(): void {
    const at = new Map<number, (() => void)[]>();
    const put = (index: number, print: () => void): void => {
      const list = at.get(index);
      if (list) list.push(print);
      else at.set(index, [print]);
    };
    const drivenAt = new Map<Decl, number>();
    for (const p of this.#processes) {
      for (const t of p.targets) drivenAt.set(t, p.at);
      put(p.at, () => this.#printProcess(p));
    }
    this.#module.items.forEach((item, index) => {
      if (item.kind !== 'instance') return;
      const last = item.connections.reduce((max, c) => Math.max(max, drivenAt.get(c.wire) ?? 0), index);
      put(last, () => this.#printInstance(item));
    });
    const latest = new Map<Decl, number>(drivenAt);
    this.#module.items.forEach((item, index) => {
      if (item.kind === 'node') latest.set(item.decl, index);
    });
    this.#module.items.forEach((item, index) => {
      if (item.kind !== 'memory') return;
      let last = index;
      eachExpr(memoryRoots(item), (e) => {
        if (e.kind === 'ref' && e.decl.role !== 'reg') last = Math.max(last, latest.get(e.decl) ?? 0);
      });
      put(last, () => this.#printMemory(item));
    });
    this.#module.items.forEach((item, index) => {
      if (item.kind === 'node') {
        this.#consumer = item.decl.name;
        this.#declareWire(item.decl.name, item.value, item.decl.width, item.decl.signed, item.place);
      }
      for (const print of at.get(index) ?? []) print();
    });
  }

  /** The name that `d` is printed under, declared by now. */
  #nameOf(d: Decl): string {
    const named = this.#names.resolve(d);
    for (const l of this.#declarations.linesFor(named)) this.#body.push(l);
    return named.name;
  }

  #printMemory(memory: Memory): void {
    const printer = new MemoryPrinter(memory, {
      expressions: this.#expressions,
      comment: (place) => this.#comment(place),
      always: (domain, block) => this.#statements.always(domain, false, block),
      dialect: this.#dialect,
      claim: (name) => this.#names.claim(name),
      takeUndeclared: (d) => this.#declarations.takeUndeclared(d),
      put: (...lines) => this.#put(lines),
      consumer: (name) => {
        this.#consumer = name;
      },
    });
    for (const [{ data }, names] of printer.print()) this.#bypasses.set(data.name, names);
  }

  #clockName({ clock, driven }: Domain): string {
    return driven?.clock ? this.#controlName(driven.clock) : clock;
  }
  #resetName({ reset, driven }: Domain): string {
    return driven?.reset ? this.#controlName(driven.reset) : reset!.name;
  }
  #controlName(d: Decl): string {
    const name = this.#nameOf(d);
    this.#bits.use(name, 0, 0);
    return name;
  }

  #printProcess(p: Process): void {
    const [first] = p.targets;
    this.#consumer = first!.name;
    if (p.kind === 'assign') {
      const a = assignOf(p);
      if (this.#connected.has(a)) return;
      if (!this.#isAssign(p)) {
        this.#put(BLANK, this.#statements.choice(this.#nameOf(a.target), a.target.width, a.value), BLANK);
        return;
      }
      const text = this.#statements.value(a);
      const comment = a.value.args.length ? this.#comment(a.place) : undefined;
      const d = a.target;
      const isTyped = this.#enums.typeName(d) !== undefined;
      if (!isTyped && this.#declarations.takeUndeclared(d))
        this.#wire(d.name, text, d.width, d.signed, comment, a.place);
      else {
        const cells = ['assign', this.#nameOf(d), `= ${text};`];
        this.#body.push({ indent: 1, run: 'assign', cells, comment, place: a.place });
      }
      return;
    }
    for (const t of p.targets) this.#nameOf(t);
    const block = p.kind === 'comb' ? this.#statements.combinational(p) : this.#statements.clocked(p);
    const initial = p.kind === 'comb' ? [] : this.#statements.initial(p.targets);
    this.#put(BLANK, initial, BLANK, block, BLANK);
  }

  #printInstance(instance: Instance): void {
    const pins: [string, string][] = [];
    for (const { kind, name, domain } of controlPorts(instance.module)) {
      const { parent } = instance.domains.find((d) => d.child === domain)!;
      pins.push([name, kind === 'clock' ? this.#clockName(parent) : this.#resetName(parent)]);
    }
    for (const { port, wire } of instance.connections) {
      const direct = this.#connections.inputs.get(wire);
      this.#consumer = wire.name;
      if (direct) pins.push([port.decl.name, this.#expressions.operand(direct.value)]);
      else {
        const name = this.#nameOf(wire);
        if (wire.role === 'childInput') this.#bits.use(name, wire.width - 1, 0);
        pins.push([port.decl.name, name]);
      }
    }
    const width = Math.max(0, ...pins.map(([p]) => p.length));
    this.#body.push(
      BLANK,
      ...this.#attributes(instance.attributes, 1),
      ...instanceLines(instance, this.#comment(instance.place)),
    );
    pins.forEach(([port, net], i) => {
      const end = i < pins.length - 1 ? ',' : '';
      this.#body.push(line(2, `.${port.padEnd(width)} (${net})${end}`, undefined, instance.place));
    });
    this.#body.push(line(1, ');'), BLANK);
  }

  #attributes(attributes: Attributes | undefined, indent: number): Line[] {
    const text = attributesText(attributes);
    return text ? [line(indent, text)] : [];
  }

  /** Last in the module, as its wires are declared between the guards: synthesis sees neither. */
  #printChecks(): void {
    this.#consumer = 'check';
    const start = this.#body.length;
    const lines = this.#statements.checks(statementsOf(this.#module));
    if (lines.length === 0) return;
    const wires = this.#body.splice(start);
    this.#put(
      BLANK,
      line(0, '`ifndef SYNTHESIS'),
      commentLines(1, 'Checks: simulators look at them at each clock edge outside reset.'),
      wires,
      lines,
      line(0, '`endif'),
      BLANK,
    );
  }

  /** Bits that nothing reads go to one named sink, so that lint stays clean without a waiver. */
  #printUnused(): void {
    const reading = this.#module.decls.filter(
      (d) => d.role !== 'output' && !this.#connections.inputs.has(d) && !this.#connections.outputs.has(d),
    );
    const unread = [
      ...reading.flatMap((d) => this.#bits.unread(d.name, d.width)),
      ...this.#temporaries.flatMap((t) => this.#bits.unread(t.name, t.width)),
    ];
    if (unread.length === 0) return;
    this.#body.push(BLANK, line(1, `wire _unused = &{1'b0,${BREAK} ${unread.join(`,${BREAK} `)}};`));
  }

  #wireFor(e: Expr): string {
    const known = this.#wires.get(e);
    if (known) return known;
    if (!this.#isDeclaring) {
      this.#isDeclaring = true;
      const getsWire = (x: Expr): boolean => this.#spilled.has(x);
      const hasWire = (x: Expr): boolean => this.#wires.has(x);
      for (const below of longChain(e, getsWire, hasWire)) this.#declareTemporary(below);
      this.#isDeclaring = false;
    }
    return this.#wires.get(e) ?? this.#declareTemporary(e);
  }
  #declareTemporary(e: Expr): string {
    const name = this.#names.forExpression(e, this.#consumer);
    this.#wires.set(e, name);
    this.#spilled.delete(e);
    this.#declareWire(name, e, e.width, e.signed, undefined);
    this.#spilled.add(e);
    this.#temporaries.push({ name, width: e.width });
    return name;
  }

  #declareWire(
    name: string,
    value: Expr,
    width: number,
    signed: boolean,
    place: SourcePlace | undefined,
  ): void {
    if (isCase(value) && !this.#spilled.has(value)) {
      const block = this.#statements.choice(name, width, value);
      const cells = [this.#dialect.variable, vectorText(signed, width), `${name};`];
      this.#body.push({ indent: 1, run: 'choice', cells, place }, BLANK, ...block, BLANK);
      return;
    }
    const text = this.#expressions.root(value, width);
    this.#wire(name, text, width, signed, place && this.#comment(place), place);
  }
  #wire(
    name: string,
    text: string,
    width: number,
    signed: boolean,
    comment: string | undefined,
    place: SourcePlace | undefined,
  ): void {
    const cells = ['wire', vectorText(signed, width), name, `= ${text};`];
    this.#body.push({ indent: 1, run: 'wire', cells, comment, place });
  }

  /** The place of a statement, once for a run of lines from the same place. */
  #comment(place: SourcePlace): string | undefined {
    if (!this.#locations) return undefined;
    const text = place.shortIn(this.#module.definedAt);
    if (text === '' || text === this.#lastPlace) return undefined;
    this.#lastPlace = text;
    return text;
  }
}

/** Data of synchronous memory reads that a block registers under its own name. */
const registeredReads = (module: Module): Decl[] =>
  module.items.flatMap((item) =>
    item.kind === 'memory'
      ? item.reads.filter((r) => r.kind === 'sync' && !hasBypass(item, r)).map((r) => r.data)
      : [],
  );
