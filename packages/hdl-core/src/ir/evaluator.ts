// Runs a checked design by the meaning of its IR: inputs, outputs, clocks and resets by the names of their ports.
// Invariant: it holds no meaning of its own; evaluate.ts and evaluate-memory.ts do.

import type { CheckPoint } from './checks.ts';
import { type ControlPort, controlPorts } from './domain.ts';
import { type Controls, Scope } from './evaluate.ts';
import type { PoisonCount } from './evaluate-memory.ts';
import { fits } from './expr.ts';
import type { Memory } from './memory.ts';
import type { Decl, LeafPort, Module } from './module.ts';

/**
 * Runs a design by its meaning. Ports are named as in the Verilog (`in_a_0`). A synchronous reset is looked at by the
 * edges of its clock; an asynchronous one acts as soon as it is active, and a register then holds its reset value
 * whatever its clock does. Resets and clocks that the design makes of its own signals: a reset is followed, a clock is
 * not (an error says so).
 */
export interface Evaluator {
  /** Gives an input a value, which must fit its type. */
  set(port: string, value: bigint): void;
  /** The value of an input or output with the inputs as they are now. */
  get(port: string): bigint;
  /** One rising edge of the clocks with these names at the same time; of all clocks without a name. */
  step(...clocks: string[]): void;
  /** Makes a reset port active or not, whatever its level for that is. Resets start inactive. */
  setReset(port: string, active: boolean): void;
  /** One edge of all clocks with every reset port active: what has a reset value takes it, the rest goes on as in `step`. */
  reset(): void;
  /** Reads of memories that gave the poison pattern so far. */
  readonly poisoned: Readonly<PoisonCount>;
}

export interface EvaluatorOptions {
  /**
   * The value of a register, or of a synchronous read port, before its first edge, where the design gives it none;
   * without this option, reading such a register throws, and such a port reads as poison.
   */
  readonly initial?: (register: Decl, module: Module) => bigint;
  /** A word of a memory before it is written, where the design gives it none; without this option it is poison. */
  readonly initialWord?: (memory: Memory, address: number, module: Module) => bigint;
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
  const active = new Set<string>();
  const poisoned: PoisonCount = { collision: 0, outOfRange: 0, unwritten: 0 };
  const controls: Controls = { clockOf: (d) => d.clock, isReset: (d) => active.has(d.reset!.name) };
  const scope = new Scope(top, (input) => inputs.get(input) ?? 0n, controls, poisoned, options);
  const ports = controlPorts(top);
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
  const control = (kind: ControlPort['kind'], name: string): string => {
    if (ports.some((p) => p.kind === kind && p.name === name)) return name;
    throw new RangeError(`${top.name} has no ${kind} \`${name}\``);
  };
  const settle = (): void => {
    scope.forget();
    for (let n = 0; scope.applyResets(); n++) {
      if (n === 1000) throw new Error(`the asynchronous resets of ${top.name} do not settle`);
      scope.forget();
    }
  };
  const edge = (clocks: readonly string[]): void => {
    const rises = (clock: string): boolean => clocks.length === 0 || clocks.includes(clock);
    scope.check([], rises, onCheck);
    const update = scope.edge(rises);
    update();
    settle();
  };
  settle();
  return {
    set(name, value) {
      const decl = portOf(name, 'in');
      if (!fits(value, value, decl.width, decl.signed))
        throw new RangeError(`${value} does not fit the input \`${name}\``);
      inputs.set(decl, value);
      settle();
    },
    get: (name) => scope.read(portOf(name)),
    step: (...clocks) => edge(clocks.map((c) => control('clock', c))),
    setReset(name, on) {
      if (on) active.add(control('reset', name));
      else active.delete(control('reset', name));
      settle();
    },
    reset() {
      const before = [...active];
      for (const p of ports) if (p.kind === 'reset') active.add(p.name);
      settle();
      edge([]);
      active.clear();
      for (const name of before) active.add(name);
      settle();
    },
    poisoned,
  };
}
