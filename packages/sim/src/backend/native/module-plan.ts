// One module as expressions: for each signal the expression that drives it, statements turned into choices.
// Invariant: made once per module, whatever the number of its instances; the last assignment that applies wins, and a
// register without one keeps its value. It follows the meaning given in hdl-core's ir/evaluate.ts.

import type { Check, Decl, Expr, Instance, LeafPort, Memory, Module, Stmt } from '@gatewright/hdl-core';
import { bit, choice, HIGH, isLabel, LOW, ref, zero } from './plan-expression.ts';

/** A vertex of a plan: what a signal holds, or an expression. Vertices of signals come first, in declaration order. */
export interface ModulePlan {
  readonly module: Module;
  readonly signals: readonly PlannedSignal[];
  /** Expressions; the vertex of `expressions[i]` is `signals.length + i`. */
  readonly expressions: readonly Expr[];
  /** Vertices of an expression's arguments; of a `ref`, that of its signal. */
  readonly operands: readonly (readonly number[])[];
  readonly instances: readonly PlannedInstance[];
  readonly registers: readonly PlannedRegister[];
  readonly checks: readonly PlannedCheck[];
  readonly memories: readonly PlannedMemory[];
  readonly indexOf: ReadonlyMap<Decl, number>;
}

export interface PlannedSignal {
  readonly decl: Decl;
  /** Where its value comes from: an expression's vertex, the parent, a child's output, or state. */
  readonly source:
    | { readonly from: 'expression'; readonly vertex: number }
    | { readonly from: 'parent'; readonly port: LeafPort }
    | { readonly from: 'child'; readonly instance: number; readonly signal: number }
    | { readonly from: 'register'; readonly register: number }
    | { readonly from: 'memory'; readonly memory: number; readonly read: number };
}

export interface PlannedRegister {
  readonly signal: number;
  readonly decl: Decl;
  /** Vertex of its next value; undefined when nothing assigns it. */
  readonly next: number | undefined;
}

/** A memory, with the vertices that its ports read. */
export interface PlannedMemory {
  readonly memory: Memory;
  readonly writes: readonly {
    readonly enable: number;
    readonly address: number;
    readonly data: number;
    readonly mask?: number | undefined;
  }[];
  /** `enable` and `address` of a synchronous read; an asynchronous one has the address alone. */
  readonly reads: readonly { readonly enable?: number | undefined; readonly address: number }[];
}

export interface PlannedCheck {
  readonly check: Check;
  /** Vertex of one bit: a failure, or a cover point that is met; the branches around the check are part of it. */
  readonly event: number;
  /** Vertices of the expressions in the message, in order. */
  readonly shown: readonly number[];
}

export interface PlannedInstance {
  readonly item: Instance;
  readonly plan: ModulePlan;
  /** For each signal of the child that is an input: the signal of this module connected to it. */
  readonly inputs: ReadonlyMap<number, number>;
}

/** Plans a module and everything below it; `known` holds the plans made so far. */
export function planModule(module: Module, known: Map<Module, ModulePlan> = new Map()): ModulePlan {
  const made = known.get(module);
  if (made) return made;
  const plan = new Planner(module, known).plan();
  known.set(module, plan);
  return plan;
}

/** What the statements assign so far; a branch sees the outer values through `outer`. */
class Assigned {
  readonly own = new Map<Decl, Expr>();
  readonly #outer: Assigned | undefined;

  constructor(outer?: Assigned) {
    this.#outer = outer;
  }

  get(decl: Decl): Expr | undefined {
    return this.own.get(decl) ?? this.#outer?.get(decl);
  }
}

/** The bit of a check under the condition of a branch. */
type Guard = (event: Expr) => Expr;

class Planner {
  readonly #module: Module;
  readonly #known: Map<Module, ModulePlan>;
  readonly #index = new Map<Decl, number>();
  readonly #expressions: Expr[] = [];
  readonly #operands: number[][] = [];
  readonly #vertices = new Map<Expr, number>();
  readonly #checks: PlannedCheck[] = [];
  readonly #memories: PlannedMemory[] = [];
  readonly #readPorts = new Map<Decl, { readonly memory: number; readonly read: number }>();

