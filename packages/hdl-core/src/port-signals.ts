// The signals of a record of ports, from inside the module and from its parent.
// Invariant: declarations come in the order of `leafPorts`: port by port, of a stream first valid and ready.

import * as ir from './ir/expr.ts';
import type { Decl, PortGroup } from './ir/module.ts';
import { type LeafSignal, leafSignal } from './leaf-signal.ts';
import { signalOf } from './signal.ts';
import { StreamEnd } from './stream/stream-end.ts';
import type { AnyType, LeafType } from './types.ts';

/** The record of port signals over their declarations; streams become their valid/ready/data/fire ends. */
export function portSignals(
  groups: readonly PortGroup[],
  decls: readonly Decl[],
  prefix = '',
): Record<string, unknown> {
  let at = 0;
  const leaf = (type: LeafType): LeafSignal => leafSignal(type, ir.ref(decls[at++]!));
  const handshake = (): LeafSignal => leaf(decls[at]!.type);
  const signals: Record<string, unknown> = {};
  for (const { name, type } of groups) {
    const t = type as AnyType;
    if (t.kind === 'stream') {
      const [valid, ready] = [handshake(), handshake()];
      const data = signalOf(t.payload, (_, leafType) => leaf(leafType));
      signals[name] = new StreamEnd(prefix + name, t.payload, { valid, ready, data });
    } else signals[name] = signalOf(t, (_, leafType) => leaf(leafType));
  }
  return signals;
}
