// Which clock moves a register of an instance and what resets it, in terms of the top module.
// Invariant: clocks and resets are ports of the top module, a reset also a signal of the design. A clock that the design
// makes itself cannot be run here: `whyNotNative` says so beforehand.

import type { Domain, Module } from '@gatewright/hdl-core';

/** Where the flags of the resets begin: a byte per domain of the top module, 1 while its reset is active. */
export const RESET_FLAGS = 0;
/** A word with a bit per domain of the top module: the clocks that rise, in the phase that asks. */
export const RISING = 32;
/** The first address after these. */
export const CONTROLS_END = 40;

/** A domain of an instance. `S` is how a signal of the design is found. */
export interface Control<S> {
  /** Index of the first domain of the top module with this clock. */
  readonly clock: number;
  readonly reset?:
    | { readonly kind: 'sync' | 'async'; readonly flag: number }
    | { readonly kind: 'sync' | 'async'; readonly signal: S; readonly active: 'high' | 'low' }
    | undefined;
}

/** For each domain of the top module: the first one with the same clock, and with the same reset port. */
export function sharedDomains(top: Module): readonly { readonly clock: number; readonly reset: number }[] {
  const all = top.domains.map((u) => u.domain);
  return all.map(({ clock, reset }) => ({
    clock: all.findIndex((d) => d.clock === clock),
    reset: all.findIndex((d) => d.reset?.name === reset?.name),
  }));
}

/** The controls of the top module's own domains. */
export function topControls<S>(top: Module, signalOf: (d: Domain) => S): Map<Domain, Control<S>> {
  const shared = sharedDomains(top);
  return new Map(
    top.domains.map(({ domain }, i) => {
      const { reset } = domain;
      const signal = domain.driven?.reset;
      const { clock, reset: first } = shared[i]!;
      return [
        domain,
        {
          clock,
          reset: !reset
            ? undefined
            : signal
              ? { kind: reset.kind, signal: signalOf(domain), active: reset.active }
              : { kind: reset.kind, flag: RESET_FLAGS + first },
        },
      ];
    }),
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
  return top.domains.length > 32 ? `${top.name} has more than 32 clock domains` : undefined;
}
