// Node's two ways to let other code run first.
// Invariant: `everybodyReacted` resumes only when no promise callback is left to run, however deep the nesting.

/**
 * Resumes when every task that can run without the event loop has run. A `process.nextTick` callback that was queued
 * from a promise callback runs once the whole queue of promise callbacks has drained, and costs far less than
 * `setImmediate`.
 */
export const everybodyReacted = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Resumes after timers and I/O had their turn. */
export const eventLoopTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
