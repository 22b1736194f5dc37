// Clock domains as a user writes them: `domain` names a clock and a reset, `inDomain` says what is in it.
// Invariant: a module sees domains of its own; what they are connected to is the parent's business (module.ts).

import { builder, report } from './builder.ts';
import type { Domain, Reset } from './ir/domain.ts';
import * as ir from './ir/expr.ts';
import type { Decl } from './ir/module.ts';
import { LeafSignal } from './leaf-signal.ts';
import { inner } from './signal.ts';
import type { BoolSig } from './signal-types.ts';
import { SourcePlace } from './source-place.ts';
import { bool } from './types.ts';

export interface ResetSource {
  /** The name of its port, or the signal that carries it. */
  readonly name?: string;
  readonly signal?: BoolSig;
  /** Default sync. */
  readonly kind?: 'sync' | 'async';
  /** Default: low for a name that ends in `_n`, high otherwise. */
  readonly active?: 'high' | 'low';
}
export interface DomainSource {
  /** The name of the clock's port, or the signal of the module being built that carries it (from a PLL or a gate). */
  readonly clock: string | BoolSig;
  /** Without one, registers of the domain have no reset value (give them an `init`). */
  readonly reset?: ResetSource;
}

/**
 * A clock domain: `domain('core', { clock: 'clk', reset: { name: 'rst_n', kind: 'async', active: 'low' } })`. Every module
 * that uses it gets its clock, and its reset if something is reset, as ports of these names, up to the top; or its parent
 * connects it to another domain, whose reset style it takes: `Fifo.inst('u_fifo', {}, { domains: { write: core } })`.
 * With signals in place of names it can only be made and used in `build`.
 */
export function domain(name: string, { clock, reset }: DomainSource): Domain {
  const isName = typeof clock === 'string';
  const clockDecl = isName ? undefined : carrier(`${name}_clk`, clock);
  const resetDecl = reset?.signal && carrier(`${name}_rst`, reset.signal);
  const resetName = resetDecl?.name ?? reset?.name ?? 'rst';
  const style: Reset | undefined = reset && {
    name: resetName,
    kind: reset.kind ?? 'sync',
    active: reset.active ?? (reset.signal === undefined && resetName.endsWith('_n') ? 'low' : 'high'),
  };
  return {
    name,
    clock: clockDecl?.name ?? (clock as string),
    ...(style ? { reset: style } : {}),
    ...(clockDecl || resetDecl ? { driven: { clock: clockDecl, reset: resetDecl } } : {}),
  };
}

/** The declared signal that carries a clock or a reset; an expression gets a wire of its own. */
function carrier(name: string, signal: BoolSig): Decl {
  const b = builder('domain() with a signal');
  const place = SourcePlace.capture();
  const s = inner(signal);
  const isBool = s instanceof LeafSignal && s.type.kind === 'bool';
  if (isBool && s.node.kind === 'ref' && s.node.decl.role !== 'node') return s.node.decl;
  if (!isBool)
    report('E01', `the clock or reset \`${name}\` must be a bool`, { place, help: 'give a bool signal' });
  const wire = b.declare(name, 'wire', bool, place);
  b.assign(wire, isBool ? s.node : ir.constant(0n, 1, false), place);
  return wire;
}

/** Registers, memory ports and instances made by `body` are in `d`. */
export function inDomain<T>(d: Domain, body: () => T): T {
  const b = builder('inDomain()');
  return b.within(b.resolve(d), body);
}

/** The domain of what is declared now: of the module, or of the `inDomain` around. */
export const currentDomain = (): Domain => builder('currentDomain()').domain;
