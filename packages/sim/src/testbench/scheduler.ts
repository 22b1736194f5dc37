// The scheduler: lets every task react, moves time until some wait is over, and so on until the body returns.
// Invariant: the ordering rule in dut.ts. Tasks run only between two instants, and one is resumed only when its wait is
// over. It knows no ports and no back end, only a clock that moves and stream ends; what tasks call is in task-bench.ts.

import { DesignFault } from '../backend/design-fault.ts';
import type { Samples } from '../wave/samples.ts';
import { AllWaits } from './all-waits.ts';
import type { Clock } from './clock.ts';
import type { Change, WaitList, Watchable } from './open-waits.ts';
import { afterEventLoop, afterReaction, eventLoopTurnDue } from './reaction.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import type { StreamEnd } from './stream-end.ts';
import { Streams } from './streams.ts';
import type { TestClock } from './test-clock.ts';
import { TimeFlow } from './time-flow.ts';
import { type Step, untilText } from './time-waits.ts';
import { Wait } from './wait.ts';

/** Time that one burst of cycles should take at most, in ms. */
const burstTime = 10;
/** Turns between two looks at the time of day. */
const turnsPerLook = 32;
/** Real time, in ms, after which tasks that only wait for each other are told so. */
const idleTime = 5000;
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

type Outcome<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly error: unknown };

export class Scheduler {
  readonly main: TestClock;
  readonly #clock: Clock;
  readonly #options: SchedulerOptions;
  readonly #flow: TimeFlow;
  readonly #streams: Streams;
  readonly #waits: AllWaits;
  #outcome: Outcome<unknown> | undefined;
  #finish: () => void = () => {};
  #ended = false;
  #asleep = false;
  #looking = false;
  #idleTimer: ReturnType<typeof startTimer> | undefined;
  #turns = 0;
  /** `tick` has found nobody who waits, and no wait came since. */
  #alone = false;
  /** Cycles passed in one go; adapts so that the event loop is not held up for long. */
  #burst = 1024;
  readonly #react = afterReaction(() => this.#turn());

  constructor(clock: Clock, options: SchedulerOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#streams = new Streams(clock, options.bulk);
    this.#waits = new AllWaits(options.clocks, this.#streams);
    this.#flow = new TimeFlow(clock, options, this.#streams, this.#waits);
    this.main = options.clocks[0]!;
  }

  get cycle(): number {
    return this.#clock.cycle;
  }