  constructor(module: Module, known: Map<Module, ModulePlan>) {
    this.#module = module;
    this.#known = known;
    module.decls.forEach((d, i) => this.#index.set(d, i));
  }

  plan(): ModulePlan {
    const { decls, items, ports } = this.#module;
    const assigned = new Assigned();
    const nodes = new Map<Decl, Expr>();
    const instances: PlannedInstance[] = [];
    const childOutputs = new Map<Decl, { readonly instance: number; readonly signal: number }>();
    for (const item of items) {
      if (item.kind === 'node') nodes.set(item.decl, item.value);
      else if (item.kind === 'instance') this.#instance(item, instances, childOutputs);
      else if (item.kind === 'memory') this.#memory(item);
      else this.#statement(item, assigned, []);
    }
    const portOf = new Map(ports.map((p) => [p.decl, p]));
    const registers: PlannedRegister[] = [];
    const signals = decls.map((decl, signal): PlannedSignal => {
      const vertex = (e: Expr | undefined): number | undefined => e && this.#vertex(e);
      switch (decl.role) {
        case 'input':
          return { decl, source: { from: 'parent', port: portOf.get(decl)! } };
        case 'reg':
          registers.push({ signal, decl, next: vertex(assigned.get(decl)) });
          return { decl, source: { from: 'register', register: registers.length - 1 } };
        case 'memoryRead':
          return { decl, source: { from: 'memory', ...this.#readPorts.get(decl)! } };
        case 'childOutput':
          return { decl, source: { from: 'child', ...childOutputs.get(decl)! } };
        case 'node':
          return { decl, source: { from: 'expression', vertex: vertex(nodes.get(decl))! } };
        case 'wire':
        case 'output':
        case 'childInput':
          // Checked designs drive every wire; one that nothing drives is nobody's business and reads 0.
          return { decl, source: { from: 'expression', vertex: vertex(assigned.get(decl) ?? zero(decl))! } };
      }
    });
    return {
      module: this.#module,
      signals,
      expressions: this.#expressions,
      operands: this.#operands,
      instances,
      registers,
      checks: this.#checks,
      memories: this.#memories,
      indexOf: this.#index,
    };
  }

  #instance(
    item: Instance,
    instances: PlannedInstance[],
    childOutputs: Map<Decl, { readonly instance: number; readonly signal: number }>,
  ): void {
    const plan = planModule(item.module, this.#known);
    const signalOf = new Map(plan.signals.map((s, i) => [s.decl, i]));
    const inputs = new Map<number, number>();
    for (const { port, wire } of item.connections) {
      const signal = signalOf.get(port.decl)!;
      if (port.direction === 'in') inputs.set(signal, this.#index.get(wire)!);
      else childOutputs.set(wire, { instance: instances.length, signal });
    }
    instances.push({ item, plan, inputs });
  }

  #memory(memory: Memory): void {
    const { writes, reads } = memory;
    reads.forEach(({ data }, read) => this.#readPorts.set(data, { memory: this.#memories.length, read }));
    this.#memories.push({
      memory,
      writes: writes.map(({ enable, address, data, mask }) => ({
        enable: this.#vertex(enable),
        address: this.#vertex(address),
        data: this.#vertex(data),
        mask: mask && this.#vertex(mask),
      })),
      reads: reads.map(({ kind, enable, address }) => ({
        enable: kind === 'sync' ? this.#vertex(enable) : undefined,
        address: this.#vertex(address),
      })),
    });
  }

  #statement(s: Stmt, assigned: Assigned, guards: readonly Guard[]): void {
    switch (s.kind) {
      case 'assign':
        assigned.own.set(s.target, s.value);
        return;
      case 'check':
        this.#check(s, guards);
        return;
      case 'if': {
        const yes = this.#body(s.then, assigned, [...guards, (e) => bit(s.condition, e, LOW)]);
        const no = this.#body(s.else, assigned, [...guards, (e) => bit(s.condition, LOW, e)]);
        this.#choose(assigned, s.condition, yes, no);
        return;
      }
      case 'switch': {
        // In a match without a default, a value that is no label takes the last arm.
        const arms = (s.otherwise ? s.arms : s.arms.slice(0, -1)).map(({ value, body }) => ({
          condition: isLabel(s.subject, value),
          body,
        }));
        const none: Guard = (e) => arms.reduce((rest, { condition }) => bit(condition, LOW, rest), e);
        let rest = this.#body(s.otherwise ?? s.arms.at(-1)?.body ?? [], assigned, [...guards, none]);
        for (const { condition, body } of arms.toReversed()) {
          const merged = new Assigned(assigned);
          const arm = this.#body(body, assigned, [...guards, (e) => bit(condition, e, LOW)]);
          this.#choose(merged, condition, arm, rest);
          rest = merged;
        }
        for (const [target, value] of rest.own) assigned.own.set(target, value);
      }
    }
  }

  #check(check: Check, guards: readonly Guard[]): void {
    const said = check.check === 'cover' ? bit(check.condition, HIGH, LOW) : bit(check.condition, LOW, HIGH);
    const event = this.#vertex(guards.reduceRight((e, guard) => guard(e), said));
    const shown = check.message.flatMap((part) => (typeof part === 'string' ? [] : [this.#vertex(part)]));
    this.#checks.push({ check, event, shown });
  }

  #body(statements: readonly Stmt[], outer: Assigned, guards: readonly Guard[]): Assigned {
    const body = new Assigned(outer);
    for (const s of statements) this.#statement(s, body, guards);
    return body;
  }

  /** Both branches into `into`: a target that only one of them assigns keeps what it had in the other. */
  #choose(into: Assigned, condition: Expr, yes: Assigned, no: Assigned): void {
    const merge = (target: Decl): void => {
      const held = target.role === 'reg' ? ref(target) : undefined;
      const a = yes.get(target) ?? held;
      const b = no.get(target) ?? held;
      const value =
        a === undefined || b === undefined || a === b ? (a ?? b) : choice(target, condition, a, b);
      if (value) into.own.set(target, value);
    };
    for (const target of yes.own.keys()) merge(target);
    for (const target of no.own.keys()) if (!yes.own.has(target)) merge(target);
  }

  /** The vertex of an expression, and those of everything it reads. Deep expressions must not exhaust the stack. */
  #vertex(root: Expr): number {
    const stack = [root];
    while (stack.length > 0) {
      const e = stack.at(-1)!;
      if (this.#vertices.has(e)) {
        stack.pop();
        continue;
      }
      const open = e.args.filter((a) => !this.#vertices.has(a));
      if (open.length > 0) {
        stack.push(...open);
        continue;
      }
      stack.pop();
      this.#vertices.set(e, this.#module.decls.length + this.#expressions.length);
      this.#expressions.push(e);
      const operands = e.args.map((a) => this.#vertices.get(a)!);
      this.#operands.push(e.kind === 'ref' ? [this.#index.get(e.decl)!] : operands);
    }
    return this.#vertices.get(root)!;
  }
}
