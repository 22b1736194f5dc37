// Places of a ring: what counters of a fixed number of places do.

import { mux, type UIntSig } from '@gatewright/hdl-core';

/** Bits that count `places`, at least one. */
export const countBits = (places: number): number => Math.max(1, Math.ceil(Math.log2(places)));

/** The place after `at` in a ring of `places`. */
export function after(at: UIntSig, places: number): UIntSig {
  const following = at.addWrap(1);
  return places === 2 ** at.type.width ? following : mux(at.eq(places - 1), at.and(0), following);
}
