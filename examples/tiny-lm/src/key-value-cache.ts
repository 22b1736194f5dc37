// Keys and values of the text so far, so that a new token costs one row of every layer.
// Invariant: it holds what the next query can still see: the last window - 1 positions, keys rotated.

import type { TinyLmConfig } from './config.ts';

export class KeyValueCache {
  readonly #config: TinyLmConfig;
  readonly #keys: Float32Array[];
  readonly #values: Float32Array[];
  #position = 0;

  constructor(config: TinyLmConfig) {
    this.#config = config;
    this.#keys = Array.from({ length: config.layers }, () => new Float32Array(0));
    this.#values = Array.from({ length: config.layers }, () => new Float32Array(0));
  }

  /** Tokens read so far: the position of the next one. */
  get position(): number {
    return this.#position;
  }

  /** Rows of new tokens behind those that their queries see, row-major [keys][dModel]; a copy stays for the next ones. */
  extend(layer: number, keys: Float32Array, values: Float32Array): [Float32Array, Float32Array] {
    const all = [joined(this.#keys[layer]!, keys), joined(this.#values[layer]!, values)] as const;
    const kept = (this.#config.window - 1) * this.#config.dModel;
    this.#keys[layer] = all[0].slice(Math.max(0, all[0].length - kept));
    this.#values[layer] = all[1].slice(Math.max(0, all[1].length - kept));
    return [...all];
  }

  /** Tokens were read by every layer. */
  advance(tokens: number): void {
    this.#position += tokens;
  }
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
