// How many workers this machine carries, and how much memory each may hold.
// Invariant: all cores are used, and together the workers stay below three quarters of the memory.

import { availableParallelism, totalmem } from 'node:os';

const GB = 2 ** 30;

/** `wanted` workers, or one per core. */
export function machineLimits(wanted: number | undefined): { workers: number; memoryLimit: number } {
  const workers = wanted ?? availableParallelism();
  return { workers, memoryLimit: Math.max(GB / 2, Math.min(2 * GB, (0.75 * totalmem()) / workers)) };
}
