// Which clock moves a register of an instance and what resets it, in terms of the top module.
// Invariant: clocks and resets are ports of the top module, a reset also a signal of the design. A clock that the design
// makes itself cannot be run here: `whyNotNative` says so beforehand.

import { controlPorts, type Domain, type Module } from '@gatewright/hdl-core';

/** Where the flags of the resets begin: a byte per reset port of the top module, 1 while it is active. */
export const RESET_FLAGS = 0;
/** A word with a bit per clock port of the top module: those that rise, in the phase that asks. */
export const RISING = 32;
/** The first address after these. */
export const CONTROLS_END = 40;

/** A domain of an instance. `S` is how a signal of the design is found. */
export interface Control<S> {
  /** Index among the clock ports of the top module. */
  readonly clock: number;
  readonly reset?:
    | { readonly kind: 'sync' | 'async'; readonly flag: number }
    | { readonly kind: 'sync' | 'async'; readonly signal: S; readonly active: 'high' | 'low' }
    | undefined;
}

/** Names of the clock and reset ports of the top module, in the order of `controlPorts`. */
export function controlNames(top: Module): { readonly clocks: string[]; readonly resets: string[] } {
  const names = (kind: 'clock' | 'reset'): string[] =>
    controlPorts(top).flatMap((port) => (port.kind === kind ? [port.name] : []));
  return { clocks: names('clock'), resets: names('reset') };
}

/** The controls of the top module's own domains. */
export function topControls<S>(top: Module, signalOf: (d: Domain) => S): Map<Domain, Control<S>> {
  const { clocks, resets } = controlNames(top);
  const resetOf = (domain: Domain): Control<S>['reset'] => {
    const { reset } = domain;
    if (!reset) return undefined;
    const { kind, active, name } = reset;
    if (domain.driven?.reset) return { kind, signal: signalOf(domain), active };
    // Where nothing is reset there is no port.
    return resets.includes(name) ? { kind, flag: RESET_FLAGS + resets.indexOf(name) } : undefined;
  };
  return new Map(
    top.domains.map(({ domain }) => [
      domain,
      { clock: clocks.indexOf(domain.clock), reset: resetOf(domain) },
    ]),
  );
}

/** The controls of a child's domains, from those of its parent. */
export function childControls<S>(
  domains: readonly { readonly child: Domain; readonly parent: Domain }[],
  parent: ReadonlyMap<Domain, Control<S>>,
  signalOf: (d: Domain) => S,
): Map<Domain, Control<S>> {
  return new Map(
    domains.map(({ child, parent: outer }) => {
      const control = parent.get(outer)!;
      if (!child.driven?.reset || !child.reset) return [child, control];
      const { kind, active } = child.reset;
      return [child, { clock: control.clock, reset: { kind, signal: signalOf(child), active } }];
    }),
  );
}

/** What a design has that the native back end cannot run; undefined for most. */
export function whyNotNative(top: Module): string | undefined {
  const seen = new Set<Module>();
  const open = [top];
  for (let m = open.pop(); m; m = open.pop()) {
    if (seen.has(m)) continue;
    seen.add(m);
    if (m.extern) return `${m.name} is written in Verilog`;
    const made = m.domains.find((u) => u.domain.driven?.clock);
    if (made) return `the clock \`${made.domain.clock}\` of ${m.name} is made inside the design`;
    for (const item of m.items) if (item.kind === 'instance') open.push(item.module);
  }
  const { clocks, resets } = controlNames(top);
  return Math.max(clocks.length, resets.length) > 32
    ? `${top.name} has more than 32 clocks or resets`
    : undefined;
}
