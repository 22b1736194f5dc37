// Register stages at chosen places of a datapath.
//
// The convention of this room: a pipelined part has the parameter `stages` and, when it is not 0, an input `enable`. All its
// registers load at a clock edge where `enable` is high and hold otherwise, so a result appears `stages` enabled edges
// after its operands. There is no reset and no valid bit: both belong to whoever counts the edges (a stream wraps a part by
// carrying `valid` beside it and driving `enable` with "the last stage is empty or taken").
// Invariant: with 0 stages the description is combinational and no clock appears.

import {
  type BoolSig,
  type HwType,
  input,
  registered,
  type Sig,
  type UIntSig,
  uint,
} from '@gatewright/hdl-core';
import { z } from 'zod';

type Signals = { readonly [name: string]: Sig<HwType> };

/** The parameter of a part whose datapath has `most` places for registers. */
export const stagesParam = (most: number) =>
  z.int().min(0).max(most).default(0).meta({ description: 'register stages: the latency in clock cycles' });

/** The `enable` port of a part; it has no wire when the part is combinational. */
export const enablePort = (stages: number) =>
  input(uint(stages > 0 ? 1 : 0), 'registers load at clock edges where this is high');

/**
 * A datapath cut into `delays.length` segments, by name in order; the numbers are relative delays. A register may stand
 * after each segment; `stages` of those places are taken so that the longest path between registers is shortest.
 */
export class Pipeline {
  readonly #places: ReadonlySet<string>;
  readonly #last: string | undefined;
  readonly #enable: BoolSig | undefined;
  #stage = 0;
  #carried: { signals: Signals }[] = [];

  constructor(stages: number, delays: Readonly<Record<string, number>>, enable: UIntSig) {
    this.#places = registerPlaces(stages, delays);
    this.#last = Object.keys(delays).at(-1);
    this.#enable = stages > 0 ? enable.bit(0) : undefined;
  }

  /** The signals after the segment `place`: one cycle later if a register stands there. */
  cut<S extends Signals>(place: string, signals: S): S {
    if (!this.#places.has(place)) return signals;
    this.#stage++;
    const register = <T extends Signals>(values: T): T =>
      registered(`s${this.#stage}`, values, this.#enable ? { enable: this.#enable } : {}) as T;
    const result = register(signals);
    // Behind the last place nothing is left to accompany.
    if (place !== this.#last)
      for (const carried of this.#carried) carried.signals = register(carried.signals);
    return result;
  }

  /** Signals that accompany the datapath: the function gives them as they are at the current place. */
  carry<S extends Signals>(signals: S): () => S {
    const carried = { signals };
    this.#carried.push(carried);
    return () => carried.signals as S;
  }
}

/** The `stages` places after which registers make the longest remaining path shortest; earlier places win a draw. */
export function registerPlaces(stages: number, delays: Readonly<Record<string, number>>): Set<string> {
  const names = Object.keys(delays);
  if (stages > names.length)
    throw new RangeError(`${stages} stages, but ${names.length} places for registers`);
  // The longest path of the segments from `from` on when `left` registers stand there as well as they can.
  const known = new Map<string, number>();
  const shortest = (from: number, left: number): number => {
    const key = `${from} ${left}`;
    let least = known.get(key);
    if (least !== undefined) return least;
    least = Infinity;
    let path = 0;
    for (let at = from; at < names.length; at++) {
      path += delays[names[at]!]!;
      if (left > 0) least = Math.min(least, Math.max(path, shortest(at + 1, left - 1)));
    }
    if (left === 0) least = path;
    known.set(key, least);
    return least;
  };
  // A place that is early enough for the best whole is as good as one that is best for the rest.
  const longest = shortest(0, stages);
  const places = new Set<string>();
  let from = 0;
  for (let left = stages; left > 0; left--) {
    let path = 0;
    for (let at = from; ; at++) {
      path += delays[names[at]!]!;
      if (Math.max(path, shortest(at + 1, left - 1)) > longest) continue;
      places.add(names[at]!);
      from = at + 1;
      break;
    }
  }
  return places;
}
