// The way from a port's handle, as a test has it, to the words that the scheduler watches.
// Invariant: only handles of the testbench are in it.

import type { Watchable } from './open-waits.ts';

const watchables = new WeakMap<object, Watchable>();

/** Says how a handle is watched. */
export function setWatchable(handle: object, signal: Watchable): void {
  watchables.set(handle, signal);
}

/** Throws a TypeError for anything that is no port. */
export function watchableOf(handle: object): Watchable {
  const signal = watchables.get(handle);
  if (signal) return signal;
  throw new TypeError('an edge is awaited on a port such as dut.out.valid, or on a clock such as t.clock()');
}
