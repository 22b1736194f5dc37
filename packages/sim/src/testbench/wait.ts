// One thing that a task waits for: it is settled once, by success or by a failure.
// Invariant: settling only queues the task's continuation; the task runs when the scheduler lets everybody react.
// The error is made where the task waits, so that its stack leads to the line of the test.

/** Makes the error that ends a wait. */
export type Failure = () => Error;

/** What is known of a promise that a task awaits. */
export interface Known {
  /** Its task is not resumed, or resumed with an error when one is given. */
  withdraw(failure?: Failure): void;
  describe(): string;
}

/** Where a promise that a task was given says what it is. A WeakMap would cost more than the wait itself. */
const known = Symbol('wait');
type Told = Promise<unknown> & { [known]?: Known | undefined };

/** Says how a promise is taken back. */
export function tell(promise: Promise<unknown>, wait: Known): void {
  (promise as Told)[known] = wait;
}

/** Says that one promise stands for another. */
export function tellAs(promise: Promise<unknown>, other: Promise<unknown>): void {
  (other as Told)[known] = (promise as Told)[known];
}

/** A wait of a task. */
export class Wait {
  readonly #settled: Promise<Failure | undefined>;
  #settle!: (failure: Failure | undefined) => void;

  constructor() {
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /**
   * What the task awaits: what `value` says once the wait has succeeded. `remove` takes the wait from the list that
   * holds it; `describe` says for people what is waited for.
   */
  result<R>(value: () => R, remove?: () => void, describe?: () => string): Promise<R> {
    // A task need not await it: a failure that nobody looks at is no unhandled rejection. Handling it any earlier than
    // this would hide the task from the stack of the error.
    const result: Promise<R> = this.#resume(value, () => result.catch(() => {}));
    if (remove)
      tell(result, {
        describe: describe ?? (() => 'a wait'),
        withdraw: (failure) => {
          remove();
          if (failure) this.fail(failure);
        },
      });
    return result;
  }

  /** The wait is over. */
  succeed(): void {
    this.#settle(undefined);
  }

  /** The wait ends with an error. */
  fail(failure: Failure): void {
    this.#settle(failure);
  }

  async #resume<R>(value: () => R, handle: () => void): Promise<R> {
    const failure = await this.#settled;
    if (!failure) return value();
    const error = failure();
    queueMicrotask(handle);
    throw error;
  }
}

/** Takes a wait back. A promise that is no wait of the testbench, or is over, is left alone. */
export function withdraw(promise: Promise<unknown>, failure?: Failure): void {
  const wait = (promise as Told)[known];
  if (wait) (promise as Told)[known] = undefined;
  wait?.withdraw(failure);
}

/** What a promise waits for. */
export const describeWait = (promise: Promise<unknown>): string =>
  (promise as Told)[known]?.describe() ?? 'a task';
