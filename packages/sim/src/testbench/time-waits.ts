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

/** Tasks that wait until a count is reached: the edges of a clock, or the time. */
export class CountWaits {
  #steps: Step[] = [];
  /** The count at which the first of them resumes. */
  earliest = Number.POSITIVE_INFINITY;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  readonly #executor = (resolve: () => void, reject: (error: Error) => void): void => {
    this.#resolve = resolve;
    this.#reject = reject;
  };

  get count(): number {
    return this.#steps.length;
  }

  /** A promise that is shared with everybody who waits for the same. */
  add(wake: number): Promise<void> {
    const steps = this.#steps;
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]!;
      if (step.wake !== wake || !step.promise) continue;
      step.tasks++;
      return step.promise;
    }
    const promise = new Promise<void>(this.#executor);
    const reject = this.#reject;
    const fail = (failure: Failure): void => {
      promise.catch(() => {});
      reject(failure());
    };
    steps.push({ wake, promise, succeed: this.#resolve, fail, tasks: 1 });
    if (wake < this.earliest) this.earliest = wake;
    return promise;
  }

  /** A wait of one task's own, which can be withdrawn. */
  addOwn(wake: number, describe: () => string): Promise<void> {
    const wait = new Wait();
    const step: Step = {
      wake,
      promise: undefined,
      succeed: () => wait.succeed(),
      fail: (f) => wait.fail(f),
      tasks: 1,
    };
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
    const steps = this.#steps;
    if (steps.length === 1) {
      this.#steps = [];
      this.earliest = Number.POSITIVE_INFINITY;
      steps[0]!.succeed();
      return 1;
    }
    this.#keep(steps.filter(({ wake }) => wake > count));
    for (const { wake, succeed } of steps) if (wake <= count) succeed();
    return steps.length - this.#steps.length;
  }

  describe(text: (wake: number) => string): string[] {
    return this.#steps.map(({ wake, tasks }) => (tasks === 1 ? text(wake) : `${text(wake)}, ${tasks} waits`));
  }

  fail(failure: Failure): void {
    const steps = this.#steps;
    this.#steps = [];
    this.earliest = Number.POSITIVE_INFINITY;
    for (const step of steps) step.fail(failure);
  }

  #keep(steps: Step[]): void {
    this.#steps = steps;
    this.earliest = steps.reduce((least, { wake }) => Math.min(least, wake), Number.POSITIVE_INFINITY);
  }
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
