// Builds side by side, but no more compilers at once than there are processors.
// Invariant: what was asked for first starts first; a job that fails makes room like any other.

import { availableParallelism } from 'node:os';

let free = Math.max(1, availableParallelism());
const waiting: (() => void)[] = [];

/** Runs a job when a processor is free for it. */
export async function inTurn<R>(job: () => Promise<R>): Promise<R> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await job();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}
