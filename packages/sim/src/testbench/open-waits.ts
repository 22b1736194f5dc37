// Waits that no count ends: a change of a signal's value, a phase of the instant, an event, a lock, a queue.
// Invariant: a wait is in one list until it is over or withdrawn; lists are in the order in which the waits came.

import { type Failure, Wait } from './wait.ts';

/** Waits that end together or one by one, in order. */
export class WaitList {
  readonly #describe: string;
  #waits: Wait[] = [];

  /** `describe` is what a time-out says of each. */
  constructor(describe: string) {
    this.#describe = describe;
  }

  get count(): number {
    return this.#waits.length;
  }

  add<R = void>(value?: () => R): Promise<R> {
    const wait = new Wait();
    this.#waits.push(wait);
    return wait.result(
      value ?? (() => undefined as R),
      () => this.#remove(wait),
      () => this.#describe,
    );
  }

  /** Ends the oldest; false when there is none. */
  releaseOne(): boolean {
    const wait = this.#waits.shift();
    wait?.succeed();
    return wait !== undefined;
  }

  /** Ends all; returns how many. */
  release(): number {
    const waits = this.#waits;
    if (waits.length === 0) return 0;
    this.#waits = [];
    for (const wait of waits) wait.succeed();
    return waits.length;
  }

  describe(): string[] {
    return this.#waits.map(() => this.#describe);
  }

  fail(failure: Failure): void {
    const waits = this.#waits;
    this.#waits = [];
    for (const wait of waits) wait.fail(failure);
  }

  #remove(wait: Wait): void {
    this.#waits = this.#waits.filter((other) => other !== wait);
  }
}

/** Something on the ports whose value can be watched: its words now. */
export interface Watchable {
  readonly name: string;
  /** In bits. */
  readonly width: number;
  readonly words: number;
  read(row: Uint32Array): void;
}

/** Which change ends a wait: to 1, to 0, or any. */
export type Change = 'rising' | 'falling' | 'any';

interface Watch {
  readonly signal: Watchable;
  readonly change: Change;
  readonly last: Uint32Array;
  readonly now: Uint32Array;
  readonly since: number;
  readonly wait: Wait;
}

/** Tasks that wait for a signal to change. */
export class ChangeWaits {
  #watches: Watch[] = [];

  get count(): number {
    return this.#watches.length;
  }

  /** Waits for a change from the value that the signal has now. */
  add(signal: Watchable, change: Change, since: number): Promise<void> {
    const wait = new Wait();
    const last = new Uint32Array(signal.words);
    signal.read(last);
    const watch = { signal, change, last, now: new Uint32Array(signal.words), since, wait };
    this.#watches.push(watch);
    return wait.result(
      () => {},
      () => {
        this.#watches = this.#watches.filter((other) => other !== watch);
      },
      () => watchText(watch),
    );
  }

  /** Resumes those whose signal has changed as wanted since they last looked; returns how many. */
  check(): number {
    const before = this.#watches.length;
    if (before === 0) return 0;
    const left: Watch[] = [];
    for (const watch of this.#watches) if (!hasChanged(watch)) left.push(watch);
    if (left.length < before) this.#watches = left;
    return before - left.length;
  }

  describe(): string[] {
    return this.#watches.map(watchText);
  }

  fail(failure: Failure): void {
    const watches = this.#watches;
    this.#watches = [];
    for (const { wait } of watches) wait.fail(failure);
  }
}

const watchText = ({ signal, change, since }: Watch): string =>
  `${change === 'any' ? 'edge' : `${change}Edge`} of ${signal.name} (since cycle ${since})`;

function hasChanged({ signal, change, last, now, wait }: Watch): boolean {
  signal.read(now);
  let same = true;
  for (let k = 0; k < now.length; k++) if (now[k] !== last[k]) same = false;
  if (same) return false;
  last.set(now);
  if (change !== 'any' && (now[0] !== 0) !== (change === 'rising')) return false;
  wait.succeed();
  return true;
}
