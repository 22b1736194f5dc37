// Leaf types of hdl-core and the integers they hold.
// Invariant: plain facts of a type; no values, no memory.

import { isSigned, type LeafType } from '@gatewright/hdl-core';

export type { LeafType };

/** A leaf's value in a testbench. */
export type LeafValue = bigint | number | boolean | string;

/** The smallest and largest integer of a type. */
export function integerRange(type: LeafType): { readonly min: bigint; readonly max: bigint } {
  const span = 1n << BigInt(type.width);
  return isSigned(type) ? { min: -span / 2n, max: span / 2n - 1n } : { min: 0n, max: span - 1n };
}
