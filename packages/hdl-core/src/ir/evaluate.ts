// The meaning of the IR in code: what every port of a design holds, cycle by cycle. Slow and obviously right.
// Invariant: written from the definitions in expr.ts and module.ts, never from the printer, so that the two can be
// compared. Expressions are mathematical integers; statements apply in order and the last assignment wins; a wire is
// read with its final value; a register holds. It has no unknowns: a register that was never given a value throws.

import { type CheckPoint, checkText, onlyChecks } from './checks.ts';
import { bitLength, type Expr, fits, wrapValue } from './expr.ts';
import type { Decl, Instance, LeafPort, Module, Stmt, Switch } from './module.ts';

/** Runs a design by its meaning. Ports are named as in the Verilog (`in_a_0`). */
export interface Evaluator {
  /** Gives an input a value, which must fit its type. */
  set(port: string, value: bigint): void;
  /** The value of an input or output with the inputs as they are now. */
  get(port: string): bigint;
  /** One clock edge. */
  step(): void;
  /** One clock edge with the reset active: registers with a reset value take it, the others go on as in `step`. */
  reset(): void;
}

export interface EvaluatorOptions {
  /** The value of a register before the first clock edge; without it, reading one before it is set throws. */
  readonly initial?: (register: Decl, module: Module) => bigint;
  /** Hears of each failed assertion or assumption and each cover point that is met, at the clock edge before it acts. */
  readonly onCheck?: (event: CheckEvent) => void;
}

/** A failed assertion or assumption, or a cover point that is met. */
export interface CheckEvent extends CheckPoint {
  /** `no_overflow: count is 201` */
  readonly text: string;
}

/** Thrown by `step` when an assertion or assumption fails and there is no `onCheck`. */
export class CheckFailed extends Error {
  readonly event: CheckEvent;
  constructor(event: CheckEvent) {
    const { check, module, path, text } = event;
    const where = path.length ? `${path.join('.')} (${module.name})` : module.name;
    super(`${check.check} failed in ${where}: ${text} (${check.place.long})`);
    this.name = 'CheckFailed';
    this.event = event;
  }
}

/** An evaluator of `top` and everything below it. Inputs start as 0. */
export function createEvaluator(top: Module, options: EvaluatorOptions = {}): Evaluator {
  const inputs = new Map<Decl, bigint>();
  const scope = new Scope(top, (input) => inputs.get(input) ?? 0n, options);
  const portOf = (name: string, direction?: LeafPort['direction']): Decl => {
    const port = top.ports.find((p) => p.decl.name === name && (!direction || p.direction === direction));
    if (port) return port.decl;
    throw new RangeError(`${top.name} has no ${direction ? `${direction}put` : 'port'} \`${name}\``);
  };
  const onCheck =
    options.onCheck ??
    ((event: CheckEvent) => {
      if (event.check.check !== 'cover') throw new CheckFailed(event);
    });
  const edge = (resetting: boolean): void => {
    if (!resetting) scope.check([], onCheck);
    const update = scope.edge(resetting);
    update();
    scope.forget();
  };
  return {
    set(name, value) {
      const decl = portOf(name, 'in');
      if (!fits(value, value, decl.width, decl.signed))
        throw new RangeError(`${value} does not fit the input \`${name}\``);
      inputs.set(decl, value);
      scope.forget();
    },
    get: (name) => scope.read(portOf(name)),
    step: () => edge(false),
    reset: () => edge(true),
  };
}

/** One instance of a module: its registers, and the values of its signals while the inputs stay as they are. */
class Scope {
  readonly #module: Module;
  readonly #input: (port: Decl) => bigint;
  readonly #registers = new Map<Decl, bigint>();
  readonly #children = new Map<Instance, Scope>();
  /** What drives a declaration besides statements: a named expression, or the port of a child. */
  readonly #nodes = new Map<Decl, Expr>();
  readonly #childPorts = new Map<Decl, { readonly child: Scope; readonly port: Decl }>();
  readonly #statements: readonly Stmt[];
  readonly #checks: readonly Stmt[];
  readonly #signals = new Map<Decl, bigint>();
  readonly #values = new Map<Expr, bigint>();
  readonly #underWay = new Set<Decl>();

  constructor(module: Module, input: (port: Decl) => bigint, options: EvaluatorOptions) {
    this.#module = module;
    this.#input = input;
    this.#statements = module.items.filter((i): i is Stmt => i.kind !== 'node' && i.kind !== 'instance');
    this.#checks = onlyChecks(this.#statements);
    for (const item of module.items) {
      if (item.kind === 'node') this.#nodes.set(item.decl, item.value);
      if (item.kind !== 'instance') continue;
      const wireOf = new Map(item.connections.map((c) => [c.port.decl, c.wire]));
      const child = new Scope(item.module, (port) => this.read(wireOf.get(port)!), options);
      this.#children.set(item, child);
      for (const { port, wire } of item.connections)
        if (wire.role === 'childOutput') this.#childPorts.set(wire, { child, port: port.decl });
    }
    for (const d of module.decls)
      if (d.role === 'reg' && options.initial) this.#registers.set(d, options.initial(d, module));
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
      case 'reduceAnd':
        return truth(ones(a, first.width) === first.width);
      case 'reduceOr':
        return truth(ones(a, first.width) > 0);
      case 'reduceXor':
        return truth(ones(a, first.width) % 2 === 1);
    }
  }

  /** Tells `hear` of the checks, here and below, that have something to say before a clock edge. */
  check(path: readonly string[], hear: (event: CheckEvent) => void): void {
    const visit = (statements: readonly Stmt[]): void => {
      for (const s of statements) {
        switch (s.kind) {
          case 'assign':
            break;
          case 'check':
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
    for (const [instance, child] of this.#children) child.check([...path, instance.name], hear);
  }

  /** Computes what a clock edge does, here and below; the result does it. All registers read the values before. */
  edge(resetting: boolean): () => void {
    const next = new Map<Decl, bigint>();
    for (const d of this.#module.decls) {
      if (d.role !== 'reg') continue;
      if (resetting && d.reset !== undefined) next.set(d, d.reset);
      else {
        const assigned = this.#assigned(this.#statements, d);
        if (assigned) next.set(d, this.value(assigned));
      }
    }
    const below = [...this.#children.values()].map((c) => c.edge(resetting));
    return () => {
      for (const [d, value] of next) this.#registers.set(d, value);
      for (const update of below) update();
    };
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

/** How many of the low `width` bits are 1. */
function ones(value: bigint, width: number): number {
  let count = 0;
  for (let rest = wrapValue(value, width, false); bitLength(rest) > 0; rest >>= 1n) if (rest & 1n) count++;
  return count;
}
