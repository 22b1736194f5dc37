// Clock domains: what a register waits for, and what resets it. Plain data.
// Invariant: within one module a domain is one object; every clock is used at its rising edge. Two domains with one
// clock name have the same clock. It does not say who drives a clock: that is a port of the module, or `driven`.

import type { Decl } from './module.ts';

export interface Reset {
  /** Name of the port, or of the signal, that carries it. */
  readonly name: string;
  /** sync: looked at by the clock edge. async: acts at once and for as long as it is active. */
  readonly kind: 'sync' | 'async';
  /** The level at which it resets. */
  readonly active: 'high' | 'low';
}

export interface Domain {
  readonly name: string;
  /** Name of the port, or of the signal, that carries the clock. */
  readonly clock: string;
  /** Without one, no register of the domain can have a reset value. */
  readonly reset?: Reset | undefined;
  /** Signals of the module that carry the clock or the reset; what is not here is a port of the module. */
  readonly driven?: { readonly clock?: Decl | undefined; readonly reset?: Decl | undefined } | undefined;
}

/** The domain of a module that says nothing: `clk`, and `rst`, synchronous and active high. */
export const DEFAULT_DOMAIN: Domain = {
  name: 'default',
  clock: 'clk',
  reset: { name: 'rst', kind: 'sync', active: 'high' },
};

/** A domain as a module uses it. */
export interface DomainUse {
  readonly domain: Domain;
  /** True when something in the module or below it is reset; otherwise the reset is no port. */
  readonly resets: boolean;
  /** The domain as the source states it: with its own reset style, not that of what it is connected to. */
  readonly stated: Domain;
}

/** A clock or reset port that the printer adds to a module. */
export interface ControlPort {
  readonly kind: 'clock' | 'reset';
  readonly name: string;
  readonly domain: Domain;
}

/** The clock and reset ports of a module, in the order in which they stand in its header. */
export function controlPorts(module: { readonly domains: readonly DomainUse[] }): ControlPort[] {
  const ports = new Map<string, ControlPort>();
  const add = (kind: ControlPort['kind'], name: string, domain: Domain): void => {
    if (!ports.has(name)) ports.set(name, { kind, name, domain });
  };
  for (const { domain, resets } of module.domains) {
    if (!domain.driven?.clock) add('clock', domain.clock, domain);
    if (resets && domain.reset && !domain.driven?.reset) add('reset', domain.reset.name, domain);
  }
  return [...ports.values()];
}

/** The clock port of a design with one clock; undefined for a combinational one. */
export const clockOf = (module: { readonly domains: readonly DomainUse[] }): string | undefined =>
  controlPorts(module).find((port) => port.kind === 'clock')?.name;

/** True when registers of the two domains see the same clock edges. */
export const sameClock = (a: Domain, b: Domain): boolean =>
  a.clock === b.clock && a.driven?.clock === b.driven?.clock;

/** `formal` with the reset of `actual`, which it is connected to, under a name that says its active level. */
export function connectedTo(formal: Domain, actual: Domain): Domain {
  const { reset } = actual;
  if (!reset) return formal.reset ? { ...formal, reset: undefined } : formal;
  const given = formal.reset ?? {
    name: formal.clock.replace(/cl(oc)?k/, 'rst'),
    kind: reset.kind,
    active: 'high',
  };
  if (formal.reset && given.kind === reset.kind && given.active === reset.active) return formal;
  const base = given.name.replace(/_n$/, '');
  const name = given.active === reset.active ? given.name : reset.active === 'low' ? `${base}_n` : base;
  return { ...formal, reset: { name, kind: reset.kind, active: reset.active } };
}
