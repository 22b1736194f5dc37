// The last cycles of a run: a ring of copies of the port memory, kept always so that a failure can show how it came about.
// Invariant: recording copies words and does nothing else; values are made only when somebody looks.

import type { PortPlace } from '../backend/backend.ts';
import type { EdgeObserver } from '../testbench/clock.ts';
import { bitsIn } from './bits-reader.ts';
import type { Samples, WaveSignal } from './samples.ts';

/** A signal and where it is in the memory. */
export interface PlacedSignal extends WaveSignal {
  readonly place: PortPlace;
}

/** A run of consecutive 32-bit words of the memory. */
interface Span {
  readonly from: number;
  readonly words: Int32Array;
  /** Word of the row where it goes. */
  readonly at: number;
}

/** Up to here a loop beats `TypedArray.set`. */
const shortSpan = 16;

export class History implements EdgeObserver {
  readonly lookback: number;
  readonly #signals: readonly PlacedSignal[];
  readonly #spans: readonly Span[];
  readonly #words: number;
  readonly #rows: Int32Array;
  readonly #cycles: Float64Array;
  #next = 0;
  #count = 0;

  /** Keeps `depth` cycles. */
  constructor(signals: readonly PlacedSignal[], memory: ArrayBuffer, depth: number) {
    this.#signals = signals;
    this.lookback = depth;
    this.#spans = spansOf(
      signals.map((signal) => signal.place),
      memory,
    );
    this.#words = this.#spans.reduce((sum, { words }) => sum + words.length, 0);
    this.#rows = new Int32Array(this.#words * depth);
    this.#cycles = new Float64Array(depth);
  }

  beforeEdge(cycle: number): void {
    const at = this.#next;
    this.#copy(this.#rows, at * this.#words);
    this.#cycles[at] = cycle;
    this.#next = at + 1 === this.lookback ? 0 : at + 1;
    if (this.#count < this.lookback) this.#count++;
  }

  /** What was recorded, and as its last column the ports as they are at cycle `now`, which must have settled. */
  samples(now: number): Samples {
    const present = new Int32Array(this.#words);
    this.#copy(present, 0);
    const depth = this.lookback;
    // An edge that was recorded but did not pass is the present moment.
    const newest = this.#cycles[(this.#next + depth - 1) % depth];
    const count = this.#count > 0 && newest === now ? this.#count - 1 : this.#count;
    const first = this.#next + depth - this.#count;
    const slots = Array.from({ length: count }, (_, i) => (first + i) % depth);
    const rows = this.#rows.slice();
    const decoders = this.#signals.map(({ type, place }) => this.#decoder(place, type.width));
    return {
      signals: this.#signals,
      cycles: [...slots.map((slot) => this.#cycles[slot]!), now],
      bits: (signal, column) =>
        column === count
          ? decoders[signal]!(present, 0)
          : decoders[signal]!(rows, slots[column]! * this.#words),
    };
  }

  #copy(rows: Int32Array, at: number): void {
    for (const { words, at: offset } of this.#spans) {
      if (words.length > shortSpan) rows.set(words, at + offset);
      else for (let i = 0; i < words.length; i++) rows[at + offset + i] = words[i]!;
    }
  }

  /** Reads one port of the row that begins at `base`. */
  #decoder(place: PortPlace, width: number): (row: Int32Array, base: number) => bigint {
    return bitsIn(place, width, (word) => {
      const span = this.#spans.find(({ from, words }) => from <= word && word < from + words.length)!;
      return span.at + word - span.from;
    });
  }
}

/** The words that hold the places, as few runs as possible. */
function spansOf(places: readonly PortPlace[], memory: ArrayBuffer): Span[] {
  const used = [
    ...new Set(
      places.flatMap(({ offset, bytes }) =>
        Array.from({ length: Math.max(1, bytes / 4) }, (_, k) => (offset >>> 2) + k),
      ),
    ),
  ].sort((a, b) => a - b);
  const words = new Int32Array(memory);
  const spans: Span[] = [];
  let at = 0;
  for (let i = 0; i < used.length; ) {
    let end = i + 1;
    // A gap of a few words costs less than another run.
    while (end < used.length && used[end]! - used[end - 1]! <= 4) end++;
    const [from, to] = [used[i]!, used[end - 1]! + 1];
    spans.push({ from, words: words.subarray(from, to), at });
    at += to - from;
    i = end;
  }
  return spans;
}
