// The columns of a payload type: leaves that differ only by vector index side by side, as typed arrays hold them.
// Invariant: a row of a column is its leaves in index order, each as wide as the leaf's port in memory and with every bit
// above its width 0. It holds no data.

import { type HwType, leavesOf } from '@gatewright/hdl-core';
import type { LeafType } from '../value/leaf-type.ts';

/** One column. */
export interface Column {
  /** The path without indices: `['a']`, `['grid', 're']`; empty for a payload that is a leaf or a vector of leaves. */
  readonly path: readonly string[];
  readonly type: LeafType;
  /** Indices in `leavesOf(payload)`, in row order. */
  readonly leaves: readonly number[];
  /** Bytes of one leaf: 1, 2, 4, 8, or 4 per 32-bit word above 64 bits. */
  readonly bytes: number;
}

/** Bytes that a leaf takes in port memory and columns; 0 when it has no width. */
export const leafBytes = (width: number): number => {
  if (width === 0) return 0;
  if (width <= 8) return 1;
  if (width <= 16) return 2;
  if (width <= 32) return 4;
  return width <= 64 ? 8 : 4 * Math.ceil(width / 32);
};

/** The columns of a stream's payload in order of their first leaf; leaves of no width are in none. */
export function columnsOf(payload: HwType): Column[] {
  const columns = new Map<string, Column & { readonly leaves: number[] }>();
  leavesOf(payload).forEach(({ path, type }, index) => {
    if (type.width === 0) return;
    const names = path.filter((step) => !/^\d/.test(step));
    const key = names.join('.');
    const column = columns.get(key);
    if (column) column.leaves.push(index);
    else columns.set(key, { path: names, type, leaves: [index], bytes: leafBytes(type.width) });
  });
  return [...columns.values()];
}
