// One thing that a task waits for: it is settled once, by success or by a failure.
// Invariant: settling only queues the task's continuation; the task runs when the scheduler lets everybody react.
// The error is made where the task waits, so that its stack leads to the line of the test.

/** Makes the error that ends a wait. */
export type Failure = () => Error;

/** A wait of a task. */
export class Wait {
  readonly #settled: Promise<Failure | undefined>;
  #settle!: (failure: Failure | undefined) => void;

  constructor() {
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** What the task awaits: what `value` says once the wait has succeeded. */
  result<R>(value: () => R): Promise<R> {
    // A task need not await it: a failure that nobody looks at is no unhandled rejection. Handling it any earlier than
    // this would hide the task from the stack of the error.
    const result: Promise<R> = this.#resume(value, () => result.catch(() => {}));
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
