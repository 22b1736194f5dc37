// What a phase does besides computing: stores of words, and reasons to stop.
// Invariant: plain data. All words of a phase are as they are before its first store; writes of memories come last, in
// their order.

import type { Store } from './layout.ts';
import type { Word } from './word-graph.ts';

/** A store of a word at a fixed address. */
export interface StoreEffect extends Store {
  readonly kind: 'store';
  readonly value: Word;
}
/** Ends the phase before anything is stored when the word is not 0. Always the first effect of its phase. */
export interface StopEffect {
  readonly kind: 'stop';
  readonly value: Word;
}
/** A store at `address` + `index`, when `enable` is not 0: of the bits of `mask` only, if there is one. */
export interface WriteEffect extends Store {
  readonly kind: 'write';
  readonly enable: Word;
  readonly index: Word;
  readonly value: Word;
  /** With the operator that loads what is there. */
  readonly mask?: { readonly bits: Word; readonly load: number } | undefined;
}
export type Effect = StoreEffect | StopEffect | WriteEffect;

/** The words that an effect needs. */
export function effectWords(e: Effect): readonly Word[] {
  if (e.kind !== 'write') return [e.value];
  return e.mask ? [e.enable, e.index, e.value, e.mask.bits] : [e.enable, e.index, e.value];
}
