// One signal's bits, read from the memory where it is.
// Invariant: reads only; a signal of 1 to 8 bytes is one machine word, a wider one 32-bit words.

import type { PortPlace } from '../backend/backend.ts';

/** Reads the signal's bits from memory words (as History's rows hold them too). */
export function bitsIn(
  { offset, bytes }: PortPlace,
  width: number,
  wordOf: (memoryWord: number) => number,
): (words: Int32Array, base: number) => bigint {
  const at = wordOf(offset >>> 2);
  if (bytes < 4) {
    const shift = (offset & 3) * 8;
    return (words, base) => BigInt.asUintN(width, BigInt(words[base + at]! >>> shift));
  }
  return (words, base) => {
    let bits = 0n;
    for (let k = bytes / 4 - 1; k >= 0; k--)
      bits = (bits << 32n) | BigInt.asUintN(32, BigInt(words[base + at + k]!));
    return BigInt.asUintN(width, bits);
  };
}

/** Reads a signal as it is now. */
export function bitsReader(
  memory: ArrayBuffer,
  { place, type }: { readonly place: PortPlace; readonly type: { readonly width: number } },
): () => bigint {
  const words = new Int32Array(memory);
  const read = bitsIn(place, type.width, (word) => word);
  return () => read(words, 0);
}
