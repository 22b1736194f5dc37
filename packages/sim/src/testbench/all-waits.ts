// Everything that the tasks of a run wait for: how many waits there are, who they are, and their end by a failure.
// Invariant: it moves no time and resumes nobody by itself; each list knows when its own waits are over.

import { ChangeWaits, WaitList } from './open-waits.ts';
import type { Streams } from './streams.ts';
import type { TestClock } from './test-clock.ts';
import { timeText } from './time.ts';
import { CountWaits, UntilWaits } from './time-waits.ts';
import type { Failure } from './wait.ts';

export class AllWaits {
  readonly timers = new CountWaits();
  readonly untils = new UntilWaits();
  readonly changes = new ChangeWaits();
  readonly readWrites = new WaitList('readWrite');
  readonly readOnlys = new WaitList('readOnly');
  /** Of events, locks and queues. */
  readonly shared: WaitList[] = [];
  readonly #clocks: readonly TestClock[];
  readonly #streams: Streams;

  constructor(clocks: readonly TestClock[], streams: Streams) {
    this.#clocks = clocks;
    this.#streams = streams;
  }

  /** Waits that a time-out ends: streams, conditions and changes. */
  get open(): number {
    return this.untils.count + this.changes.count + this.#streams.waiting;
  }

  /** Somebody waits for something that time brings. */
  get awaited(): boolean {
    if (this.timers.count > 0 || this.open > 0) return true;
    for (const clock of this.#clocks) if (clock.steps.count > 0) return true;
    return false;
  }

  /** One line per wait. */
  describe(): string[] {
    const clocks = this.#clocks;
    const steps = (clock: TestClock): string[] => {
      const of = clocks.length > 1 ? ` of ${clock.name}` : '';
      return clock.steps.describe((wake) => `step until cycle ${wake}${of}`);
    };
    return [
      ...this.#streams.describe(),
      ...this.untils.describe(),
      ...this.changes.describe(),
      ...clocks.flatMap(steps),
      ...this.timers.describe((time) => `timer until ${timeText(time)}`),
      ...this.shared.flatMap((waits) => waits.describe()),
    ];
  }

  /** Ends the open ones. */
  failOpen(failure: Failure): void {
    this.untils.fail(failure);
    this.changes.fail(failure);
    this.#streams.fail(failure);
  }

  failAll(failure: Failure): void {
    this.failOpen(failure);
    for (const clock of this.#clocks) clock.steps.fail(failure);
    for (const waits of [this.readWrites, this.readOnlys, ...this.shared]) waits.fail(failure);
    this.timers.fail(failure);
  }
}
