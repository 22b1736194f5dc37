// The receiving end: rows are taken while somebody wants values, and become values when the last one wanted is there.
// Invariant: ready is high exactly in the cycles in which a value is wanted and no stall is drawn; it never waits for
// valid.

import type { Column } from '../backend/column.ts';
import { type BulkColumn, ColumnSink, type RowSink, RowsSink } from '../value/stream-rows.ts';
import type { StreamContext, StreamEnd, StreamPins, Traffic } from './stream-end.ts';
import { type Failure, Wait } from './wait.ts';

/** Values being taken: row `i` of the sink is there once `taken` is above `i`. */
export interface Receiving<S extends RowSink = RowSink> {
  readonly sink: S;
  readonly taken: number;
  /** Over when all are there. */
  readonly wait: Wait;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class StreamReceiver implements StreamEnd {
  readonly sends = false;
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

  get columnLayout(): readonly Column[] {
    return this.#pins.columns.layout;
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
    return this.#result(receiving, () => this.#pins.codec.unpack(receiving.sink.rows, 0));
  }

  /** Wants `count` more values. */
  take(count: number): Promise<unknown[]> {
    const receiving = this.takeRows(count);
    return this.#result(receiving, () => this.#pins.columns.unpack(receiving.sink.rows, count));
  }

  /** Wants `count` more values as typed arrays, or as many as fill the given ones. */
  takeColumns(wanted: unknown): Promise<unknown> {
    const { columns } = this.#pins;
    const given = typeof wanted === 'number' ? undefined : columns.arraysOf(wanted);
    const count = given ? given.count : this.#checked(wanted as number);
    const arrays = given ? given.arrays : columns.makeArrays(count);
    const receiving = this.#want(new ColumnSink(columns, arrays, count));
    return this.#result(receiving, () => (given ? wanted : columns.record(arrays)));
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
  takeRows(count: number): Receiving<RowsSink> {
    return this.#want(new RowsSink(this.#pins.columns, this.#checked(count)));
  }

  #checked(count: number): number {
    if (Number.isInteger(count) && count >= 0) return count;
    throw new RangeError(`take on ${this.#pins.name}: ${count} is not a number of values`);
  }

  #want<S extends RowSink>(sink: S): Receiving<S> {
    const receiving = { sink, taken: 0, wait: new Wait() };
    if (sink.count === 0) receiving.wait.succeed();
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
    const { memory, ready, valid, words } = this.#pins;
    this.#stalled = undefined;
    this.#moved = memory.bytes[ready] !== 0 && memory.bytes[valid] !== 0;
    if (!this.#moved) return false;
    const { sink, taken } = this.#queue[0]!;
    words.read(sink.row(taken), sink.rowAt(taken));
    return true;
  }

  commit(): number {
    if (!this.#moved) return 0;
    this.#moved = false;
    const { sink, taken } = this.#queue[0]!;
    sink.written(taken);
    const { cycle } = this.#context.clock;
    return this.#taken(1, cycle, cycle);
  }

  get oldest(): object | undefined {
    return this.#queue[0];
  }

  get remaining(): number {
    const receiving = this.#queue[0];
    return receiving ? receiving.sink.count - receiving.taken : 0;
  }

  get bulkable(): boolean {
    return this.#context.stall === undefined;
  }

  load(_: readonly BulkColumn[], limit: number): number {
    return Math.min(limit, this.remaining);
  }

  moved(columns: readonly BulkColumn[], count: number, first: number, last: number): number {
    if (count === 0) return 0;
    const { sink, taken } = this.#queue[0]!;
    sink.store(taken, count, columns);
    return this.#taken(count, first, last);
  }

  /** Values have been taken at edges up to `last`; returns how many waits are over. */
  #taken(count: number, first: number, last: number): number {
    const { traffic } = this;
    if (traffic.transfers === 0) traffic.first = first;
    traffic.transfers += count;
    traffic.last = last;
    const receiving = this.#queue[0]!;
    receiving.taken += count;
    if (receiving.taken < receiving.sink.count) return 0;
    this.#queue.shift();
    receiving.wait.succeed();
    return 1;
  }

  describe(): string[] {
    return this.#queue.map((receiving) => this.#text(receiving));
  }

  #text({ sink: { count }, taken }: Receiving): string {
    return `${count === 1 ? 'recv' : 'take'} on ${this.#pins.name} (${taken} of ${count} taken)`;
  }

  fail(failure: Failure): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { wait } of queue) wait.fail(failure);
  }
}
