// The sending end: values wait in a queue of rows, are offered one by one, and held until accepted.
// Invariant: once valid is high, valid and payload do not change before the edge that accepts them. Without stalls the
// next value follows in the next cycle. While it stalls the payload wires carry noise, which the design must not read.

import type { StreamContext, StreamEnd, StreamPins, Traffic } from './stream-end.ts';
import { type Failure, Wait } from './wait.ts';

/** Values packed at a time: the first ones when `send` is called, so that its caller sees a ValueError. */
const chunk = 1024;

interface Sending {
  readonly values: readonly unknown[];
  /** How many of them shall be sent. */
  count: number;
  readonly wait: Wait;
  rows: Uint32Array;
  /** Index in `values` of the first row. */
  base: number;
  accepted: number;
}

export class StreamDriver implements StreamEnd {
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

  get waiting(): number {
    return this.#queue.length;
  }

  get idle(): boolean {
    return this.#queue.length === 0 && this.#pins.memory.bytes[this.#pins.valid] === 0;
  }

  /** Queues values. Throws a ValueError before anything is queued (for those after the first 1024, when they are due). */
  send(values: readonly unknown[]): Promise<void> {
    const wait = new Wait();
    const rows = this.#pins.codec.packAll(values.slice(0, chunk));
    if (values.length === 0) wait.succeed();
    else {
      const sending = { values, count: values.length, wait, rows, base: 0, accepted: 0 };
      this.#queue.push(sending);
      this.#context.added();
      return wait.result(
        () => {},
        () => this.#withdraw(sending),
        () => this.#text(sending),
      );
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
      const at = sending.accepted - sending.base;
      words.write(sending.rows, at * this.#pins.codec.words);
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
    const { traffic } = this;
    traffic.transfers++;
    traffic.last = this.#context.clock.cycle;
    if (traffic.transfers === 1) traffic.first = traffic.last;
    const sending = this.#queue[0]!;
    sending.accepted++;
    if (sending.accepted === sending.count) {
      this.#queue.shift();
      sending.wait.succeed();
      return 1;
    }
    return sending.accepted === sending.base + chunk ? this.#nextChunk(sending) : 0;
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

  #text({ accepted, values }: Sending): string {
    return `send on ${this.#pins.name} (${accepted} of ${values.length} accepted)`;
  }

  /** Takes back what nobody has seen; a value that is offered stays until it is accepted, and is the last. */
  #withdraw(sending: Sending): void {
    if (this.#queue[0] === sending && this.#offered) sending.count = sending.accepted + 1;
    else this.#queue = this.#queue.filter((other) => other !== sending);
  }

  #nextChunk(sending: Sending): number {
    sending.base = sending.accepted;
    try {
      sending.rows = this.#pins.codec.packAll(sending.values.slice(sending.base, sending.base + chunk));
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
