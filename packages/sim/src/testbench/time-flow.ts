// Time: from one instant to the next, and over those in which nothing can happen; the waits that are over by it, and those
// that last too long.
// Invariant: an instant is passed whole; where nobody looks at single cycles, many pass in one call. It lets no task run: the
// scheduler does.

import type { AllWaits } from './all-waits.ts';
import type { Clock } from './clock.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import type { Streams } from './streams.ts';
import type { TestClock } from './test-clock.ts';
import type { Failure } from './wait.ts';

export class TimeFlow {
  readonly main: TestClock;
  /** There is more than one clock. */
  readonly several: boolean;
  /** In ps. */
  time = 0;
  readonly #clock: Clock;
  readonly #options: SchedulerOptions;
  readonly #streams: Streams;
  readonly #waits: AllWaits;
  #lastProgress = 0;

  constructor(clock: Clock, options: SchedulerOptions, streams: Streams, waits: AllWaits) {
    this.main = options.clocks[0]!;
    this.several = options.clocks.length > 1;
    this.#clock = clock;
    this.#options = options;
    this.#streams = streams;
    this.#waits = waits;
  }

  /** A wait that a time-out may end has been added. */
  added(): void {
    // The count of idle cycles begins when somebody begins to wait.
    if (this.#waits.open === 1) this.#lastProgress = Math.max(this.#lastProgress, this.#clock.cycle);
  }

  /** Passes cycles of the main clock in which nobody waits. */
  tick(cycles: number): void {
    if (!this.several) {
      this.#clock.rise(cycles);
      this.#moved();
      return;
    }
    const end = this.main.edges + cycles;
    while (this.main.edges < end) this.#passInstant();
  }

  /** One instant, or many in which nothing could happen; returns how many waits are over. */
  passOnce(stop: number): number {
    let over = this.several ? this.#passInstant() : this.#passCycles(stop);
    if (this.#waits.open > 0) {
      over += this.#checkUntils();
      if (this.#waits.changes.count > 0) {
        this.#clock.follow();
        over += this.#progress(this.#waits.changes.check());
      }
      over += this.#checkTimeout();
    }
    return over;
  }

  /** The same with one clock: as many cycles as nobody looks at. */
  #passCycles(stop: number): number {
    const { main } = this;
    let edges = Math.min(stop, main.steps.earliest) - main.edges;
    if (this.#waits.timers.count > 0) {
      const left = Math.floor((this.#waits.timers.earliest - main.nextRise) / main.period) + 1;
      if (left <= 0) return this.#passTime(this.#waits.timers.earliest);
      edges = Math.min(edges, left);
    }
    let over = 0;
    if (this.#waits.untils.count + this.#waits.changes.count > 0) over = this.#streams.pass(1);
    else if (this.#streams.idle) this.#clock.rise(edges);
    else {
      const quiet = this.#lastProgress + this.#options.timeout - main.edges;
      over = this.#streams.pass(Math.max(1, Math.min(edges, quiet)));
    }
    this.#moved();
    if (this.#streams.lastMove > this.#lastProgress) this.#lastProgress = this.#streams.lastMove;
    return over + main.steps.wake(main.edges) + this.#waits.timers.wake(this.time);
  }

  /** The one clock has moved. */
  #moved(): void {
    this.main.edges = this.#clock.cycle;
    this.time = this.main.lastRise;
  }

  /** A point of time at which no clock rises. */
  #passTime(time: number): number {
    this.time = time;
    return this.#waits.timers.wake(time);
  }

  /** The next instant with several clocks. */
  #passInstant(): number {
    const { clocks } = this.#options;
    let time = this.#waits.timers.earliest;
    for (const clock of clocks) time = Math.min(time, clock.nextRise);
    const rising = clocks.filter((clock) => clock.nextRise === time);
    if (rising.length === 0) return this.#passTime(time);
    let over = this.#streams.passEdges(rising.reduce((mask, clock) => mask | clock.mask, 0));
    this.time = time;
    for (const clock of rising) {
      clock.edges++;
      over += clock.steps.wake(clock.edges);
    }
    this.#progress(over);
    return over + this.#waits.timers.wake(time);
  }

  #progress(over: number): number {
    if (over > 0) this.#lastProgress = Math.max(this.#lastProgress, this.#clock.cycle);
    return over;
  }

  #checkUntils(): number {
    return this.#progress(this.#waits.untils.check());
  }

  /** Somebody begins to pass cycles: who passes many on purpose does not hang. */
  stepped(cycles: number): void {
    if (cycles >= this.#options.timeout)
      this.#lastProgress = Math.max(this.#lastProgress, this.#clock.cycle + cycles);
  }

  #checkTimeout(): number {
    const late = this.#waits.untils.late(this.#clock.cycle);
    if (late) {
      const reason = `the condition did not come true in ${late.deadline - late.begin} cycles`;
      this.#waits.untils.fail(this.timeoutFailure(reason), late);
      return 1;
    }
    if (this.#clock.cycle - this.#lastProgress < this.#options.timeout) return 0;
    const waits = this.#waits.open;
    if (waits > 0) this.#failOpen(this.timeoutFailure(`nothing happened in ${this.#options.timeout} cycles`));
    return waits;
  }

  tooLong(): Failure {
    return this.timeoutFailure(`the test is not over after ${this.#options.maxCycles} cycles (maxCycles)`);
  }

  /** Makes the error of waits that do not end. */
  timeoutFailure(reason: string): Failure {
    return this.#options.timedOut({ reason, cycle: this.#clock.cycle, waits: this.#waits.describe() });
  }

  #failOpen(failure: Failure): void {
    this.#waits.failOpen(failure);
    this.#lastProgress = this.#clock.cycle;
  }
}
