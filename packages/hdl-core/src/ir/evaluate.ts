// The meaning of the IR in code: what every port of a design holds, cycle by cycle. Slow and obviously right.
// Invariant: written from the definitions in expr.ts and module.ts, never from the printer, so that the two can be
// compared. Expressions are mathematical integers; statements apply in order and the last assignment wins; a wire is
// read with its final value; a register holds. It has no unknowns: a register that was never given a value throws.

import { checkText, onlyChecks } from './checks.ts';
import type { Domain } from './domain.ts';
import { MemoryState, type PoisonCount } from './evaluate-memory.ts';
import type { CheckEvent, EvaluatorOptions } from './evaluator.ts';
import { type Expr, fits, wrapValue } from './expr.ts';
import type { MemoryRead } from './memory.ts';
import { type Decl, type Instance, isStatement, type Module, type Stmt, type Switch } from './module.ts';
import { countOf } from './select.ts';

/** What the outside says of the domains of a module: the clock port of the top, and whether the reset is active. */
export interface Controls {
  readonly clockOf: (domain: Domain) => string;
  readonly isReset: (domain: Domain) => boolean;
}

/** One instance of a module: its registers and memories, and its signals while the inputs stay as they are. */
export class Scope {
  readonly #module: Module;
  readonly #input: (port: Decl) => bigint;
  readonly #controls: Controls;
  readonly #registers = new Map<Decl, bigint>();
  readonly #memories: MemoryState[] = [];
  readonly #readPorts = new Map<Decl, { readonly state: MemoryState; readonly port: MemoryRead }>();
  /** Registers that an asynchronous reset acts on. */
  readonly #asynchronous: readonly Decl[];
  readonly #children = new Map<Instance, Scope>();
  /** What drives a declaration besides statements: a named expression, or the port of a child. */
  readonly #nodes = new Map<Decl, Expr>();
  readonly #childPorts = new Map<Decl, { readonly child: Scope; readonly port: Decl }>();
  readonly #statements: readonly Stmt[];
  readonly #checks: readonly Stmt[];
  readonly #signals = new Map<Decl, bigint>();
  readonly #values = new Map<Expr, bigint>();
  readonly #underWay = new Set<Decl>();

  constructor(
    module: Module,
    input: (port: Decl) => bigint,
    controls: Controls,
    poisoned: PoisonCount,
    options: EvaluatorOptions,
  ) {
    if (module.extern)
      throw new Error(`${module.name} is written in Verilog: the evaluator cannot run it, a simulator can`);
    this.#module = module;
    this.#input = input;
    this.#controls = controls;
    this.#statements = module.items.filter(isStatement);
    const { initial, initialWord } = options;
    this.#checks = onlyChecks(this.#statements);
    for (const item of module.items) {
      if (item.kind === 'node') this.#nodes.set(item.decl, item.value);
      else if (item.kind === 'memory') {
        const state = new MemoryState(item, poisoned, initialWord && ((i) => initialWord(item, i, module)));
        this.#memories.push(state);
        for (const port of item.reads) {
          this.#readPorts.set(port.data, { state, port });
          if (port.kind === 'sync' && initial) state.preset(port.data, initial(port.data, module));
        }
      } else if (item.kind === 'instance') {
        const wireOf = new Map(item.connections.map((c) => [c.port.decl, c.wire]));
        const child = new Scope(
          item.module,
          (port) => this.read(wireOf.get(port)!),
          this.#below(item),
          poisoned,
          options,
        );
        this.#children.set(item, child);
        for (const { port, wire } of item.connections)
          if (wire.role === 'childOutput') this.#childPorts.set(wire, { child, port: port.decl });
      }
    }
    const registers = module.decls.filter((d) => d.role === 'reg');
    for (const d of registers) {
      const value = d.init ?? initial?.(d, module);
      if (value !== undefined) this.#registers.set(d, value);
    }
    this.#asynchronous = registers.filter((d) => d.reset !== undefined && d.domain!.reset?.kind === 'async');
  }

