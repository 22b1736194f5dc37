// The clocks and resets that a testbench drives: those of the top module that are ports.
// Invariant: a clock or reset that several domains share goes by the first of them; the index is the one in `top.domains`.

import { controlPorts, type Module } from '@gatewright/hdl-core';

/** A clock or reset port of the top module. */
export interface TopControl {
  readonly name: string;
  /** Of its domain: its bit in `Instance.setClocks`, its number in `Instance.setReset`. */
  readonly index: number;
  /** Of a reset. */
  readonly activeLow: boolean;
}

export function topClocks(top: Module): TopControl[] {
  return controlsOf(top, 'clock', ({ clock }) => clock);
}

export function topResets(top: Module): TopControl[] {
  return controlsOf(top, 'reset', ({ reset }) => reset?.name);
}

type Domain = Module['domains'][number]['domain'];

function controlsOf(
  top: Module,
  kind: 'clock' | 'reset',
  nameOf: (domain: Domain) => string | undefined,
): TopControl[] {
  return controlPorts(top)
    .filter((port) => port.kind === kind)
    .map(({ name, domain }) => ({
      name,
      index: top.domains.findIndex((use) => nameOf(use.domain) === name),
      activeLow: kind === 'reset' && domain.reset?.active === 'low',
    }));
}
