// Records ports just before each edge where the back end does not do it by itself: several clocks, two simulators, signals
// inside the design, or more cycles than its ring holds.
// Invariant: recording copies words and does nothing else.

import type { PortPlace } from '../backend/backend.ts';
import type { EdgeObserver } from '../testbench/clock.ts';
import type { Recording, Rows } from './history.ts';

/** A run of consecutive 32-bit words of the memory. */
interface Span {
  readonly from: number;
  readonly words: Int32Array;
  /** Word of the row where it goes. */
  readonly at: number;
}

/** Up to here a loop beats `TypedArray.set`. */
const shortSpan = 16;

export class PortRecorder implements EdgeObserver, Recording {
  readonly lookback: number;
  readonly #spans: readonly Span[];
  readonly #words: number;
  readonly #rows: Int32Array;
  readonly #cycles: Float64Array;
  #next = 0;
  #count = 0;

  /** Keeps `depth` cycles of what is at the places. */
  constructor(places: readonly PortPlace[], memory: ArrayBuffer, depth: number) {
    this.lookback = depth;
    this.#spans = spansOf(places, memory);
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

  rows(now: number): Rows {
    const depth = this.lookback;
    // An edge that was recorded but did not pass is the present moment.
    const newest = this.#cycles[(this.#next + depth - 1) % depth];
    const count = this.#count > 0 && newest === now ? this.#count - 1 : this.#count;
    const first = this.#next + depth - this.#count;
    const slots = Array.from({ length: count }, (_, i) => (first + i) % depth);
    return {
      words: this.#rows.slice(),
      begins: slots.map((slot) => slot * this.#words),
      cycles: slots.map((slot) => this.#cycles[slot]!),
    };
  }

  present(): Int32Array {
    const row = new Int32Array(this.#words);
    this.#copy(row, 0);
    return row;
  }

  wordOf(word: number): number {
    const span = this.#spans.find(({ from, words }) => from <= word && word < from + words.length)!;
    return span.at + word - span.from;
  }

  #copy(rows: Int32Array, at: number): void {
    for (const { words, at: offset } of this.#spans) {
      if (words.length > shortSpan) rows.set(words, at + offset);
      else for (let i = 0; i < words.length; i++) rows[at + offset + i] = words[i]!;
    }
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
