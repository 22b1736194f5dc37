// What registers hold before anything was ever stored in them: bits drawn from a seed.
// Invariant: the same design and seed give the same bits.

import type { PlacedRegister } from './compile-graph.ts';
import { writeMemory } from './layout.ts';

/** Fills the places of registers with random values of their types. */
export function powerUp(memory: ArrayBuffer, registers: readonly PlacedRegister[], seed: number): void {
  const view = new DataView(memory);
  const random = randomWords(seed);
  for (const { decl, address } of registers) {
    let bits = 0n;
    for (let at = 0; at < decl.width; at += 32) bits = (bits << 32n) | BigInt(random());
    writeMemory(view, address, decl, bits);
  }
}

/** Words of 32 bits by a counter and a mixer (splitmix32). */
function randomWords(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}
