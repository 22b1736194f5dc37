// The testbench's ends of all streams, moved together: per cycle all drive, the design settles, all sample, the clock
// rises, all commit. Where nobody looks at single cycles, the back end does this by itself: see bulk-path.ts.
// Invariant: ends are driven once per cycle, however often `drive` is called before the edge.

import type { Bulk } from '../backend/backend.ts';
import { BulkPath } from './bulk-path.ts';
import type { Clock } from './clock.ts';
import type { StreamEnd } from './stream-end.ts';
import type { Failure } from './wait.ts';

export class Streams {
  readonly #clock: Clock;
  readonly #ends: StreamEnd[] = [];
  readonly #bulk: BulkPath | undefined;
  /** The cycle after the last transfer. */
  lastMove = 0;

  /** `bulk` is what the instance offers. */
  constructor(clock: Clock, bulk: Bulk | undefined) {
    this.#clock = clock;
    this.#bulk = bulk && new BulkPath(clock, bulk, this.#ends);
  }

  add(end: StreamEnd): void {
    this.#ends.push(end);
  }

  /** Waits of all ends. */
  get waiting(): number {
    let waiting = 0;
    for (const end of this.#ends) waiting += end.waiting;
    return waiting;
  }

  /** Nothing to drive and nothing to take back. */
  get idle(): boolean {
    for (const end of this.#ends) if (!end.idle) return false;
    return true;
  }

  /** Sets the pins for the coming edge. */
  drive(): void {
    const ends = this.#ends;
    for (let i = 0; i < ends.length; i++) ends[i]!.drive();
  }

  /** Passes up to `limit` cycles, at least one; returns how many waits are over. */
  pass(limit: number): number {
    const ends = this.#ends;
    if (this.#bulk) {
      const over = this.#bulk.pass(limit);
      if (over !== undefined) {
        this.lastMove = Math.max(this.lastMove, this.#bulk.lastMove);
        return over;
      }
    }
    this.drive();
    this.#clock.settle();
    let moved = false;
    for (let i = 0; i < ends.length; i++) if (ends[i]!.sample()) moved = true;
    this.#clock.rise(1);
    return moved ? this.#commit() : 0;
  }

  /** An instant at which some of several clocks rise: streams of the others stand still. */
  passEdges(mask: number): number {
    this.drive();
    this.#clock.settle();
    let moved = false;
    for (const end of this.#ends) if ((end.clocks & mask) !== 0 && end.sample()) moved = true;
    this.#clock.edges(mask);
    return moved ? this.#commit() : 0;
  }

  describe(): string[] {
    return this.#ends.flatMap((end) => end.describe());
  }

  fail(failure: Failure): void {
    for (const end of this.#ends) end.fail(failure);
  }

  #commit(): number {
    this.lastMove = this.#clock.cycle;
    let over = 0;
    for (const end of this.#ends) over += end.commit();
    return over;
  }
}
