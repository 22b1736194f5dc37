// The last cycles of a run, kept always so that a failure can show how it came about.
// Invariant: values are made only when somebody looks. The back end records where it can: see `Ring` in backend.ts.

import { type PortPlace, type Ring, ringHeader } from '../backend/backend.ts';
import { bitsIn } from './bits-reader.ts';
import type { Samples, WaveSignal } from './samples.ts';

/** A signal and where it is in the memory. */
export interface PlacedSignal extends WaveSignal {
  readonly place: PortPlace;
}

/** Rows of ports, oldest first. */
export interface Rows {
  readonly words: Int32Array;
  /** Where each row begins in `words`. */
  readonly begins: readonly number[];
  /** The cycle of each. */
  readonly cycles: readonly number[];
}

/** Something that has recorded ports. */
export interface Recording {
  /** What was recorded, seen from cycle `now`; `stopped`: the edge of the last row has not passed. */
  rows(now: number, stopped: boolean): Rows;
  /** A row of the ports as they are. */
  present(): Int32Array;
  /** Where a 32-bit word of the memory is in a row. */
  wordOf(word: number): number;
}

/** What was recorded, and as its last column the ports as they are at cycle `now`, which must have settled. */
export function samplesOf(
  signals: readonly PlacedSignal[],
  recording: Recording,
  now: number,
  stopped: boolean,
): Samples {
  const present = recording.present();
  const { words, begins, cycles } = recording.rows(now, stopped);
  const decoders = signals.map(({ type, place }) =>
    bitsIn(place, type.width, (word) => recording.wordOf(word)),
  );
  return {
    signals,
    cycles: [...cycles, now],
    bits: (signal, column) =>
      column === begins.length ? decoders[signal]!(present, 0) : decoders[signal]!(words, begins[column]!),
  };
}

/** What the back end records by itself: every edge, so that cycles need no record. */
export class RingRecording implements Recording {
  readonly #ring: Ring;
  readonly #memory: Int32Array;

  constructor(ring: Ring, memory: ArrayBuffer) {
    this.#ring = ring;
    this.#memory = new Int32Array(memory).subarray(ring.from, ring.from + ring.rowWords);
  }

  rows(now: number, stopped: boolean): Rows {
    const { words, rowWords } = this.#ring;
    const [next, recorded, depth] = [words[0]!, words[1]!, words[2]!];
    const count = stopped && recorded > 0 ? recorded - 1 : recorded;
    const first = next + depth - recorded;
    return {
      words: words.slice(ringHeader),
      begins: Array.from({ length: count }, (_, i) => ((first + i) % depth) * rowWords),
      cycles: Array.from({ length: count }, (_, i) => now - count + i),
    };
  }

  present(): Int32Array {
    return this.#memory.slice();
  }

  wordOf(word: number): number {
    return word - this.#ring.from;
  }
}
