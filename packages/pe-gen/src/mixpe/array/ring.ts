// Places of a ring: what counters of a fixed number of places do.

import { type BoolSig, mux, named, regs, type UIntSig, uint, when } from '@gatewright/hdl-core';

/** Bits that count `places`, at least one. */
export const countBits = (places: number): number => Math.max(1, Math.ceil(Math.log2(places)));

/** The place after `at` in a ring of `places`. */
export function after(at: UIntSig, places: number): UIntSig {
  const following = at.addWrap(1);
  return places === 2 ** at.type.width ? following : mux(at.eq(places - 1), at.and(0), following);
}

/** Counts the places that are used one by one, wherever `now` holds; `first` begins again at place 0. */
export function turn(name: string, places: number, now: BoolSig, first?: BoolSig): UIntSig {
  const next = regs({ [name]: uint(countBits(places)) }, { [name]: 0 })[name]!;
  const at = first ? named(`${name}_at`, mux(first, next.and(0), next)) : next;
  when(now, () => next.next(after(at, places)));
  return at;
}
