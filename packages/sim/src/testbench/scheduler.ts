// The scheduler: lets every task react, moves time until some wait is over, and so on until the body returns.
// Invariant: time moves only when every task waits; tasks run only between two edges. No promise per cycle: streams are
// state machines, and a task is resumed only when its wait is over.
// It knows no ports and no back end, only a clock and stream ends.

import type { Samples } from '../wave/samples.ts';
import { type WaveRequest, wantedWave, wantedWaveDrom } from '../wave/view.ts';
import type { WaveDrom } from '../wave/wavedrom.ts';
import type { Clock } from './clock.ts';
import type { Task, Testbench } from './dut.ts';
import { eventLoopTurn, eventLoopTurnDue, everybodyReacted } from './reaction.ts';
import type { StreamEnd } from './stream-end.ts';
import { StepWaits, UntilWaits } from './time-waits.ts';
import { type Failure, Wait } from './wait.ts';

/** Time that one burst of cycles should take at most, in ms. */
const burstTime = 10;

/** What is known of waits that do not end. */
export interface Stuck {
  readonly reason: string;
  readonly cycle: number;
  /** One line per wait. */
  readonly waits: readonly string[];
}

export interface SchedulerOptions {
  /** Cycles without a transfer, or anything else awaited, that end the waits. */
  readonly timeout: number;
  /** The last cycles. */
  readonly samples: () => Samples;
  /** Makes the error of waits that take too long. */
  readonly timedOut: (stuck: Stuck) => Failure;
  /** Called about every 20 ms while time moves. */
  readonly onSlice?: (() => void) | undefined;
}

type Outcome<R> = { readonly ok: true; readonly value: R } | { readonly ok: false; readonly error: unknown };

export class Scheduler implements Testbench {
  readonly #clock: Clock;
  readonly #options: SchedulerOptions;
  readonly #ends: StreamEnd[] = [];
  readonly #steps = new StepWaits();
  readonly #untils = new UntilWaits();
  #lastProgress = 0;
  #outcome: Outcome<unknown> | undefined;
  #ended = false;
  #wake: (() => void) | undefined;
  /** Edges passed in one go; adapts so that the event loop is not held up for long. */
  #burst = 1024;

