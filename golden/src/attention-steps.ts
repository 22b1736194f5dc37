// Attention as steps of an array of cores that each hold one key and value row: what is loaded where, and when a query runs.
// Invariant: at a query step the live slots hold exactly the keys that the mask names, repeated ones in slots of their own.

import type { AttentionMask } from './attention-mask.ts';

/** One row step. First `clear` empties all slots; then `slot` is loaded with the next K/V row, or emptied; then a query may run. */
export interface AttentionStep {
  readonly clear: boolean;
  readonly slot: number;
  readonly load: boolean;
  readonly drop: boolean;
  readonly query: boolean;
}

/**
 * Window of `cores` keys, `lookAhead` of them after the query: key j goes to slot j mod cores, so each step replaces exactly
 * one slot and each K/V row is loaded once. `queries` query rows share each position (grouped heads).
 */
export function windowSteps(rows: number, cores: number, lookAhead: number, queries = 1): AttentionStep[] {
  const steps: AttentionStep[] = [];
  for (let i = -lookAhead; i < rows; i++) {
    const key = i + lookAhead;
    const slot = key % cores;
    const load = key < rows;
    steps.push({ clear: i === -lookAhead, slot, load, drop: !load, query: i >= 0 });
    for (let g = 1; g < queries && i >= 0; g++)
      steps.push({ clear: false, slot, load: false, drop: false, query: true });
  }
  return steps;
}

export interface MaskSchedule {
  readonly steps: readonly AttentionStep[];
  /** The K/V row of each load, in order. */
  readonly keys: readonly number[];
  /** The query of each query step, in order. */
  readonly queries: readonly number[];
}

/**
 * Steps for any mask that needs at most `cores` keys at a time, for the queries given (all by default). A key stays in its
 * slot while the next query needs it. Throws RangeError when a query needs more keys than there are cores.
 */
export function maskSteps(
  mask: AttentionMask,
  rows: number,
  cores: number,
  queries: readonly number[] = Array.from({ length: rows }, (_, i) => i),
): MaskSchedule {
  const held: (number | undefined)[] = new Array(cores).fill(undefined);
  const steps: AttentionStep[] = [];
  const keys: number[] = [];
  let clear = true;
  const push = (step: Omit<AttentionStep, 'clear'>): void => {
    steps.push({ clear, ...step });
    clear = false;
  };
  for (const query of queries) {
    const wanted = [...mask(query, rows)];
    if (wanted.length > cores)
      throw new RangeError(`maskSteps: query ${query} needs ${wanted.length} keys, there are ${cores} cores`);
    const changes: { slot: number; key: number | undefined }[] = [];
    held.forEach((key, slot) => {
      if (key === undefined) return;
      const at = wanted.indexOf(key);
      if (at >= 0) wanted.splice(at, 1);
      else changes.push({ slot, key: undefined });
    });
    const free = [
      ...changes.map((c) => c.slot),
      ...held.flatMap((key, slot) => (key === undefined ? [slot] : [])),
    ];
    // A slot that gets another key needs no emptying of its own.
    wanted.forEach((key, k) => {
      const slot = free[k]!;
      const change = changes.find((c) => c.slot === slot);
      if (change) change.key = key;
      else changes.push({ slot, key });
    });
    changes.forEach(({ slot, key }, k) => {
      held[slot] = key;
      if (key !== undefined) keys.push(key);
      push({ slot, load: key !== undefined, drop: key === undefined, query: k === changes.length - 1 });
    });
    if (changes.length === 0) push({ slot: 0, load: false, drop: false, query: true });
  }
  return { steps, keys, queries };
}
