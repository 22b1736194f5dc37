// The clock of one running instance: its phase, the edges passed, and whether inputs changed since it last settled.
// Invariant: a rising edge never sees an input that the combinational logic has not seen first.
// It knows no waits: see scheduler.ts.

import { type Instance, ModelStopped } from '../backend/backend.ts';
import { Diverged } from '../backend/lockstep.ts';

/** Looks at the ports just before rising edges, when everything has settled. It writes nothing. */
export interface EdgeObserver {
  /** How many of the last edges of a call it sees: a ring needs no more than it holds; Infinity for every edge. */
  readonly lookback: number;
  /** `cycle` edges have passed since reset. */
  beforeEdge(cycle: number): void;
  /** Edges of the bulk path have passed, the last one was `cycle - 1`: for an observer that finds them in a ring. */
  afterBulk?(cycle: number): void;
}

/** Moves an instance through time. */
export class Clock {
  /** Rising edges since the last reset. */
  cycle = 0;
  /** Of several clocks: the bit of the one whose edges are cycles. */
  counted = 1;
  readonly #instance: Instance;
  readonly #combinational: boolean;
  #high = false;
  #dirty = true;
  #observers: EdgeObserver[] = [];
  #lookback = 0;
  /** Of those that the bulk path needs to look out for. */
  #bulkLookback = 0;
  /** The instance records the ports before each edge, so they must have settled. */
  recorded = false;
  /** The model ended the last call: the last edge that was looked at has not passed. */
  stopped = false;

  /** `combinational` says whether any output follows an input without a clock. */
  constructor(instance: Instance, combinational = true) {
    this.#instance = instance;
    this.#combinational = combinational;
  }

  /** Adds an observer of the edges from now on. */
  observe(observer: EdgeObserver): void {
    this.#observers.push(observer);
    this.#lookback = Math.max(this.#lookback, observer.lookback);
    if (!observer.afterBulk) this.#bulkLookback = Math.max(this.#bulkLookback, observer.lookback);
  }

  /** Lets all observers go. */
  unobserve(): void {
    this.#observers = [];
    this.#lookback = 0;
    this.#bulkLookback = 0;
  }

  /** Edges before any moment that somebody wants to have seen: so many must not pass in the bulk path. */
  get bulkLookback(): number {
    return this.#bulkLookback;
  }

  /** Lets the instance pass edges by itself, from any state of the inputs to high clocks; `run` says how many it were. */
  bulk(run: () => number): number {
    let count = 0;
    this.#high = true;
    this.#dirty = false;
    try {
      count = run();
    } catch (error) {
      throw this.#stop(error);
    }
    this.cycle += count;
    for (const observer of this.#observers) observer.afterBulk?.(this.cycle);
    return count;
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
    // From high, the instance settles by itself before the first edge; but an observer must not look earlier.
    const looked = this.#combinational && (this.recorded || this.#lookback > 0);
    if (this.#dirty && (!this.#high || looked)) this.#instance.settle();
    const unseen = count > this.#lookback ? count - this.#lookback : 0;
    this.#high = true;
    this.#dirty = false;
    if (unseen > 0) this.#pass(unseen);
    for (let left = count - unseen; left > 0; left--) {
      for (const observer of this.#observers) if (left <= observer.lookback) observer.beforeEdge(this.cycle);
      this.#pass(1);
    }
  }

  /** An instant at which some of several clocks rise, a bit each. */
  edges(mask: number): void {
    this.settle();
    for (const observer of this.#observers) observer.beforeEdge(this.cycle);
    this.#instance.setClocks(mask);
    this.#high = true;
    this.#dirty = false;
    if ((mask & this.counted) !== 0) this.cycle++;
  }

  #pass(count: number): void {
    try {
      this.#instance.rise(count);
    } catch (error) {
      throw this.#stop(error);
    }
    this.cycle += count;
  }

  #stop(error: unknown): unknown {
    if (error instanceof ModelStopped || error instanceof Diverged) {
      this.cycle += error.edges;
      this.stopped = true;
    }
    return error;
  }

  /**
   * Two cycles of reset; the count of edges starts again. The inputs must be at rest. `inReset` looks at the ports while
   * the reset is still active.
   */
  reset(inReset: () => void = () => {}): void {
    this.stopped = false;
    this.#instance.setReset(true);
    this.touch();
    this.rise(2);
    inReset();
    this.#instance.setReset(false);
    this.touch();
    this.cycle = 0;
  }
}