  constructor(clock: Clock, options: SchedulerOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get cycle(): number {
    return this.#clock.cycle;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Adds a stream's end, before the run. */
  add(end: StreamEnd): void {
    this.#ends.push(end);
  }

  /** A stream's end has a new wait. */
  added(): void {
    // The count of idle cycles begins when somebody begins to wait.
    if (this.#waits() === 1) this.#lastProgress = Math.max(this.#lastProgress, this.cycle);
    this.#wake?.();
  }

  step(cycles = 1): Promise<void> {
    if (!Number.isInteger(cycles) || cycles < 0)
      return Promise.reject(new RangeError(`step(${cycles}): pass a whole number of cycles`));
    if (cycles === 0) return Promise.resolve();
    const wait = this.#steps.add(this.cycle + cycles);
    // Who passes many cycles on purpose does not hang.
    if (cycles >= this.#options.timeout)
      this.#lastProgress = Math.max(this.#lastProgress, this.cycle + cycles);
    this.#wake?.();
    return wait.result(() => {});
  }

  until(condition: () => boolean, options: { readonly timeout?: number } = {}): Promise<void> {
    const begin = this.cycle;
    const deadline = begin + (options.timeout ?? this.#options.timeout);
    const wait = new Wait();
    if (this.#untils.add({ condition, begin, deadline, wait })) this.added();
    return wait.result(() => {});
  }

  fork<R>(body: () => Promise<R>): Task<R> {
    let done = false;
    let joined = false;
    const result = (async () => body())();
    result.then(
      () => {
        done = true;
      },
      (error) => {
        done = true;
        if (!joined) this.#end({ ok: false, error });
      },
    );
    return {
      join: () => {
        joined = true;
        return result.then((value) => value);
      },
      get done() {
        return done;
      },
    };
  }

  wave(...request: WaveRequest): string {
    return wantedWave(this.#options.samples(), request);
  }

  waveDrom(...request: WaveRequest): WaveDrom {
    return wantedWaveDrom(this.#options.samples(), request);
  }

  /** Runs a body to its end. Throws its error, or that of a task that nobody joins. */
  async run<R>(body: () => Promise<R> | R): Promise<R> {
    (async () => body())().then(
      (value) => this.#end({ ok: true, value }),
      (error) => this.#end({ ok: false, error }),
    );
    try {
      await this.#loop();
    } finally {
      this.#ended = true;
    }
    const outcome = this.#outcome as Outcome<R>;
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }

  #end(outcome: Outcome<unknown>): void {
    // The first error wins, also over a value.
    if (!this.#outcome || (this.#outcome.ok && !outcome.ok)) this.#outcome = outcome;
    this.#wake?.();
  }

  async #loop(): Promise<void> {
    for (;;) {
      await everybodyReacted();
      if (this.#outcome) return;
      if (this.#waits() === 0 && this.#steps.count === 0) {
        await this.#somethingNew();
        continue;
      }
      try {
        this.#advance();
      } catch (error) {
        this.#failAll(() => error as Error);
      }
      if (eventLoopTurnDue()) {
        this.#options.onSlice?.();
        await eventLoopTurn();
      }
    }
  }

  /** Idles while the body awaits something outside the simulation. */
  async #somethingNew(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** Stream operations and conditions that are waited for. */
  #waits(): number {
    let waits = this.#untils.count;
    for (const end of this.#ends) waits += end.waiting;
    return waits;
  }

  /** Moves time until a wait is over, or a burst of cycles has passed. */
  #advance(): void {
    const started = performance.now();
    const stop = this.cycle + this.#burst;
    let over = 0;
    do {
      over = this.#quiet() ? this.#leap(stop) : this.#passCycle();
      over += this.#checkUntils() + this.#steps.wake(this.cycle) + this.#checkTimeout();
    } while (over === 0 && this.cycle < stop);
    if (over > 0) return;
    const elapsed = performance.now() - started;
    if (elapsed < burstTime / 2) this.#burst = Math.min(this.#burst * 2, 1 << 24);
    else if (elapsed > burstTime) this.#burst = Math.max(this.#burst >> 1, 16);
  }

  /** Nobody looks at the single cycle. */
  #quiet(): boolean {
    if (this.#untils.count > 0) return false;
    for (const end of this.#ends) if (!end.idle) return false;
    return true;
  }

  /** Passes the edges up to the next task that wakes in one call. */
  #leap(stop: number): number {
    this.#clock.rise(this.#steps.earliest(stop) - this.cycle);
    return 0;
  }

  /** One cycle with streams; returns how many waits are over. */
  #passCycle(): number {
    const ends = this.#ends;
    for (let i = 0; i < ends.length; i++) ends[i]!.drive();
    this.#clock.settle();
    let moved = false;
    for (let i = 0; i < ends.length; i++) if (ends[i]!.sample()) moved = true;
    this.#clock.rise(1);
    if (!moved) return 0;
    this.#lastProgress = Math.max(this.#lastProgress, this.cycle);
    let over = 0;
    for (let i = 0; i < ends.length; i++) over += ends[i]!.commit();
    return over;
  }

  #checkUntils(): number {
    const over = this.#untils.check();
    if (over > 0) this.#lastProgress = Math.max(this.#lastProgress, this.cycle);
    return over;
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
    if (waits === 0) return 0;
    const failure = this.#timeoutFailure(`nothing happened in ${this.#options.timeout} cycles`);
    this.#failStreamsAndUntils(failure);
    return waits;
  }

  #timeoutFailure(reason: string): Failure {
    const waits = [...this.#ends.flatMap((end) => end.describe()), ...this.#untils.describe()];
    return this.#options.timedOut({ reason, cycle: this.cycle, waits });
  }

  #failStreamsAndUntils(failure: Failure): void {
    this.#untils.fail(failure);
    for (const end of this.#ends) end.fail(failure);
    this.#lastProgress = this.cycle;
  }

  #failAll(failure: Failure): void {
    this.#failStreamsAndUntils(failure);
    this.#steps.fail(failure);
  }
}
