// Node's two ways to let other code run first.
// Invariant: `everybodyReacted` resumes only when no promise callback is left to run, however deep the nesting.

// Taken once: a test that fakes timers must not stop the simulation.
const { nextTick } = process;
const immediately = setImmediate;

/**
 * Resumes when every task that can run without the event loop has run. A `process.nextTick` callback that was queued
 * from a promise callback runs once the whole queue of promise callbacks has drained, and costs far less than
 * `setImmediate`.
 */
export const everybodyReacted = (): Promise<void> => new Promise((resolve) => nextTick(resolve));

/** Longest time that simulations hold up the event loop, in ms. */
const slice = 20;
let lastTurn = 0;

/** True when timers and I/O have waited long enough: see `eventLoopTurn`. */
export const eventLoopTurnDue = (): boolean => performance.now() - lastTurn > slice;

/** Resumes after timers and I/O had their turn. */
export async function eventLoopTurn(): Promise<void> {
  await new Promise((resolve) => immediately(resolve));
  lastTurn = performance.now();
}
