// The memory that holds an instance's ports, and one port's words in it.
// Invariant: after `close` nothing here reads or writes the freed memory. Values are the codecs' business.

import type { PortPlace } from '../backend/backend.ts';
import type { RowLeaf } from './payload-codec.ts';

/** Typed views of an instance's memory. */
export class PortMemory {
  bytes: Uint8Array;
  halves: Uint16Array;
  words: Uint32Array;
  readonly buffer: ArrayBuffer;

  constructor(memory: ArrayBuffer) {
    this.buffer = memory;
    this.bytes = new Uint8Array(memory);
    this.halves = new Uint16Array(memory);
    this.words = new Uint32Array(memory);
  }

  /** Lets go of the memory: later writes go nowhere. */
  close(): void {
    this.bytes = new Uint8Array(0);
    this.halves = new Uint16Array(0);
    this.words = new Uint32Array(0);
  }
}

/** Moves a row to a port's leaves and back: one plain loop per word size, and none for a port of one element. */
export class PortWords {
  readonly #memory: PortMemory;
  /** Bytes of the only element, and its index in the view; 0 when there are several or none. */
  #only = 0;
  #element = 0;
  /** Pairs (index in the view, word of the row), flat. */
  #bytes: Int32Array;
  #halves: Int32Array;
  #words: Int32Array;

  /** `places[k]` is where `leaves[k]` is. */
  constructor(memory: PortMemory, leaves: readonly RowLeaf[], places: readonly PortPlace[]) {
    this.#memory = memory;
    const bytes: number[] = [];
    const halves: number[] = [];
    const words: number[] = [];
    leaves.forEach((leaf, k) => {
      const { offset, bytes: size } = places[k]!;
      if (size === 1) bytes.push(offset, leaf.word);
      else if (size === 2) halves.push(offset / 2, leaf.word);
      else for (let w = 0; w < leaf.words; w++) words.push(offset / 4 + w, leaf.word + w);
    });
    this.#bytes = Int32Array.from(bytes);
    this.#halves = Int32Array.from(halves);
    this.#words = Int32Array.from(words);
    if (leaves.length === 1 && leaves[0]!.words === 1) {
      const { offset, bytes: size } = places[0]!;
      this.#only = size;
      this.#element = offset / size;
    }
  }

  /** The same port in a copy of the memory. */
  inside(memory: PortMemory): PortWords {
    const copy = new PortWords(memory, [], []);
    copy.#bytes = this.#bytes;
    copy.#halves = this.#halves;
    copy.#words = this.#words;
    copy.#only = this.#only;
    copy.#element = this.#element;
    return copy;
  }

  /** Puts the row that begins at `at` on the port. */
  write(row: Uint32Array, at: number): void {
    if (this.#only === 1) this.#memory.bytes[this.#element] = row[at]!;
    else if (this.#only === 2) this.#memory.halves[this.#element] = row[at]!;
    else if (this.#only === 4) this.#memory.words[this.#element] = row[at]!;
    else this.#writeAll(row, at);
  }

  /** Takes the port's value into the row that begins at `at`. */
  read(row: Uint32Array, at: number): void {
    if (this.#only === 1) row[at] = this.#memory.bytes[this.#element]!;
    else if (this.#only === 2) row[at] = this.#memory.halves[this.#element]!;
    else if (this.#only === 4) row[at] = this.#memory.words[this.#element]!;
    else this.#readAll(row, at);
  }

  #writeAll(row: Uint32Array, at: number): void {
    const [m, b, h, w] = [this.#memory, this.#bytes, this.#halves, this.#words];
    for (let i = 0; i < b.length; i += 2) m.bytes[b[i]!] = row[at + b[i + 1]!]!;
    for (let i = 0; i < h.length; i += 2) m.halves[h[i]!] = row[at + h[i + 1]!]!;
    for (let i = 0; i < w.length; i += 2) m.words[w[i]!] = row[at + w[i + 1]!]!;
  }

  #readAll(row: Uint32Array, at: number): void {
    const [m, b, h, w] = [this.#memory, this.#bytes, this.#halves, this.#words];
    for (let i = 0; i < b.length; i += 2) row[at + b[i + 1]!] = m.bytes[b[i]!]!;
    for (let i = 0; i < h.length; i += 2) row[at + h[i + 1]!] = m.halves[h[i]!]!;
    for (let i = 0; i < w.length; i += 2) row[at + w[i + 1]!] = m.words[w[i]!]!;
  }
}

/** The words of what is inside a design, whose spare bits mean nothing. */
export class InsideWords extends PortWords {
  readonly #masks: Uint32Array;

  /** `masks`: the bits of each word of the row that are used. */
  constructor(memory: PortMemory, leaves: readonly RowLeaf[], place: PortPlace, masks: Uint32Array) {
    super(memory, leaves, [place]);
    this.#masks = masks;
  }

  override read(row: Uint32Array, at: number): void {
    super.read(row, at);
    this.#masks.forEach((mask, k) => {
      row[at + k] = row[at + k]! & mask;
    });
  }
}
