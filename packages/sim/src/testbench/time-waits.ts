// Waits for time: edges of one clock, points of time, or a condition on the ports.
// Invariant: looked at only between instants; tasks that wait for the same edge share one promise, so that a cycle costs
// one allocation however many tasks step through it. A condition that throws ends its wait with that error.

import { type Failure, type Known, tell, type Wait } from './wait.ts';

/** A wait until a count: of all who wait for the same, or of one task alone. */
export class Step implements Known {
  readonly wake: number;
  readonly shared: boolean;
  readonly promise: Promise<void>;
  /** Tasks that share it. */
  tasks = 1;
  over = false;
  readonly #waits: CountWaits;
  readonly #settle: (value?: Promise<never>) => void;
  readonly #what: ((wake: number) => string) | undefined;

  constructor(waits: CountWaits, wake: number, what?: (wake: number) => string) {
    this.#waits = waits;
    this.wake = wake;
    this.shared = what === undefined;
    this.#what = what;
    this.promise = new Promise<void>(settle);
    this.#settle = resolveLast;
    if (what) tell(this.promise, this);
  }

  succeed(): void {
    this.over = true;
    this.#settle();
  }

  fail(failure: Failure): void {
    if (this.over) return;
    this.over = true;
    // Made in a promise that the task's own has taken over, and before anybody else handles that one: then the error's
    // stack leads to the line that awaits.
    const failed = Promise.resolve()
      .then(() => {})
      .then(() => {
        const error = failure();
        // Nobody need look at it.
        this.promise.catch(() => {});
        throw error;
      });
    this.#settle(failed);
  }

  withdraw(failure?: Failure): void {
    if (this.over) return;
    this.#waits.remove(this);
    if (failure) this.fail(failure);
    this.over = true;
  }

  describe(): string {
    return this.#what?.(this.wake) ?? 'a step';
  }
}

let resolveLast!: (value?: Promise<never>) => void;
/** One executor for all: no closure is made per wait. */
const settle = (resolve: (value: Promise<void> | void) => void): void => {
  resolveLast = resolve;
};

const never = Number.POSITIVE_INFINITY;

/** Tasks that wait until a count is reached: the edges of a clock, or the time. */
export class CountWaits {
  /** The count at which the first of them resumes. */
  earliest = never;
  #steps: Step[] = [];

  get count(): number {
    return this.#steps.length;
  }

  /** A promise that is shared with everybody who waits for the same. */
  add(wake: number): Promise<void> {
    const steps = this.#steps;
    // From the last one on: in a run that steps edge by edge there is no other.
    for (let i = steps.length - 1; i >= 0; i--) {
      const step = steps[i]!;
      if (step.wake !== wake || !step.shared) continue;
      step.tasks++;
      return step.promise;
    }
    return this.#add(new Step(this, wake)).promise;
  }

  /** A wait of one task's own, which can be withdrawn; `what` says for people what it waits for. */
  addOwn(wake: number, what: (wake: number) => string): Step {
    return this.#add(new Step(this, wake, what));
  }

  #add(step: Step): Step {
    this.#steps.push(step);
    if (step.wake < this.earliest) this.earliest = step.wake;
    return step;
  }

  /** Takes a wait out. */
  remove(step: Step): void {
    this.#keep(this.#steps.filter((other) => other !== step));
  }

  /** Resumes those that are due, in the order in which they came; returns how many promises. */
  wake(count: number): number {
    if (count < this.earliest) return 0;
    const steps = this.#steps;
    const before = steps.length;
    let left = 0;
    let earliest = never;
    for (let i = 0; i < before; i++) {
      const step = steps[i]!;
      if (step.wake <= count) step.succeed();
      else {
        steps[left++] = step;
        if (step.wake < earliest) earliest = step.wake;
      }
    }
    // Cheaper than setting the length.
    while (steps.length > left) steps.pop();
    this.earliest = earliest;
    return before - left;
  }

  describe(text: (wake: number) => string): string[] {
    return this.#steps.map(({ wake, tasks }) => (tasks === 1 ? text(wake) : `${text(wake)}, ${tasks} waits`));
  }

  fail(failure: Failure): void {
    const steps = this.#steps;
    this.#keep([]);
    for (const step of steps) step.fail(failure);
  }

  #keep(steps: Step[]): void {
    this.#steps = steps;
    this.earliest = steps.reduce((least, { wake }) => Math.min(least, wake), never);
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
