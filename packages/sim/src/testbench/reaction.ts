// Node's two ways to let other code run first.
// Invariant: a reaction is over only when no promise callback is left to run, however deep the nesting.

// Taken once: a test that fakes timers must not stop the simulation.
const { nextTick } = process;
const immediately = setImmediate;

/**
 * Makes a function that lets every task that can run without the event loop run, and then calls `then`. A
 * `process.nextTick` callback that was queued from a promise callback runs once the whole queue of promise callbacks has
 * drained, and costs far less than `setImmediate`.
 */
export function afterReaction(then: () => void): () => void {
  const tick = (): void => nextTick(then);
  // Costs half of `queueMicrotask`, which makes an object for every call.
  return () => void queued.then(tick);
}

const queued = Promise.resolve();

/** Longest time that simulations hold up the event loop, in ms. */
const slice = 20;
let lastTurn = 0;

/** True when timers and I/O have waited long enough: see `afterEventLoop`. */
export const eventLoopTurnDue = (): boolean => performance.now() - lastTurn > slice;

/** Calls `then` after timers and I/O had their turn. */
export function afterEventLoop(then: () => void): void {
  immediately(() => {
    lastTurn = performance.now();
    then();
  });
}
