// The clock of one running instance: its phase, the edges passed, and whether inputs changed since it last settled.
// Invariant: a rising edge never sees an input that the combinational logic has not seen first.
// It knows no waits: see scheduler.ts.

import type { Instance } from '../backend/backend.ts';

/** Moves an instance through time. */
export class Clock {
  /** Rising edges since the last reset. */
  cycle = 0;
  readonly #instance: Instance;
  #high = false;
  #dirty = true;

  constructor(instance: Instance) {
    this.#instance = instance;
  }

  /** Must be called by whoever writes an input. */
  touch(): void {
    this.#dirty = true;
  }

  /** Makes outputs follow the inputs: for a peek. Does nothing when no input changed. */
  follow(): void {
    if (this.#dirty) this.settle();
  }

  /** Low clock, settled: the moment just before a rising edge. */
  settle(): void {
    if (!this.#high && !this.#dirty) return;
    this.#instance.settle();
    this.#high = false;
    this.#dirty = false;
  }

  /** `count` rising edges. */
  rise(count: number): void {
    // From high, the instance settles by itself before the first edge.
    if (!this.#high && this.#dirty) this.#instance.settle();
    this.#instance.rise(count);
    this.#high = true;
    this.#dirty = false;
    this.cycle += count;
  }

  /** Two cycles of reset; the count of edges starts again. The inputs must be at rest. */
  reset(): void {
    this.#instance.setReset(true);
    this.touch();
    this.rise(2);
    this.#instance.setReset(false);
    this.touch();
    this.cycle = 0;
  }
}
