// One thing that a task waits for: it is settled once, by success or by a failure.
// Invariant: settling only queues the task's continuation; the task runs when the scheduler lets everybody react.
// The error is made where the task waits, so that its stack leads to the line of the test.

/** Makes the error that ends a wait. */
export type Failure = () => Error;

/** A wait of a task. */
export class Wait {
  readonly #settled: Promise<Failure | undefined>;
  #settle!: (failure: Failure | undefined) => void;
  #result: Promise<void> | undefined;

  constructor() {
    this.#settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** What the task awaits. */
  get result(): Promise<void> {
    this.#result ??= this.#resume();
    return this.#result;
  }

  /** The wait is over. */
  succeed(): void {
    this.#settle(undefined);
  }

  /** The wait ends with an error, which a task that does not await it need not handle. */
  fail(failure: Failure): void {
    this.#result?.catch(() => {});
    this.#settle(failure);
  }

  async #resume(): Promise<void> {
    const failure = await this.#settled;
    if (failure) throw failure();
  }
}
