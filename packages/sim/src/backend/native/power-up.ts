// What registers and memories hold before anything was ever stored in them: initial values, and bits drawn from a seed.
// Invariant: the same design and seed give the same bits. Expects a memory of zeros.

import type { CompiledDesign } from './compile.ts';
import { writeMemory } from './layout.ts';

/** Gives state its initial values, and what has none random bits when there is a seed, or the complements of these. */
export function powerUp(
  memory: ArrayBuffer,
  design: CompiledDesign,
  seed: number | undefined,
  inverted = false,
): void {
  const view = new DataView(memory);
  const random = seed === undefined ? undefined : randomWords(seed, inverted ? -1 : 0);
  const randomBits = (width: number): bigint | undefined => {
    if (!random) return undefined;
    let bits = 0n;
    for (let at = 0; at < width; at += 32) bits = (bits << 32n) | BigInt(random());
    return bits;
  };
  for (const { decl, address } of design.registers) {
    const value = decl.init ?? randomBits(decl.width);
    if (value !== undefined) writeMemory(view, address, decl, value);
  }
  for (const { memory: declared, address, stride } of design.memories) {
    const { depth, width, init } = declared;
    if (!init && !random) continue;
    for (let i = 0; i < depth; i++) {
      const value = init?.[i] ?? randomBits(width);
      if (value !== undefined) writeMemory(view, address + i * stride, { width, signed: false }, value);
    }
  }
}

/** Words of 32 bits by a counter and a mixer (splitmix32), some bits flipped. */
function randomWords(seed: number, flipped: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e37_79b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85eb_ca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2_ae35);
    return (z ^ (z >>> 16) ^ flipped) >>> 0;
  };
}
