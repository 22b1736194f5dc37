// A small seeded generator (xorshift32, Marsaglia 2003) for stalls and noise.
// Invariant: the same seed and name give the same sequence on every machine. Not for statistics or secrets.

/** A stream of 32-bit numbers. */
export class Random {
  #state: number;

  /** `name` separates the users of one seed from each other. */
  constructor(seed: number, name: string) {
    let state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b);
    for (let i = 0; i < name.length; i++) state = Math.imul(state ^ name.charCodeAt(i), 0x0100_0193);
    // Zero is the one state that xorshift never leaves.
    this.#state = state === 0 ? 1 : state;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** 0 .. 2^32 - 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }
}
