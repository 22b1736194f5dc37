// The scheduler: lets every task react, moves time until some wait is over, and so on until the body returns.
// Invariant: the ordering rule in dut.ts. Tasks run only between two instants, and one is resumed only when its wait is
// over. It knows no ports and no back end, only a clock that moves and stream ends; what tasks call is in task-bench.ts.

import type { Samples } from '../wave/samples.ts';
import type { Clock } from './clock.ts';
import { type Change, ChangeWaits, WaitList, type Watchable } from './open-waits.ts';
import { afterEventLoop, afterReaction, eventLoopTurnDue } from './reaction.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import type { StreamEnd } from './stream-end.ts';
import { Streams } from './streams.ts';
import type { TestClock } from './test-clock.ts';
import { timeText } from './time.ts';
import { CountWaits, type Step, UntilWaits, untilText } from './time-waits.ts';
import { type Failure, Wait } from './wait.ts';

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
  /** There is more than one clock. */
  readonly #several: boolean;
  readonly #streams: Streams;
  readonly #timers = new CountWaits();
  readonly #untils = new UntilWaits();
  readonly #changes = new ChangeWaits();
  readonly #readWrites = new WaitList('readWrite');
  readonly #readOnlys = new WaitList('readOnly');
  /** Of events, locks and queues. */
  readonly #shared: WaitList[] = [];
  #time = 0;
  #lastProgress = 0;
  #outcome: Outcome<unknown> | undefined;
  #finish: () => void = () => {};
  #ended = false;
  #asleep = false;
  #looking = false;
  #idleTimer: ReturnType<typeof startTimer> | undefined;
  #turns = 0;
  /** Cycles passed in one go; adapts so that the event loop is not held up for long. */
  #burst = 1024;
  readonly #react = afterReaction(() => this.#turn());

  constructor(clock: Clock, options: SchedulerOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#streams = new Streams(clock, options.bulk);
    this.main = options.clocks[0]!;
    this.#several = options.clocks.length > 1;
  }

  get cycle(): number {
    return this.#clock.cycle;
  }

  /** In ps. */
  get time(): number {
    return this.#time;
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
    // The count of idle cycles begins when somebody begins to wait.
    if (this.#waits() === 1) this.#lastProgress = Math.max(this.#lastProgress, this.cycle);
    this.#wake();
  }

  /** Lists the waits of an event, lock or queue. */
  register(waits: WaitList): void {
    this.#shared.push(waits);
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
    this.#stepped(count);
    return clock.steps.add(clock.edges + count);
  }

  /** The same for one task alone, which may be cancelled. */
  passOwnEdges(clock: TestClock, count: number, what: (edge: number) => string): Step {
    this.#stepped(count);
    return clock.steps.addOwn(clock.edges + count, what);
  }

  at(time: number, what: string): Promise<void> {
    this.#wake();
    return this.#timers.addOwn(time, () => what).promise;
  }

  until(condition: () => boolean, options: { readonly timeout?: number }): Promise<void> {
    const begin = this.cycle;
    const wait = new Wait();
    const until = { condition, begin, deadline: begin + (options.timeout ?? this.#options.timeout), wait };
    if (this.#untils.add(until)) this.added();
    return wait.result(
      () => {},
      () => this.#untils.remove(until),
      () => untilText(until),
    );
  }

  change(signal: Watchable, change: Change): Promise<void> {
    this.#clock.follow();
    const wait = this.#changes.add(signal, change, this.cycle);
    this.added();
    return wait;
  }

  readWrite(): Promise<void> {
    if (this.#looking)
      return Promise.reject(
        new RangeError('readWrite: this instant is in its readOnly phase; let time pass first'),
      );
    this.#wake();
    return this.#readWrites.add();
  }

  readOnly(): Promise<void> {
    if (this.#looking) return Promise.resolve();
    this.#wake();
    return this.#readOnlys.add();
  }

  /** Passes cycles at once, for a body that runs alone. */
  tick(cycles: number): void {
    if (this.#looking) throw new Error('tick: this instant is in its readOnly phase; use await t.step()');
    if (!this.#alone()) {
      const waits = this.#describe();
      throw new Error(
        `tick: others wait, use await t.step(): ${waits.join('; ') || 'a stream is being reset'}`,
      );
    }
    if (this.#several) {
      const end = this.main.edges + cycles;
      while (this.main.edges < end) this.#passInstant();
    } else {
      this.#clock.rise(cycles);
      this.#moved();
    }
    if (this.cycle >= this.#options.maxCycles) throw this.#tooLong()();
  }

  /** Nobody waits, and no stream is on its way. */
  #alone(): boolean {
    if (this.main.steps.count + this.#timers.count + this.#untils.count + this.#changes.count > 0)
      return false;
    if (this.#several && this.#awaited()) return false;
    return this.#streams.waiting === 0 && this.#streams.idle;
  }

  /** Fails the run. */
  fail(error: unknown): void {
    this.#end({ ok: false, error });
  }

  /** Fails the run, with a list of who waits. */
  interrupt(reason: string): void {
    if (!this.#outcome) this.fail(this.#timeoutFailure(reason)());
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
        if (!this.#awaited()) {
          this.#sleep();
          return;
        }
        this.#advance();
      }
    } catch (error) {
      this.#failAll(() => error as Error);
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
    if (!this.#shared.some((waits) => waits.count > 0)) return;
    this.#idleTimer = startTimer(() => {
      const failure = this.#timeoutFailure('nobody waits for time to pass, so nothing can happen');
      for (const waits of this.#shared) waits.fail(failure);
      this.#wake();
    }, idleTime);
  }

  #wake(): void {
    if (!this.#asleep) return;
    this.#asleep = false;
    stopTimer(this.#idleTimer);
    this.#react();
  }

  /** Waits that a time-out ends: streams, conditions and changes. */
  #waits(): number {
    return this.#untils.count + this.#changes.count + this.#streams.waiting;
  }

  /** Somebody waits for something that time brings. */
  #awaited(): boolean {
    if (this.main.steps.count > 0 || this.#timers.count > 0 || this.#waits() > 0) return true;
    return this.#options.clocks.some((clock) => clock.steps.count > 0);
  }

  /** Steps 3 to 6 of the ordering rule; true when somebody has been resumed in this instant. */
  #settleInstant(): boolean {
    if (this.#changes.count + this.#readWrites.count + this.#readOnlys.count === 0) return false;
    if (this.#looking) return false;
    this.#clock.follow();
    if (this.#changes.check() > 0 || this.#readWrites.release() > 0) return true;
    this.#streams.drive();
    this.#clock.follow();
    if (this.#changes.check() > 0) return true;
    if (this.#readOnlys.count === 0) return false;
    this.#looking = true;
    this.#readOnlys.release();
    return true;
  }

  /** Moves time until a wait is over, or a burst of cycles has passed. */
  #advance(): void {
    this.#looking = false;
    const stop = Math.min(this.cycle + this.#burst, this.#options.maxCycles);
    if (this.#passOnce(stop) > 0) return;
    const started = performance.now();
    while (this.cycle < stop) if (this.#passOnce(stop) > 0) return;
    if (this.cycle >= this.#options.maxCycles) this.fail(this.#tooLong()());
    const elapsed = performance.now() - started;
    if (elapsed < burstTime / 2) this.#burst = Math.min(this.#burst * 2, 1 << 24);
    else if (elapsed > burstTime) this.#burst = Math.max(this.#burst >> 1, 16);
    this.#turns = turnsPerLook;
  }

  /** One instant, or many in which nothing could happen; returns how many waits are over. */
  #passOnce(stop: number): number {
    let over = this.#several ? this.#passInstant() : this.#passCycles(stop);
    if (this.#waits() > 0) {
      over += this.#checkUntils();
      if (this.#changes.count > 0) {
        this.#clock.follow();
        over += this.#progress(this.#changes.check());
      }
      over += this.#checkTimeout();
    }
    return over;
  }

  /** The same with one clock: as many cycles as nobody looks at. */
  #passCycles(stop: number): number {
    const { main } = this;
    let edges = Math.min(stop, main.steps.earliest) - main.edges;
    if (this.#timers.count > 0) {
      const left = Math.floor((this.#timers.earliest - main.nextRise) / main.period) + 1;
      if (left <= 0) return this.#passTime(this.#timers.earliest);
      edges = Math.min(edges, left);
    }
    let over = 0;
    if (this.#untils.count + this.#changes.count > 0) over = this.#streams.pass(1);
    else if (this.#streams.idle) this.#clock.rise(edges);
    else {
      const quiet = this.#lastProgress + this.#options.timeout - main.edges;
      over = this.#streams.pass(Math.max(1, Math.min(edges, quiet)));
    }
    this.#moved();
    if (this.#streams.lastMove > this.#lastProgress) this.#lastProgress = this.#streams.lastMove;
    return over + main.steps.wake(main.edges) + this.#timers.wake(this.#time);
  }

  /** The one clock has moved. */
  #moved(): void {
    this.main.edges = this.#clock.cycle;
    this.#time = this.main.lastRise;
  }

  /** A point of time at which no clock rises. */
  #passTime(time: number): number {
    this.#time = time;
    return this.#timers.wake(time);
  }

  /** The next instant with several clocks. */
  #passInstant(): number {
    const { clocks } = this.#options;
    let time = this.#timers.earliest;
    for (const clock of clocks) time = Math.min(time, clock.nextRise);
    const rising = clocks.filter((clock) => clock.nextRise === time);
    if (rising.length === 0) return this.#passTime(time);
    let over = this.#streams.passEdges(rising.reduce((mask, clock) => mask | clock.mask, 0));
    this.#time = time;
    for (const clock of rising) {
      clock.edges++;
      over += clock.steps.wake(clock.edges);
    }
    this.#progress(over);
    return over + this.#timers.wake(time);
  }

  #progress(over: number): number {
    if (over > 0) this.#lastProgress = Math.max(this.#lastProgress, this.cycle);
    return over;
  }

  #checkUntils(): number {
    return this.#progress(this.#untils.check());
  }

  #stepped(cycles: number): void {
    // Who passes many cycles on purpose does not hang.
    if (cycles >= this.#options.timeout)
      this.#lastProgress = Math.max(this.#lastProgress, this.cycle + cycles);
    this.#wake();
  }

  #checkTimeout(): number {
    const late = this.#untils.late(this.cycle);
    if (late) {
      const reason = `the condition did not come true in ${late.deadline - late.begin} cycles`;
      this.#untils.fail(this.#timeoutFailure(reason), late);
      return 1;
    }
    if (this.cycle - this.#lastProgress < this.#options.timeout) return 0;
    const waits = this.#waits();
    if (waits > 0)
      this.#failOpen(this.#timeoutFailure(`nothing happened in ${this.#options.timeout} cycles`));
    return waits;
  }

  #tooLong(): Failure {
    return this.#timeoutFailure(`the test is not over after ${this.#options.maxCycles} cycles (maxCycles)`);
  }

  #timeoutFailure(reason: string): Failure {
    return this.#options.timedOut({ reason, cycle: this.cycle, waits: this.#describe() });
  }

  #describe(): string[] {
    const { clocks } = this.#options;
    const steps = (clock: TestClock): string[] => {
      const of = clocks.length > 1 ? ` of ${clock.name}` : '';
      return clock.steps.describe((wake) => `step until cycle ${wake}${of}`);
    };
    return [
      ...this.#streams.describe(),
      ...this.#untils.describe(),
      ...this.#changes.describe(),
      ...clocks.flatMap(steps),
      ...this.#timers.describe((time) => `timer until ${timeText(time)}`),
      ...this.#shared.flatMap((waits) => waits.describe()),
    ];
  }

  #failOpen(failure: Failure): void {
    this.#untils.fail(failure);
    this.#changes.fail(failure);
    this.#streams.fail(failure);
    this.#lastProgress = this.cycle;
  }

  #failAll(failure: Failure): void {
    this.#failOpen(failure);
    for (const clock of this.#options.clocks) clock.steps.fail(failure);
    for (const waits of [this.#readWrites, this.#readOnlys, ...this.#shared]) waits.fail(failure);
    this.#timers.fail(failure);
  }
}
