// The meaning of a memory at a clock edge, for the reference evaluator.
// Invariant: all ports see the words as they were before the edge; then the writes happen. What the declaration leaves
// undefined is not chosen silently: it reads as POISON, a fixed pattern, and is counted. A word never written is POISON too.

import { type Domain, sameClock } from './domain.ts';
import { type Expr, wrapValue } from './expr.ts';
import type { Memory, MemoryRead } from './memory.ts';
import type { Decl } from './module.ts';

/** How many reads gave the poison pattern, and why. */
export interface PoisonCount {
  /** Of a word that is written at the same edge, where the memory does not say what that gives. */
  collision: number;
  /** Past the end. */
  outOfRange: number;
  /** Of a word, or from a port, that was never given a value. */
  unwritten: number;
}

/** `width` bits of the pattern 1010 0101, repeated from the least significant bit. */
export function poison(width: number): bigint {
  let bits = 0n;
  for (let at = 0; at < width; at += 8) bits |= 0xa5n << BigInt(at);
  return wrapValue(bits, width, false);
}

interface AppliedWrite {
  readonly address: bigint;
  readonly data: bigint;
  /** The bits of the lanes that it writes. */
  readonly bits: bigint;
  readonly domain: Domain;
}

export class MemoryState {
  readonly #memory: Memory;
  readonly #count: PoisonCount;
  readonly #words = new Map<bigint, bigint>();
  /** What each synchronous read port holds. */
  readonly #held = new Map<Decl, bigint>();

  constructor(memory: Memory, count: PoisonCount, initialWord: ((address: number) => bigint) | undefined) {
    this.#memory = memory;
    this.#count = count;
    for (let i = 0; i < memory.depth; i++) {
      const word = memory.init?.[i] ?? initialWord?.(i);
      if (word !== undefined) this.#words.set(BigInt(i), word);
    }
  }

  /** Gives a synchronous read port what it holds before its first edge. */
  preset(data: Decl, value: bigint): void {
    this.#held.set(data, value);
  }

  /** What a read port gives now. */
  read(port: MemoryRead, value: (e: Expr) => bigint): bigint {
    const { data } = port;
    if (port.kind === 'async') return asType(data, this.#wordAt(value(port.address)));
    const held = this.#held.get(data);
    if (held === undefined) this.#count.unwritten++;
    return asType(data, held ?? poison(data.width));
  }

  /** Computes what an edge does; the result does it. `ticks`: the clock of this domain rises. */
  edge(ticks: (domain: Domain) => boolean, value: (e: Expr) => bigint): () => void {
    const writes = this.#applied(ticks, value);
    const reads: (readonly [Decl, bigint])[] = [];
    for (const port of this.#memory.reads) {
      if (port.kind === 'async' || !ticks(port.domain!) || value(port.enable) === 0n) continue;
      reads.push([port.data, this.#readAtEdge(port, value(port.address), writes)]);
    }
    return () => {
      for (const [data, word] of reads) this.#held.set(data, word);
      this.#write(writes);
    };
  }

  #applied(ticks: (domain: Domain) => boolean, value: (e: Expr) => bigint): AppliedWrite[] {
    const { width, lanes, depth } = this.#memory;
    const all = wrapValue(-1n, width, false);
    const lane = wrapValue(-1n, width / lanes, false);
    return this.#memory.writes.flatMap((w) => {
      if (!ticks(w.domain) || value(w.enable) === 0n) return [];
      const address = value(w.address);
      if (address >= BigInt(depth)) return [];
      let bits = w.mask ? 0n : all;
      const mask = w.mask ? value(w.mask) : 0n;
      for (let i = 0; i < lanes; i++)
        if ((mask >> BigInt(i)) & 1n) bits |= lane << BigInt((i * width) / lanes);
      return [{ address, bits, data: value(w.data), domain: w.domain }];
    });
  }

  #readAtEdge(port: MemoryRead, address: bigint, writes: readonly AppliedWrite[]): bigint {
    const { collision, depth } = this.#memory;
    if (address >= BigInt(depth)) return this.#wordAt(address);
    let word: bigint | undefined = collision === 'new' ? this.#words.get(address) : this.#wordAt(address);
    let undefinedBits = 0n;
    for (const w of writes) {
      if (w.address !== address) continue;
      if (collision === 'undefined' || !sameClock(w.domain, port.domain!)) undefinedBits |= w.bits;
      else if (collision === 'new') word = merged(word ?? poison(port.data.width), w);
    }
    if (undefinedBits) this.#count.collision++;
    return merged(word ?? this.#wordAt(address), { data: poison(port.data.width), bits: undefinedBits });
  }

  /** Two writes of one bit at one edge: the later port wins in a memory of registers; elsewhere the bit is undefined. */
  #write(writes: readonly AppliedWrite[]): void {
    const { width, style } = this.#memory;
    const written = new Map<bigint, bigint>();
    for (const w of writes) {
      const twice = style === 'registers' ? 0n : (written.get(w.address) ?? 0n) & w.bits;
      if (twice) this.#count.collision++;
      written.set(w.address, (written.get(w.address) ?? 0n) | w.bits);
      const word = merged(this.#words.get(w.address) ?? poison(width), w);
      this.#words.set(w.address, merged(word, { data: poison(width), bits: twice }));
    }
  }

  #wordAt(address: bigint): bigint {
    const { depth, width, outOfRange } = this.#memory;
    if (address >= BigInt(depth)) {
      if (outOfRange === 'zero') return 0n;
      this.#count.outOfRange++;
      return poison(width);
    }
    const word = this.#words.get(address);
    if (word === undefined) this.#count.unwritten++;
    return word ?? poison(width);
  }
}

const merged = (word: bigint, { data, bits }: { readonly data: bigint; readonly bits: bigint }): bigint =>
  (word & ~bits) | (data & bits);
const asType = (d: Decl, bits: bigint): bigint => wrapValue(bits, d.width, d.signed);