  /** A child's domains are those of this module that the instance connects them to. */
  #below(item: Instance): Controls {
    const parentOf = (of: (child: Domain) => boolean): Domain =>
      item.domains.find((d) => of(d.child))!.parent;
    return {
      clockOf: ({ clock }) => this.#clockOf(parentOf((c) => !c.driven?.clock && c.clock === clock)),
      isReset: (domain) => this.#isReset(parentOf((c) => c === domain)),
    };
  }

  #clockOf(domain: Domain): string {
    if (domain.driven?.clock)
      throw new Error(
        `the clock \`${domain.clock}\` of ${this.#module.name} is made inside the design: the evaluator cannot run it`,
      );
    return this.#controls.clockOf(domain);
  }

  #isReset(domain: Domain): boolean {
    const { reset, driven } = domain;
    if (!reset) return false;
    if (driven?.reset) return this.read(driven.reset) === (reset.active === 'high' ? 1n : 0n);
    return this.#controls.isReset(domain);
  }

  /** The final value of a signal. */
  read(decl: Decl): bigint {
    const known = this.#signals.get(decl);
    if (known !== undefined) return known;
    if (this.#underWay.has(decl)) throw new Error(`\`${decl.name}\` is computed from itself`);
    this.#underWay.add(decl);
    const value = this.#compute(decl);
    this.#underWay.delete(decl);
    if (!fits(value, value, decl.width, decl.signed))
      throw new RangeError(`${value} does not fit \`${decl.name}\` of ${this.#module.name}`);
    this.#signals.set(decl, value);
    return value;
  }

  #compute(decl: Decl): bigint {
    switch (decl.role) {
      case 'input':
        return this.#input(decl);
      case 'reg': {
        const value = this.#registers.get(decl);
        if (value === undefined)
          throw new Error(`the register \`${decl.name}\` is read before it has a value`);
        return value;
      }
      case 'memoryRead': {
        const { state, port } = this.#readPorts.get(decl)!;
        return state.read(port, (e) => this.value(e));
      }
      case 'node':
        return this.value(this.#nodes.get(decl)!);
      case 'childOutput': {
        const { child, port } = this.#childPorts.get(decl)!;
        return child.read(port);
      }
      case 'wire':
      case 'output':
      case 'childInput': {
        const value = this.#assigned(this.#statements, decl);
        if (value === undefined) throw new Error(`\`${decl.name}\` has no value in this case`);
        return this.value(value);
      }
    }
  }

  /** The last assignment to `target` that applies, if any. */
  #assigned(statements: readonly Stmt[], target: Decl): Expr | undefined {
    let last: Expr | undefined;
    for (const s of statements) {
      switch (s.kind) {
        case 'assign':
          if (s.target === target) last = s.value;
          break;
        case 'if':
          if (!assigns([s], target)) break;
          last = this.#assigned(this.value(s.condition) ? s.then : s.else, target) ?? last;
          break;
        case 'switch': {
          if (!assigns([s], target)) break;
          last = this.#assigned(this.#arm(s), target) ?? last;
        }
      }
    }
    return last;
  }

  /** The statements that apply. A value that is no label takes the default; in a match without one, the last arm. */
  #arm(s: Switch): readonly Stmt[] {
    const subject = this.value(s.subject);
    return s.arms.find((a) => a.value === subject)?.body ?? s.otherwise ?? s.arms.at(-1)?.body ?? [];
  }

  /** The value of an expression; it must be in the range that the expression states. */
  value(e: Expr): bigint {
    const known = this.#values.get(e);
    if (known !== undefined) return known;
    const value = e.kind === 'ref' ? this.read(e.decl) : e.kind === 'const' ? e.value : this.#operate(e);
    if (value < e.min || value > e.max)
      throw new RangeError(`${e.kind} is ${value}, outside its range ${e.min}..${e.max}`);
    if (!fits(value, value, e.width, e.signed))
      throw new RangeError(`${e.kind} is ${value}, which does not fit its ${e.width} bits`);
    this.#values.set(e, value);
    return value;
  }

  #operate(e: Exclude<Expr, { readonly kind: 'ref' | 'const' }>): bigint {
    if (e.kind === 'mux') return this.value(this.value(e.args[0]!) ? e.args[1]! : e.args[2]!);
    if (e.kind === 'index') {
      const at = this.value(e.args[0]!);
      const last = BigInt(e.args.length - 2);
      return this.value(e.args[1 + Number(at < last ? at : last)]!);
    }
    if (e.kind === 'concat')
      return e.args.reduce(
        (all, p) => (all << BigInt(p.width)) | wrapValue(this.value(p), p.width, false),
        0n,
      );
    const first = e.args[0]!;
    const a = this.value(first);
    const b = e.args[1] ? this.value(e.args[1]) : 0n;
    const truth = (t: boolean): bigint => (t ? 1n : 0n);
    switch (e.kind) {
      case 'add':
        return a + b;
      case 'sub':
        return a - b;
      case 'mul':
        return a * b;
      case 'neg':
        return -a;
      // BigInt's operators act on two's complement of endless width, as the definitions do.
      case 'and':
        return a & b;
      case 'or':
        return a | b;
      case 'xor':
        return a ^ b;
      case 'not':
        return wrapValue(~a, first.width, first.signed);
      case 'shl':
        return a << BigInt(e.amount);
      case 'shr':
        return a >> BigInt(e.amount);
      case 'shlBy':
        return a << b;
      case 'shrBy':
        return a >> b;
      case 'slice':
        return wrapValue(a >> BigInt(e.low), e.high - e.low + 1, false);
      case 'wrap':
        return wrapValue(a, e.width, e.signed);
      case 'eq':
        return truth(a === b);
      case 'ne':
        return truth(a !== b);
      case 'lt':
        return truth(a < b);
      case 'le':
        return truth(a <= b);
      case 'gt':
        return truth(a > b);
      case 'ge':
        return truth(a >= b);
      case 'popCount':
      case 'leadingZeros':
      case 'trailingZeros':
        return BigInt(countOf(e.kind, a, first.width));
      case 'bitsAt':
        return wrapValue(a >> b, e.width, false);
      case 'reduceAnd':
        return truth(countOf('popCount', a, first.width) === first.width);
      case 'reduceOr':
        return truth(countOf('popCount', a, first.width) > 0);
      case 'reduceXor':
        return truth(countOf('popCount', a, first.width) % 2 === 1);
    }
  }

  /** Tells `hear` of the checks, here and below, that have something to say before an edge of their clock, outside reset. */
  check(path: readonly string[], rises: (clock: string) => boolean, hear: (event: CheckEvent) => void): void {
    const visit = (statements: readonly Stmt[]): void => {
      for (const s of statements) {
        switch (s.kind) {
          case 'assign':
            break;
          case 'check':
            if (!rises(this.#clockOf(s.domain)) || this.#isReset(s.domain)) break;
            if ((this.value(s.condition) !== 0n) === (s.check === 'cover'))
              hear({
                check: s,
                module: this.#module,
                path,
                text: checkText(s, (e) => String(this.value(e))),
              });
            break;
          case 'if':
            visit(this.value(s.condition) ? s.then : s.else);
            break;
          case 'switch':
            visit(this.#arm(s));
        }
      }
    };
    visit(this.#checks);
    for (const [instance, child] of this.#children) child.check([...path, instance.name], rises, hear);
  }

  /** Computes what a clock edge does, here and below; the result does it. Everything reads the values before. */
  edge(rises: (clock: string) => boolean): () => void {
    const next = new Map<Decl, bigint>();
    const ticks = (domain: Domain): boolean => rises(this.#clockOf(domain));
    for (const d of this.#module.decls) {
      if (d.role !== 'reg' || !ticks(d.domain!)) continue;
      if (d.reset !== undefined && this.#isReset(d.domain!)) next.set(d, d.reset);
      else {
        const assigned = this.#assigned(this.#statements, d);
        if (assigned) next.set(d, this.value(assigned));
      }
    }
    const updates = [
      ...this.#memories.map((m) => m.edge(ticks, (e) => this.value(e))),
      ...[...this.#children.values()].map((c) => c.edge(rises)),
    ];
    return () => {
      for (const [d, value] of next) this.#registers.set(d, value);
      for (const update of updates) update();
    };
  }

  /** Gives every register under an active asynchronous reset its value; true when that changed one. */
  applyResets(): boolean {
    let changed = false;
    for (const d of this.#asynchronous) {
      if (this.#registers.get(d) === d.reset || !this.#isReset(d.domain!)) continue;
      this.#registers.set(d, d.reset!);
      changed = true;
    }
    for (const child of this.#children.values()) changed = child.applyResets() || changed;
    return changed;
  }

  /** Inputs or registers have changed: everything is to be computed anew. */
  forget(): void {
    this.#signals.clear();
    this.#values.clear();
    for (const child of this.#children.values()) child.forget();
  }
}

/** True when some statement assigns `target`; a condition that decides nothing for it need not have a value. */
function assigns(statements: readonly Stmt[], target: Decl): boolean {
  return statements.some((s) => {
    switch (s.kind) {
      case 'assign':
        return s.target === target;
      case 'check':
        return false;
      case 'if':
        return assigns(s.then, target) || assigns(s.else, target);
      case 'switch':
        return s.arms.some((a) => assigns(a.body, target)) || assigns(s.otherwise ?? [], target);
    }
  });
}
