// What a design counts when it is asked to, in its memory, and how that is read.
// Invariant: only the phases of a design compiled with counters store them; 64 bits do not overflow.

import type { Counts } from '../counts.ts';
import type { StoreEffect } from './effect.ts';
import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** A cover point of one instance, and the address of its counter. */
export interface CoverCounter {
  readonly module: string;
  readonly name: string;
  readonly address: number;
}

/** Counts the edges at which `event`, one bit, is 1, in 64 bits. */
export function counting(g: WordGraph, address: number, event: Word): StoreEffect {
  const value = g.binary(Op.add64, g.load(Op.load64, address), g.unary(Op.extendU, event));
  return { kind: 'store', op: Op.store64, address, value };
}

/** What the counters say. */
export function countsOf(memory: DataView, covers: readonly CoverCounter[]): Counts {
  const read = (address: number): number => Number(memory.getBigUint64(address, true));
  return { covers: covers.map(({ module, name, address }) => ({ module, name, count: read(address) })) };
}
