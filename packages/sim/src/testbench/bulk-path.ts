// The testbench's side of the bulk path: what the waits of streams want is loaded into the back end's columns, the back end
// runs, and what has moved is given to the waits.
// Invariant: it gives the same values in the same cycles as the path cycle by cycle. Where an observer must see edges, the last
// ones before any moment at which somebody may look are left to that path.

import type { Bulk, BulkStream } from '../backend/backend.ts';
import type { BulkColumn } from '../value/stream-rows.ts';
import type { Clock } from './clock.ts';
import type { StreamEnd } from './stream-end.ts';

/** Below so many cycles or values it is not worth while. */
const worthwhile = 8;

/** What is in a stream's rows. */
interface Loaded {
  readonly oldest: object | undefined;
  /** Of the end, when this was last true. */
  transfers: number;
  /** Where the last run began. */
  next: number;
}

export class BulkPath {
  readonly #clock: Clock;
  readonly #bulk: Bulk;
  readonly #ends: readonly StreamEnd[];
  readonly #words: Uint32Array;
  readonly #columns: (readonly BulkColumn[])[] = [];
  readonly #loaded: Loaded[] = [];
  /** The cycle after the last transfer. */
  lastMove = 0;

  /** `ends` are or will be those of `bulk.streams`, in the same order. */
  constructor(clock: Clock, bulk: Bulk, ends: readonly StreamEnd[]) {
    this.#clock = clock;
    this.#bulk = bulk;
    this.#ends = ends;
    this.#words = new Uint32Array(bulk.memory);
  }

  /** Passes up to `limit` cycles; returns how many waits are over, or undefined when every cycle is to be looked at. */
  pass(limit: number): number | undefined {
    const lookback = this.#clock.bulkLookback;
    const ends = this.#ends;
    if (limit - lookback < worthwhile) return undefined;
    for (let i = 0; i < ends.length; i++) {
      const { remaining, bulkable } = ends[i]!;
      if (!bulkable || (remaining > 0 && remaining - lookback < worthwhile)) return undefined;
    }
    for (let i = 0; i < ends.length; i++) this.#load(i, ends[i]!.remaining - lookback);
    const begin = this.#clock.cycle;
    const cycles = this.#clock.bulk(() => this.#bulk.run(Math.min(limit - lookback, 2 ** 31 - 1)));
    return this.#moved(begin, cycles);
  }

  /** Sets up a stream for up to `wanted` values, keeping rows of a sender that are there from before. */
  #load(index: number, wanted: number): void {
    const end = this.#ends[index]!;
    const { counters, capacity } = this.#bulk.streams[index]!;
    const at = counters >>> 2;
    const { oldest } = end;
    const { transfers } = end.traffic;
    const before = this.#loaded[index];
    const [next, count] = [this.#words[at]!, this.#words[at + 1]!];
    if (end.sends && next < count && before?.oldest === oldest && before?.transfers === transfers) {
      before.next = next;
      return;
    }
    const limit = Math.min(capacity, wanted);
    this.#words[at] = 0;
    this.#words[at + 1] = limit > 0 ? end.load(this.#columnsOf(index), limit) : 0;
    this.#loaded[index] = { oldest, transfers, next: 0 };
  }

  #moved(begin: number, cycles: number): number {
    let over = 0;
    for (let i = 0; i < this.#ends.length; i++) {
      const end = this.#ends[i]!;
      const loaded = this.#loaded[i]!;
      const at = this.#bulk.streams[i]!.counters >>> 2;
      const next = this.#words[at]!;
      const first = begin + this.#words[at + 2]!;
      const last = begin + this.#words[at + 3]!;
      const moved = next - loaded.next;
      // What was offered at the last edge and did not move is offered still.
      const wasOffered = next < this.#words[at + 1]! && !(moved > 0 && last === begin + cycles);
      over += end.moved(this.#columnsOf(i), moved, first, last, wasOffered);
      loaded.transfers = end.traffic.transfers;
      if (moved > 0) this.lastMove = Math.max(this.lastMove, last);
    }
    return over;
  }

  #columnsOf(index: number): readonly BulkColumn[] {
    this.#columns[index] ??= views(
      this.#bulk.memory,
      this.#bulk.streams[index]!,
      this.#ends[index]!.columnLayout,
    );
    return this.#columns[index];
  }
}

/** The columns of a stream: elements of the port's size, 32-bit words above 32 bits. */
function views(
  memory: ArrayBuffer,
  stream: BulkStream,
  layout: readonly { readonly bytes: number; readonly leaves: readonly number[] }[],
): BulkColumn[] {
  return layout.map(({ bytes, leaves }, c) => {
    const elements = stream.capacity * leaves.length;
    const offset = stream.columns[c]!;
    if (bytes === 1) return new Uint8Array(memory, offset, elements);
    if (bytes === 2) return new Uint16Array(memory, offset, elements);
    return new Uint32Array(memory, offset, (elements * bytes) / 4);
  });
}