  /** In ps. */
  get time(): number {
    return this.#flow.time;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Everybody only looks: see readOnly in dut.ts. */
  get looking(): boolean {
    return this.#looking;
  }

  /** Adds a stream's end, before the run. */
  add(end: StreamEnd): void {
    this.#streams.add(end);
  }

  /** A stream's end has a new wait. */
  added(): void {
    this.#flow.added();
    this.#wake();
  }

  /** Lists the waits of an event, lock or queue. */
  register(waits: WaitList): void {
    this.#waits.shared.push(waits);
  }

  clockOf(name: string | undefined): TestClock {
    const clock = name === undefined ? this.main : this.#options.clocks.find((c) => c.name === name);
    if (clock) return clock;
    const names = this.#options.clocks.map((c) => c.name).join(', ');
    throw new RangeError(`there is no clock ${name}; there is ${names}`);
  }

  setReset(active: boolean, name: string | undefined): void {
    this.#options.setReset(active, name);
    this.#clock.touch();
  }

  /** A promise that is shared by all who wait for the same edge. */
  passEdges(clock: TestClock, count: number): Promise<void> {
    this.#flow.stepped(count);
    this.#wake();
    return clock.steps.add(clock.edges + count);
  }

  /** The same for one task alone, which may be cancelled. */
  passOwnEdges(clock: TestClock, count: number, what: (edge: number) => string): Step {
    this.#flow.stepped(count);
    this.#wake();
    return clock.steps.addOwn(clock.edges + count, what);
  }

  /** The same for a limit of time, which no wait is by itself: it does not keep others from being late. */
  limit(cycles: number, what: string): Promise<void> {
    this.#wake();
    return this.main.steps.addOwn(this.main.edges + cycles, () => what).promise;
  }

  at(time: number, what: string): Promise<void> {
    this.#wake();
    return this.#waits.timers.addOwn(time, () => what).promise;
  }

  until(condition: () => boolean, options: { readonly timeout?: number }): Promise<void> {
    const begin = this.cycle;
    const wait = new Wait();
    const until = { condition, begin, deadline: begin + (options.timeout ?? this.#options.timeout), wait };
    if (this.#waits.untils.add(until)) this.added();
    return wait.result(
      () => {},
      () => this.#waits.untils.remove(until),
      () => untilText(until),
    );
  }

  change(signal: Watchable, change: Change): Promise<void> {
    this.#clock.follow();
    const wait = this.#waits.changes.add(signal, change, this.cycle);
    this.added();
    return wait;
  }

  readWrite(): Promise<void> {
    if (this.#looking)
      return Promise.reject(
        new RangeError('readWrite: this instant is in its readOnly phase; let time pass first'),
      );
    this.#wake();
    return this.#waits.readWrites.add();
  }

  readOnly(): Promise<void> {
    if (this.#looking) return Promise.resolve();
    this.#wake();
    return this.#waits.readOnlys.add();
  }

  /** Passes cycles at once, for a body that runs alone. */
  tick(cycles: number): void {
    if (this.#looking) throw new Error('tick: this instant is in its readOnly phase; use await t.step()');
    if (!this.#alone && !this.#isAlone()) {
      const waits = this.#waits.describe();
      throw new Error(
        `tick: others wait, use await t.step(): ${waits.join('; ') || 'a stream is being reset'}`,
      );
    }
    this.#alone = true;
    this.#flow.tick(cycles);
    if (this.cycle >= this.#options.maxCycles) throw this.#flow.tooLong()();
  }

  /** Nobody waits, and no stream is on its way. */
  #isAlone(): boolean {
    if (
      this.main.steps.count +
        this.#waits.timers.count +
        this.#waits.untils.count +
        this.#waits.changes.count >
      0
    )
      return false;
    if (this.#flow.several && this.#waits.awaited) return false;
    return this.#streams.waiting === 0 && this.#streams.idle;
  }

  /** Fails the run. */
  fail(error: unknown): void {
    this.#end({ ok: false, error });
  }

  /** Fails the run, with a list of who waits. */
  interrupt(reason: string): void {
    if (this.#outcome) return;
    const failure = this.#flow.timeoutFailure(reason);
    if (this.#waits.describe().length === 0) {
      this.fail(failure());
      return;
    }
    // Who waits is told first: that error leads to a line of the test.
    this.#waits.failAll(failure);
    this.#wake();
    afterEventLoop(() => {
      if (!this.#ended) this.fail(failure());
    });
  }

  samples(): Samples {
    return this.#options.samples();
  }

  /** Runs a body to its end. Throws its error, or that of a task that nobody joins. */
  async run<R>(body: () => Promise<R> | R): Promise<R> {
    (async () => body())().then(
      (value) => this.#end({ ok: true, value }),
      (error) => this.#end({ ok: false, error }),
    );
    await new Promise<void>((resolve) => {
      this.#finish = resolve;
      this.#react();
    });
    this.#ended = true;
    stopTimer(this.#idleTimer);
    const outcome = this.#outcome as Outcome<R>;
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  #end(outcome: Outcome<unknown>): void {
    // The first error wins, also over a value.
    if (!this.#outcome || (this.#outcome.ok && !outcome.ok)) this.#outcome = outcome;
    this.#wake();
  }

  /** Everybody has reacted: goes on in this instant, or moves time. */
  #turn(): void {
    if (this.#outcome) {
      this.#finish();
      return;
    }
    try {
      if (!this.#settleInstant()) {
        if (!this.#waits.awaited) {
          this.#sleep();
          return;
        }
        this.#advance();
      }
    } catch (error) {
      this.#waits.failAll(() => (error instanceof DesignFault ? error.seenHere() : (error as Error)));
    }
    if (++this.#turns < turnsPerLook || !this.#lookAtTime()) this.#react();
  }

  /** True when the event loop goes first. */
  #lookAtTime(): boolean {
    this.#turns = 0;
    if (!eventLoopTurnDue()) return false;
    this.#options.onSlice?.();
    afterEventLoop(this.#react);
    return true;
  }

  /** Idles while the body awaits something outside the simulation. */
  #sleep(): void {
    this.#asleep = true;
    if (!this.#waits.shared.some((waits) => waits.count > 0)) return;
    this.#idleTimer = startTimer(() => {
      const failure = this.#flow.timeoutFailure('nobody waits for time to pass, so nothing can happen');
      for (const waits of this.#waits.shared) waits.fail(failure);
      this.#wake();
    }, idleTime);
  }

  /** Somebody begins to wait, or the run is over. */
  #wake(): void {
    this.#alone = false;
    if (!this.#asleep) return;
    this.#asleep = false;
    stopTimer(this.#idleTimer);
    this.#react();
  }

  /** Steps 3 to 6 of the ordering rule; true when somebody has been resumed in this instant. */
  #settleInstant(): boolean {
    if (this.#waits.changes.count + this.#waits.readWrites.count + this.#waits.readOnlys.count === 0)
      return false;
    if (this.#looking) return false;
    this.#clock.follow();
    if (this.#waits.changes.check() > 0 || this.#waits.readWrites.release() > 0) return true;
    this.#streams.drive();
    this.#clock.follow();
    if (this.#waits.changes.check() > 0) return true;
    if (this.#waits.readOnlys.count === 0) return false;
    this.#looking = true;
    this.#waits.readOnlys.release();
    return true;
  }

  /** Moves time until a wait is over, or a burst of cycles has passed. */
  #advance(): void {
    this.#looking = false;
    const stop = Math.min(this.cycle + this.#burst, this.#options.maxCycles);
    if (this.#flow.passOnce(stop) > 0) return;
    const started = performance.now();
    while (this.cycle < stop) if (this.#flow.passOnce(stop) > 0) return;
    if (this.cycle >= this.#options.maxCycles) this.fail(this.#flow.tooLong()());
    const elapsed = performance.now() - started;
    if (elapsed < burstTime / 2) this.#burst = Math.min(this.#burst * 2, 1 << 24);
    else if (elapsed > burstTime) this.#burst = Math.max(this.#burst >> 1, 16);
    this.#turns = turnsPerLook;
  }
}
