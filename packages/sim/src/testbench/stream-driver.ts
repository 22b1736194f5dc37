// The sending end: values wait in a queue of rows, are offered one by one, and held until accepted.
// Invariant: once valid is high, valid and payload do not change before the edge that accepts them. Without stalls the
// next value follows in the next cycle. While it stalls the payload wires carry noise, which the design must not read.

import type { Column } from '../backend/column.ts';
import {
  type BulkColumn,
  ColumnSource,
  type Packed,
  type RowSource,
  ValueSource,
} from '../value/stream-rows.ts';
import { asked } from './asked.ts';
import type { StreamContext, StreamEnd, StreamPins, Traffic } from './stream-end.ts';
import { type Failure, Wait } from './wait.ts';

/** Values packed at a time: the first ones when `send` is called, so that its caller sees a ValueError. */
const chunkSize = 1024;

interface Sending {
  readonly source: RowSource;
  /** How many values shall be sent. */
  count: number;
  readonly wait: Wait;
  /** Values, the first of which is value `base`. */
  chunk: Packed;
  base: number;
  packed: number;
  accepted: number;
}

export class StreamDriver implements StreamEnd {
  readonly sends = true;
  readonly traffic: Traffic = { transfers: 0, first: 0, last: 0 };
  readonly #pins: StreamPins;
  readonly #context: StreamContext;
  #queue: Sending[] = [];
  #offered = false;
  #moved = false;
  /** Drawn for the coming edge. */
  #stalled: boolean | undefined;
  readonly #noise: Uint32Array;

  constructor(pins: StreamPins, context: StreamContext) {
    this.#pins = pins;
    this.#context = context;
    this.#noise = new Uint32Array(pins.codec.words);
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
    return this.#queue.length === 0 && this.#pins.memory.bytes[this.#pins.valid] === 0;
  }

  /** Queues values. Throws a ValueError before anything is queued (for those after the first 1024, when they are due). */
  send(values: readonly unknown[]): Promise<void> {
    return this.#queueAll(new ValueSource(this.#pins.columns, values));
  }

  /** Queues typed arrays. Throws a ValueError before anything is queued. */
  sendColumns(columns: unknown): Promise<void> {
    return this.#queueAll(new ColumnSource(this.#pins.columns, columns));
  }

  #queueAll(source: RowSource): Promise<void> {
    const wait = new Wait();
    const { count } = source;
    const packed = Math.min(count, chunkSize);
    const chunk = source.pack(0, packed);
    if (count === 0) wait.succeed();
    else {
      const sending = { source, count, wait, chunk, base: 0, packed, accepted: 0 };
      this.#queue.push(sending);
      this.#context.added();
      const sent = wait.result(
        () => {},
        () => this.#withdraw(sending),
        () => this.#text(sending),
      );
      // Values that are packed later may turn out not to fit.
      return packed === count ? sent : asked(sent, (error) => this.#context.failed(error));
    }
    return wait.result(() => {});
  }

  drive(): void {
    if (this.#offered) return;
    const sending = this.#queue[0];
    const { words, memory, valid } = this.#pins;
    const { stall, clock } = this.#context;
    if (sending && stall) this.#stalled ??= stall.random.chance(stall.probability);
    if (sending && !this.#stalled) {
      if (sending.accepted >= sending.base + sending.packed) this.#nextChunk(sending);
      words.write(sending.chunk.rows, (sending.accepted - sending.base) * this.#pins.codec.words);
      memory.bytes[valid] = 1;
      this.#offered = true;
      clock.touch();
      return;
    }
    if (stall && sending) this.#scramble();
    if (memory.bytes[valid] !== 0) {
      memory.bytes[valid] = 0;
      clock.touch();
    }
  }

  sample(): boolean {
    this.#stalled = undefined;
    this.#moved = this.#offered && this.#pins.memory.bytes[this.#pins.ready] !== 0;
    return this.#moved;
  }

  commit(): number {
    if (!this.#moved) return 0;
    this.#moved = false;
    this.#offered = false;
    const { cycle } = this.#context.clock;
    return this.#accepted(1, cycle, cycle);
  }

  get oldest(): object | undefined {
    return this.#queue[0];
  }

  get remaining(): number {
    const sending = this.#queue[0];
    return sending ? sending.count - sending.accepted : 0;
  }

  get bulkable(): boolean {
    return this.#context.stall === undefined;
  }

  load(columns: readonly BulkColumn[], limit: number): number {
    const sending = this.#queue[0];
    if (!sending) return 0;
    const { source, accepted, base, packed } = sending;
    const count = Math.min(limit, source.packsAhead ? base + packed - accepted : sending.count - accepted);
    if (source.packsAhead) sending.chunk.load(accepted - base, count, columns);
    else source.load(accepted, accepted + count, columns);
    return count;
  }

  moved(_: readonly BulkColumn[], count: number, first: number, last: number, offers: boolean): number {
    this.#offered = offers;
    return count === 0 ? 0 : this.#accepted(count, first, last);
  }

  describe(): string[] {
    return this.#queue.map((sending) => this.#text(sending));
  }

  fail(failure: Failure): void {
    const queue = this.#queue;
    this.#queue = [];
    for (const { wait } of queue) wait.fail(failure);
    // What is on the wires is withdrawn; the simulation has failed anyway.
    this.#offered = false;
  }

  #text({ accepted, source }: Sending): string {
    return `send on ${this.#pins.name} (${accepted} of ${source.count} accepted)`;
  }

  /** Takes back what nobody has seen; a value that is offered stays until it is accepted, and is the last. */
  #withdraw(sending: Sending): void {
    if (this.#queue[0] === sending && this.#offered) sending.count = sending.accepted + 1;
    else this.#queue = this.#queue.filter((other) => other !== sending);
  }

  /** Values have been accepted at edges up to `last`; returns how many waits are over. */
  #accepted(count: number, first: number, last: number): number {
    const { traffic } = this;
    if (traffic.transfers === 0) traffic.first = first;
    traffic.transfers += count;
    traffic.last = last;
    const sending = this.#queue[0]!;
    sending.accepted += count;
    if (sending.accepted === sending.count) {
      this.#queue.shift();
      sending.wait.succeed();
      return 1;
    }
    const packed = sending.accepted < sending.base + sending.packed;
    return packed || !sending.source.packsAhead ? 0 : this.#nextChunk(sending);
  }

  /** Packs the next values; returns 1 when that fails, as the wait is over then. */
  #nextChunk(sending: Sending): number {
    const { source, accepted } = sending;
    const end = Math.min(accepted + chunkSize, source.count);
    try {
      sending.chunk = source.pack(accepted, end);
      sending.base = accepted;
      sending.packed = end - accepted;
      return 0;
    } catch (error) {
      this.#queue.shift();
      sending.wait.fail(() => error as Error);
      return 1;
    }
  }

  #scramble(): void {
    const { codec, words } = this.#pins;
    for (let i = 0; i < this.#noise.length; i++)
      this.#noise[i] = this.#context.stall!.random.next() & codec.masks[i]!;
    words.write(this.#noise, 0);
    this.#context.clock.touch();
  }
}
