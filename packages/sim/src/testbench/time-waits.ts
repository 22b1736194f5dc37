// Waits for time: edges of one clock, points of time, or a condition on the ports.
// Invariant: looked at only between instants; tasks that wait for the same edge share one promise, so that a cycle costs
// one allocation however many tasks step through it. A condition that throws ends its wait with that error.

import { type Failure, Wait } from './wait.ts';

interface Step {
  readonly wake: number;
  /** Of those who share it; absent when the wait is one task's own. */
  readonly promise: Promise<void> | undefined;
  readonly succeed: () => void;
  readonly fail: (failure: Failure) => void;
  tasks: number;
}

const never = Number.POSITIVE_INFINITY;

/** Tasks that wait until a count is reached: the edges of a clock, or the time. */
export class CountWaits {
  /** The count at which the first of them resumes. */
  earliest = never;
  #steps: Step[] = [];
  /** The shared wait that came first, outside the list: in a run that steps edge by edge there is no other. */
  #wake = never;
  #promise: Promise<void> | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  #tasks = 0;
  readonly #executor = (resolve: () => void, reject: (error: Error) => void): void => {
    this.#resolve = resolve;
    this.#reject = reject;
  };

  get count(): number {
    return this.#steps.length + (this.#promise ? 1 : 0);
  }

  /** A promise that is shared with everybody who waits for the same. */
  add(wake: number): Promise<void> {
    if (this.#promise) {
      if (wake !== this.#wake) return this.#addShared(wake);
      this.#tasks++;
      return this.#promise;
    }
    this.#wake = wake;
    this.#tasks = 1;
    this.#promise = new Promise<void>(this.#executor);
    if (wake < this.earliest) this.earliest = wake;
    return this.#promise;
  }

  #addShared(wake: number): Promise<void> {
    const known = this.#steps.find((step) => step.wake === wake && step.promise);
    if (known?.promise) {
      known.tasks++;
      return known.promise;
    }
    let settle!: { resolve: () => void; reject: (error: Error) => void };
    const promise = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const fail = (failure: Failure): void => rejectQuietly(promise, settle.reject, failure);
    this.#keep([...this.#steps, { wake, promise, succeed: settle.resolve, fail, tasks: 1 }]);
    return promise;
  }

  /** A wait of one task's own, which can be withdrawn. */
  addOwn(wake: number, describe: () => string): Promise<void> {
    const wait = new Wait();
    const succeed = (): void => wait.succeed();
    const step: Step = { wake, promise: undefined, succeed, fail: (failure) => wait.fail(failure), tasks: 1 };
    this.#keep([...this.#steps, step]);
    return wait.result(
      () => {},
      () => this.#keep(this.#steps.filter((other) => other !== step)),
      describe,
    );
  }

  /** Resumes those that are due; returns how many promises. */
  wake(count: number): number {
    if (count < this.earliest) return 0;
    let over = 0;
    if (this.#wake <= count) {
      this.#wake = never;
      this.#promise = undefined;
      this.#resolve();
      over = 1;
    }
    const steps = this.#steps;
    if (steps.length > 0) {
      this.#keep(steps.filter(({ wake }) => wake > count));
      for (const { wake, succeed } of steps) if (wake <= count) succeed();
    } else this.earliest = this.#wake;
    return over + steps.length - this.#steps.length;
  }

  describe(text: (wake: number) => string): string[] {
    const line = (wake: number, tasks: number): string =>
      tasks === 1 ? text(wake) : `${text(wake)}, ${tasks} waits`;
    const first = this.#promise ? [line(this.#wake, this.#tasks)] : [];
    return [...first, ...this.#steps.map(({ wake, tasks }) => line(wake, tasks))];
  }

  fail(failure: Failure): void {
    const promise = this.#promise;
    const steps = this.#steps;
    this.#wake = never;
    this.#promise = undefined;
    this.#keep([]);
    if (promise) rejectQuietly(promise, this.#reject, failure);
    for (const step of steps) step.fail(failure);
  }

  #keep(steps: Step[]): void {
    this.#steps = steps;
    this.earliest = steps.reduce((least, { wake }) => Math.min(least, wake), this.#wake);
  }
}

/** Nobody need look at the error. */
function rejectQuietly(promise: Promise<void>, reject: (error: Error) => void, failure: Failure): void {
  promise.catch(() => {});
  reject(failure());
}

/** A task that waits for a condition. */
export interface Until {
  readonly condition: () => boolean;
  readonly begin: number;
  readonly deadline: number;
  readonly wait: Wait;
}

/** Tasks that wait for conditions. */
export class UntilWaits {
  #waits: Until[] = [];

  get count(): number {
    return this.#waits.length;
  }

  /** Adds it unless it is over at once; returns whether it was added. */
  add(until: Until): boolean {
    if (isOver(until)) return false;
    this.#waits.push(until);
    return true;
  }

  remove(until: Until): void {
    this.#waits = this.#waits.filter((other) => other !== until);
  }

  /** Resumes those whose condition holds; returns how many. */
  check(): number {
    const before = this.#waits.length;
    if (before === 0) return 0;
    this.#waits = this.#waits.filter((until) => !isOver(until));
    return before - this.#waits.length;
  }

  /** One whose own time is up. */
  late(cycle: number): Until | undefined {
    return this.#waits.find((until) => cycle >= until.deadline);
  }

  describe(): string[] {
    return this.#waits.map(untilText);
  }

  /** Ends one, or all. */
  fail(failure: Failure, only?: Until): void {
    const waits = this.#waits;
    this.#waits = only ? waits.filter((until) => until !== only) : [];
    for (const until of only ? [only] : waits) until.wait.fail(failure);
  }
}

export const untilText = (until: Until): string =>
  `until ${conditionText(until.condition)} (since cycle ${until.begin})`;

function isOver(until: Until): boolean {
  try {
    if (!until.condition()) return false;
    until.wait.succeed();
  } catch (error) {
    until.wait.fail(() => error as Error);
  }
  return true;
}

function conditionText(condition: () => boolean): string {
  const text = String(condition).replace(/\s+/g, ' ');
  return text.length <= 72 ? text : `${text.slice(0, 69)}...`;
}
