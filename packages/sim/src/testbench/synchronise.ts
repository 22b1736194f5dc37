// What tasks hand to each other: events, locks and queues.
// Invariant: waiters are served in the order in which they came; a resumed waiter runs in the same instant.
// None of them moves time.

import { WaitList } from './open-waits.ts';

/** Where an object's waits are listed, so that a time-out can name them. */
export type Register = (waits: WaitList) => void;

/** Something that happens, once or again after `clear`. */
export class Event<T = void> {
  readonly #waits: WaitList;
  #set = false;
  #value!: T;

  constructor(register: Register, name = 'event') {
    this.#waits = new WaitList(`wait on ${name}`);
    register(this.#waits);
  }

  get isSet(): boolean {
    return this.#set;
  }

  /** It has happened: all who wait go on. */
  set(value: T): void {
    this.#set = true;
    this.#value = value;
    this.#waits.release();
  }

  clear(): void {
    this.#set = false;
  }

  /** Resumes when it has happened, at once if it already has; gives what was set last. */
  wait(): Promise<T> {
    return this.#set ? Promise.resolve(this.#value) : this.#waits.add(() => this.#value);
  }
}

/** Held by one task at a time. */
export class Lock {
  readonly #waits: WaitList;
  readonly #name: string;
  #held = false;

  constructor(register: Register, name = 'lock') {
    this.#name = name;
    this.#waits = new WaitList(`acquire of ${name}`);
    register(this.#waits);
  }

  get isHeld(): boolean {
    return this.#held;
  }

  async acquire(): Promise<void> {
    if (this.#held) return this.#waits.add();
    this.#held = true;
  }

  /** Gives it to the task that has waited longest. */
  release(): void {
    if (!this.#held) throw new RangeError(`release of ${this.#name}: nobody holds it`);
    if (!this.#waits.releaseOne()) this.#held = false;
  }

  /** Runs `body` while holding it. */
  async use<R>(body: () => Promise<R> | R): Promise<R> {
    await this.acquire();
    try {
      return await body();
    } finally {
      this.release();
    }
  }
}

/** First in, first out. */
export class Queue<T> {
  readonly capacity: number;
  readonly #values: T[] = [];
  readonly #gets: WaitList;
  readonly #puts: WaitList;
  /** Values and room that were promised to waiters who have not run yet. */
  #promised = 0;
  #reserved = 0;

  constructor(register: Register, capacity = Number.POSITIVE_INFINITY, name = 'queue') {
    if (!(capacity >= 1)) throw new RangeError(`${name}: a capacity is a number from 1, not ${capacity}`);
    this.capacity = capacity;
    this.#gets = new WaitList(`get of ${name}`);
    this.#puts = new WaitList(`put on ${name}`);
    register(this.#gets);
    register(this.#puts);
  }

  get size(): number {
    return this.#values.length;
  }

  /** Resumes when there was room for it. */
  async put(value: T): Promise<void> {
    if (this.size + this.#reserved >= this.capacity) {
      await this.#puts.add();
      this.#reserved--;
    }
    this.#values.push(value);
    if (this.#gets.releaseOne()) this.#promised++;
  }

  /** The oldest value, when there is one. */
  async get(): Promise<T> {
    if (this.size - this.#promised <= 0) {
      await this.#gets.add();
      this.#promised--;
    }
    const value = this.#values.shift() as T;
    if (this.#puts.releaseOne()) this.#reserved++;
    return value;
  }

  /** The oldest value, or undefined when there is none. */
  tryGet(): T | undefined {
    if (this.size - this.#promised <= 0) return undefined;
    const value = this.#values.shift() as T;
    if (this.#puts.releaseOne()) this.#reserved++;
    return value;
  }
}
