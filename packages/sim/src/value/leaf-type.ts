// Leaf types of hdl-core and the integers they hold.
// Invariant: plain facts of a type; no values, no memory.

import type { Bool, EnumType, SInt, UInt } from '@gatewright/hdl-core';

/** The type of one Verilog signal. */
export type LeafType = UInt | SInt | Bool | EnumType;

/** A leaf's value in a testbench. */
export type LeafValue = bigint | boolean | string;

/** The smallest and largest integer of a type. */
export function integerRange(type: LeafType): { readonly min: bigint; readonly max: bigint } {
  const span = 1n << BigInt(type.width);
  return type.kind === 'sint' ? { min: -span / 2n, max: span / 2n - 1n } : { min: 0n, max: span - 1n };
}
