// What takes assignments in a random module: slots, which must always be driven, and registers; and the statement lists
// in which they are assigned.
// Invariant: a list assigns a target once without a condition, and what it is assigned reads only entries below its rank.

import { mix } from './choice.ts';
import { when } from './loose.ts';
import type { Pool } from './pool.ts';
import type { CoverRecipe, TypeRecipe } from './recipe.ts';

/** Always driven: a wire, an output, an input of an instance. */
export interface Slot {
  readonly type: TypeRecipe;
  readonly rank: number;
  readonly cover: CoverRecipe;
  readonly assign: (value: unknown) => void;
  readonly hasDefault: boolean;
}
export interface Register {
  readonly type: TypeRecipe;
  readonly reset: boolean;
  readonly assign: (value: unknown) => void;
}

export class Targets {
  readonly slots: Slot[] = [];
  readonly registers: Register[] = [];
  readonly #pool: Pool;
  /** Per open statement list: what has been assigned in it. */
  readonly #lists: Set<Slot | Register>[] = [new Set()];
  #rank = 0;
  #guard = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The highest rank so far. */
  get rank(): number {
    return this.#rank;
  }
  /** The highest rank of the conditions around the statement under way. */
  get guard(): number {
    return this.#guard;
  }
  /** A rank above all so far, and above the conditions around. */
  raise(): number {
    this.#rank = Math.max(this.#rank, this.#guard) + 1;
    return this.#rank;
  }

  /** A statement list under conditions of rank `guard` at most. */
  branch(guard: number, body: () => void): void {
    const outer = this.#guard;
    this.#guard = Math.max(outer, guard);
    const touched = new Set<Slot | Register>();
    this.#lists.push(touched);
    body();
    this.#lists.pop();
    for (const t of touched) this.#lists.at(-1)!.add(t);
    this.#guard = outer;
  }

  /** One assignment; under a condition when its list has assigned the target already. */
  assign(target: Slot | Register, choice: number, literals = true): void {
    const limit = 'rank' in target ? target.rank - 1 : Number.POSITIVE_INFINITY;
    const touched = this.#lists.at(-1)!;
    const value = this.#pool.value(target.type, choice, limit, literals);
    if (touched.has(target)) when(this.#pool.bool(mix(choice, 5), limit).sig, () => target.assign(value));
    else target.assign(value);
    touched.add(target);
  }

  /** Whether the statement list under way has assigned it. */
  isAssigned(target: Slot | Register): boolean {
    return this.#lists.at(-1)!.has(target);
  }
}
