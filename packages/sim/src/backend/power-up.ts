// What state holds at power-up: what the design says, and elsewhere bits drawn from a seed, for every back end the same.
// Invariant: the bits of a value depend on the seed, its path in the design and its address alone, so that they are the same
// after an edit elsewhere. Word k (of 32 bits, over all values of a memory) of a path is output k of a splitmix32 generator
// that begins with mix(mix(seed) ^ FNV-1a(path)).

import { begun, begunWith, type DesignState, putValue } from './design-state.ts';

/** The values of a state at power-up; with `inverted`, what is drawn is complemented. */
export function powerUpBits(
  { held, words }: DesignState,
  seed: number,
  inverted = false,
): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(words);
  const flipped = inverted ? -1 : 0;
  const mixed = mix(seed);
  for (const each of held) {
    const { path, at, count, words: size, width } = each;
    const begin = mix(mixed ^ hashOf(path));
    const highest = 0xffff_ffff >>> (31 & -width);
    for (let k = 0; k < count * size; k++) {
      const word = mix(begin + Math.imul(k + 1, 0x9e37_79b9)) ^ flipped;
      bits[at + k] = (k + 1) % size === 0 ? word & highest : word;
    }
    for (let i = 0; i < begun(each); i++) putValue(bits, each, i, begunWith(each, i));
  }
  return bits;
}

/** The finaliser of MurmurHash3. */
function mix(x: number): number {
  let z = x | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
  return z ^ (z >>> 16);
}

/** FNV-1a over the characters of a name. */
function hashOf(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash;
}
