// What a task calls `t`: the vocabulary of time, tasks and waits, on top of the scheduler.
// Invariant: waits of the body's own `t` share promises and cost least; those of a forked task's `t` can be cancelled.

import type { HwType } from '@gatewright/hdl-core';
import { type WaveRequest, wantedWave, wantedWaveDrom } from '../wave/view.ts';
import type { WaveDrom } from '../wave/wavedrom.ts';
import type { ClockHandle, OneBit, OutputPort, Task, Testbench, Waits } from './dut.ts';
import type { Change, Watchable } from './open-waits.ts';
import type { InsideHandles } from './port-handles.ts';
import type { Scheduler } from './scheduler.ts';
import { SimTimeout } from './sim-timeout.ts';
import { Event, Lock, Queue } from './synchronise.ts';
import { Cancellation, startTask } from './task.ts';
import { TestClock } from './test-clock.ts';
import { picoseconds, type Time, timeText } from './time.ts';
import { describeWait, withdraw } from './wait.ts';
import { watchableOf } from './watchable.ts';

export class TaskBench implements Testbench {
  readonly #scheduler: Scheduler;
  readonly #inside: InsideHandles;
  readonly #task: Cancellation | undefined;

  constructor(scheduler: Scheduler, inside: InsideHandles, task?: Cancellation) {
    this.#scheduler = scheduler;
    this.#inside = inside;
    this.#task = task;
  }

  get cycle(): number {
    return this.#scheduler.cycle;
  }

  get time(): number {
    return this.#scheduler.time;
  }

  step(cycles = 1): Promise<void> {
    return this.#passEdges('step', cycles, this.#scheduler.main);
  }

  tick(cycles = 1): void {
    if (!Number.isInteger(cycles) || cycles < 1) throw badCount('tick', cycles);
    this.#scheduler.tick(cycles);
  }

  until(condition: () => boolean, options: { readonly timeout?: number } = {}): Promise<void> {
    return this.#own(() => this.#scheduler.until(condition, options));
  }

  clock(name?: string): ClockHandle {
    return this.#scheduler.clockOf(name);
  }

  clockCycles(cycles: number, clock: ClockHandle = this.#scheduler.main): Promise<void> {
    return this.#passEdges('clockCycles', cycles, clock as TestClock);
  }

  risingEdge(signal: OneBit | ClockHandle): Promise<void> {
    if (TestClock.is(signal)) return this.#passEdges('risingEdge', 1, signal);
    return this.#change(oneBit(signal as OneBit, 'risingEdge'), 'rising');
  }

  fallingEdge(signal: OneBit | ClockHandle): Promise<void> {
    if (!TestClock.is(signal)) return this.#change(oneBit(signal as OneBit, 'fallingEdge'), 'falling');
    return this.#at(signal.nextFall(this.time), `fallingEdge of ${signal.name}`);
  }

  edge(signal: OutputPort<HwType> | ClockHandle): Promise<void> {
    if (!TestClock.is(signal)) return this.#change(watchableOf(signal), 'any');
    const next = Math.min(signal.nextRise, signal.nextFall(this.time));
    return this.#at(next, `edge of ${signal.name}`);
  }

  timer(time: Time): Promise<void> {
    return this.#at(this.time + picoseconds(time, 'timer'), `timer of ${time}`);
  }

  readWrite(): Promise<void> {
    return this.#own(() => this.#scheduler.readWrite());
  }

  readOnly(): Promise<void> {
    return this.#own(() => this.#scheduler.readOnly());
  }

  async reset({ cycles = 2, name }: { cycles?: number; name?: string } = {}): Promise<void> {
    if (!Number.isInteger(cycles) || cycles < 1) throw badCount('reset', cycles);
    this.#scheduler.setReset(true, name);
    try {
      await this.step(cycles);
    } finally {
      this.#scheduler.setReset(false, name);
    }
  }

