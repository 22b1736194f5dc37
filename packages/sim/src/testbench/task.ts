// Tasks: bodies that run side by side, what they return, and how they are cancelled.
// Invariant: JavaScript cannot stop a function that runs; a cancelled task is told at its wait, by an error.

import type { Task } from './dut.ts';
import { type Failure, withdraw } from './wait.ts';

/** Thrown in a cancelled task where it waits, and by `join` when the task ended by it. */
export class TaskCancelled extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'TaskCancelled';
  }
}

/** The waits that belong to one task. */
export class Cancellation {
  #failure: Failure | undefined;
  #waits: Promise<unknown>[] = [];
  /** The last wait for an edge. */
  #step: Promise<void> | undefined;
  #over: { readonly over: boolean } = { over: true };

  get cancelled(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Makes the wait belong to the task; `over` says whether it still goes on when the next one comes: for waits of which a
   * task makes one after the other, and in every cycle.
   */
  ownStep(wait: Promise<void>, over: { readonly over: boolean }): Promise<void> {
    if (this.#step && !this.#over.over) this.#keep(this.#step);
    this.#step = wait;
    this.#over = over;
    return wait;
  }

  /** Makes a wait belong to the task. */
  own<R>(make: () => Promise<R>): Promise<R> {
    if (this.#failure) return Promise.reject(this.#failure());
    const wait = make();
    this.#keep(wait);
    return wait;
  }

  #keep(wait: Promise<unknown>): void {
    this.#waits.push(wait);
    const forget = (): void => {
      this.#waits = this.#waits.filter((other) => other !== wait);
    };
    // Not `finally`: its promise would be one that nobody handles.
    wait.then(forget, forget);
  }

  cancel(reason: string): void {
    if (this.#failure) return;
    this.#failure = () => new TaskCancelled(reason);
    const waits = this.#step ? [...this.#waits, this.#step] : this.#waits;
    this.#waits = [];
    for (const wait of waits) withdraw(wait, this.#failure);
  }
}

/** Runs a body as a task; `failed` hears of an error that nobody joins for. */
export function startTask<R>(
  body: () => Promise<R>,
  cancellation: Cancellation,
  failed: (error: unknown) => void,
): Task<R> {
  let done = false;
  let joined = false;
  const result = (async () => body())();
  result.then(
    () => {
      done = true;
    },
    (error) => {
      done = true;
      if (!joined && !(error instanceof TaskCancelled)) failed(error);
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
    cancel: (reason = 'the task was cancelled') => cancellation.cancel(reason),
  };
}
