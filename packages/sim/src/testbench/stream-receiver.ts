// The receiving end: rows are taken while somebody wants values, and become values when the last one wanted is there.
// Invariant: ready is high exactly in the cycles in which a value is wanted and no stall is drawn; it never waits for
// valid.

import type { StreamContext, StreamEnd, StreamPins, Traffic } from './stream-end.ts';
import { type Failure, Wait } from './wait.ts';

/** Values being taken: row `i` of `rows` is there once `taken` is above `i`. */
export interface Receiving {
  readonly count: number;
  readonly rows: Uint32Array;
  readonly taken: number;
  /** Over when all are there. */
  readonly wait: Wait;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class StreamReceiver implements StreamEnd {
  readonly traffic: Traffic = { transfers: 0, first: 0, last: 0 };
  readonly #pins: StreamPins;
  readonly #context: StreamContext;
  #queue: Mutable<Receiving>[] = [];
  #moved = false;
  /** Drawn for the coming edge. */
  #stalled: boolean | undefined;

  constructor(pins: StreamPins, context: StreamContext) {
    this.#pins = pins;
    this.#context = context;
  }

  get clocks(): number {
    return this.#context.clocks;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#pins.memory.bytes[this.#pins.ready] === 0;
  }

  /** The design offers a value now. */
  get offered(): boolean {
    return this.#pins.memory.bytes[this.#pins.valid] !== 0;
  }

  /** Wants one more value. */
  recv(): Promise<unknown> {
    const receiving = this.takeRows(1);
    return this.#result(receiving, () => this.#pins.codec.unpack(receiving.rows, 0));
  }

  /** Wants `count` more values. */
  take(count: number): Promise<unknown[]> {
    const receiving = this.takeRows(count);
    return this.#result(receiving, () => this.#pins.codec.unpackAll(receiving.rows, count));
  }

  #result<R>(receiving: Receiving, value: () => R): Promise<R> {
    return receiving.wait.result(
      value,
      () => {
        this.#queue = this.#queue.filter((other) => other !== receiving);
      },
      () => this.#text(receiving),
    );
  }

  /** Wants `count` more values, as rows of the port's codec. */
  takeRows(count: number): Receiving {
    if (!Number.isInteger(count) || count < 0)
      throw new RangeError(`take on ${this.#pins.name}: ${count} is not a number of values`);
    const { codec } = this.#pins;
    const rows = new Uint32Array(Math.min(count, 64) * codec.words);
    const receiving = { count, rows, taken: 0, wait: new Wait() };
    if (count === 0) receiving.wait.succeed();
    else {
      this.#queue.push(receiving);
      this.#context.added();
    }
    return receiving;
  }

  drive(): void {
    const { memory, ready } = this.#pins;
    const { stall, clock } = this.#context;
    const wanted = this.#queue.length > 0;
    if (wanted && stall) this.#stalled ??= stall.random.chance(stall.probability);
    const level = wanted && !this.#stalled ? 1 : 0;
    if (memory.bytes[ready] === level) return;
    memory.bytes[ready] = level;
    clock.touch();
  }

  sample(): boolean {
    const { memory, ready, valid, words, codec } = this.#pins;
    this.#stalled = undefined;
    this.#moved = memory.bytes[ready] !== 0 && memory.bytes[valid] !== 0;
    if (!this.#moved) return false;
    const receiving = this.#queue[0]!;
    const at = receiving.taken * codec.words;
    if (at >= receiving.rows.length) receiving.rows = grown(receiving.rows, receiving.count * codec.words);
    words.read(receiving.rows, at);
    return true;
  }

  commit(): number {
    if (!this.#moved) return 0;
    this.#moved = false;
    const { traffic } = this;
    traffic.transfers++;
    traffic.last = this.#context.clock.cycle;
    if (traffic.transfers === 1) traffic.first = traffic.last;
    const receiving = this.#queue[0]!;
    receiving.taken++;
    if (receiving.taken < receiving.count) return 0;
    this.#queue.shift();
    receiving.wait.succeed();
    return 1;
  }

  describe(): string[] {
    return this.#queue.map((receiving) => this.#text(receiving));
  }

  #text({ count, taken }: Receiving): string {
    return `${count === 1 ? 'recv' : 'take'} on ${this.#pins.name} (${taken} of ${count} taken)`;
  }

  fail(failure: Failure): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { wait } of queue) wait.fail(failure);
  }
}

function grown(rows: Uint32Array, limit: number): Uint32Array {
  const larger = new Uint32Array(Math.min(rows.length * 2, limit));
  larger.set(rows);
  return larger;
}