  fork<R>(body: (t: Testbench) => Promise<R>): Task<R> {
    const cancellation = new Cancellation();
    const own = new TaskBench(this.#scheduler, this.#inside, cancellation);
    return startTask(
      () => body(own),
      cancellation,
      (error) => this.#scheduler.fail(error),
    );
  }

  own<R>(wait: Promise<R>): Promise<R> {
    return this.#own(() => wait);
  }

  async first<T extends readonly unknown[]>(...waits: Waits<T>): Promise<T[number]> {
    if (waits.length === 0) throw new RangeError('first: pass at least one wait');
    const promises = waits.map(promiseOf);
    for (const promise of promises) void this.own(promise).catch(() => {});
    try {
      return await Promise.race(promises);
    } finally {
      for (const promise of promises) withdraw(promise);
    }
  }

  async all<T extends readonly unknown[]>(...waits: Waits<T>): Promise<T> {
    const promises = waits.map(promiseOf);
    for (const promise of promises) void this.own(promise).catch(() => {});
    return (await Promise.all(promises)) as unknown as T;
  }

  async withTimeout<R>(wait: Promise<R> | Task<R>, limit: number | Time): Promise<R> {
    const promise = promiseOf(wait);
    const what = describeWait(promise);
    const words = typeof limit === 'number' ? `${limit} cycles` : limit;
    const scheduler = this.#scheduler;
    const late = Symbol('late');
    const end =
      typeof limit === 'number'
        ? scheduler.limit(limit, `time limit of ${words}`)
        : scheduler.at(this.time + picoseconds(limit, 'withTimeout'), `time limit of ${words}`);
    try {
      const result = await this.first<[R, typeof late]>(
        promise,
        end.then(() => late),
      );
      if (result !== late) return result as R;
    } finally {
      withdraw(end);
    }
    throw new SimTimeout(`${what} is not over after ${words}, at cycle ${this.cycle}`);
  }

  event<T = void>(name?: string): Event<T> {
    return new Event<T>((waits) => this.#scheduler.register(waits), name);
  }

  lock(name?: string): Lock {
    return new Lock((waits) => this.#scheduler.register(waits), name);
  }

  queue<T>({ capacity, name }: { readonly capacity?: number; readonly name?: string } = {}): Queue<T> {
    return new Queue<T>((waits) => this.#scheduler.register(waits), capacity, name);
  }

  inside<T extends HwType>(name: string, type: T): OutputPort<T> {
    return this.#inside(name, type);
  }

  log(...values: readonly unknown[]): void {
    console.log(`cycle ${this.cycle}, ${timeText(this.time)}:`, ...values);
  }

  wave(...request: WaveRequest): string {
    return wantedWave(this.#scheduler.samples(), request);
  }

  waveDrom(...request: WaveRequest): WaveDrom {
    return wantedWaveDrom(this.#scheduler.samples(), request);
  }

  #own<R>(make: () => Promise<R>): Promise<R> {
    return this.#task ? this.#task.own(make) : make();
  }

  #passEdges(what: keyof typeof whatOf, cycles: number, clock: TestClock): Promise<void> {
    if (!Number.isInteger(cycles) || cycles < 0) return Promise.reject(badCount(what, cycles));
    const task = this.#task;
    if (task?.cancelled) return task.own(() => Promise.resolve());
    if (cycles === 0) return Promise.resolve();
    if (!task) return this.#scheduler.passEdges(clock, cycles);
    const step = this.#scheduler.passOwnEdges(clock, cycles, whatOf[what]);
    return task.ownStep(step.promise, step);
  }

  #at(time: number, what: string): Promise<void> {
    return this.#own(() => this.#scheduler.at(time, `${what} until ${timeText(time)}`));
  }

  #change(signal: Watchable, change: Change): Promise<void> {
    return this.#own(() => this.#scheduler.change(signal, change));
  }
}

/** What a time-out says of a wait for an edge. */
const whatOf = {
  step: (edge: number) => `step until cycle ${edge}`,
  clockCycles: (edge: number) => `clockCycles until cycle ${edge}`,
  risingEdge: (edge: number) => `risingEdge until cycle ${edge}`,
};

const promiseOf = <R>(wait: Promise<R> | Task<R>): Promise<R> => ('join' in wait ? wait.join() : wait);

const badCount = (what: string, cycles: number): RangeError =>
  new RangeError(`${what}(${cycles}): pass a whole number of cycles`);

function oneBit(port: OneBit, what: string): Watchable {
  const signal = watchableOf(port);
  if (signal.width === 1) return signal;
  throw new RangeError(`${what}: ${signal.name} has ${signal.width} bits; use edge for more than one`);
}
