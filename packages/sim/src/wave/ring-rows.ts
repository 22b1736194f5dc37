// The rows of a ring that the back end records, one at a time as a copy of the port memory.
// Invariant: reads the ring only.

import { type Ring, ringHeader } from '../backend/backend.ts';
import { PortMemory } from '../value/port-memory.ts';

export class RingRows {
  /** Holds the row that was loaded last, with every port where it is in the instance's memory. */
  readonly memory: PortMemory;
  readonly #ring: Ring;

  constructor(ring: Ring) {
    this.#ring = ring;
    this.memory = new PortMemory(new ArrayBuffer(4 * (ring.from + ring.rowWords)));
  }

  /** Loads the row recorded `back` edges before the last one; false when there is none. */
  load(back: number): boolean {
    const { words, rowWords, from } = this.#ring;
    const [next, count, depth] = [words[0]!, words[1]!, words[2]!];
    if (back >= count) return false;
    const at = ringHeader + ((next + depth - 1 - back) % depth) * rowWords;
    new Int32Array(this.memory.buffer).set(words.subarray(at, at + rowWords), from);
    return true;
  }
}
