// unused: says that nothing reading a signal is intended.
// Invariant: it changes no logic; the check of unread signals (E18) passes over what is marked.

import { builder } from './builder.ts';
import { LeafSignal } from './leaf-signal.ts';
import { inner, zipAll } from './signal.ts';
import type { Sig } from './signal-types.ts';
import type { HwType } from './types.ts';

/** Marks signals that nothing shall read, as a field of a bundle that this module has no use for: no E18 for them. */
export function unused(...signals: readonly Sig<HwType>[]): void {
  const b = builder('unused()');
  for (const s of signals)
    zipAll([inner(s)], ([leaf]) => {
      if (leaf instanceof LeafSignal && leaf.node.kind === 'ref') b.unused.push(leaf.node.decl);
      return leaf!;
    });
}
