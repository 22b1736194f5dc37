// Carry-save addition: 3:2 and 4:2 compressors, and trees of them.
// Invariant: rows are numbers modulo 2^width, and every step keeps their sum modulo 2^width. Only the last step of a sum, the
// addition of two rows, propagates a carry.

import { mux, named, type SIntSig, type UIntSig } from '@gatewright/hdl-core';

export interface CarrySave {
  readonly sum: UIntSig;
  /** Already shifted to its place. */
  readonly carry: UIntSig;
}

/** Three rows of one width to two with the same sum modulo 2^width: a full adder per bit. */
export function compress32(name: string, a: UIntSig, b: UIntSig, c: UIntSig): CarrySave {
  const width = a.type.width;
  const half = named(`${name}_half`, a.xor(b));
  return {
    sum: named(`${name}_sum`, half.xor(c)),
    carry: named(`${name}_carry`, a.and(b).or(half.and(c)).shl(1).trunc(width)),
  };
}

/**
 * Four rows of one width to two with the same sum modulo 2^width. The carry that each place hands to the next depends on
 * three rows only, so it does not ripple: three exclusive ors deep where two full adders in a row are four.
 */
export function compress42(name: string, a: UIntSig, b: UIntSig, c: UIntSig, d: UIntSig): CarrySave {
  const width = a.type.width;
  const half = named(`${name}_half`, a.xor(b));
  const hand = named(`${name}_hand`, a.and(b).or(half.and(c)).shl(1).trunc(width));
  const other = named(`${name}_other`, c.xor(d));
  const odd = named(`${name}_odd`, half.xor(other));
  return {
    sum: named(`${name}_sum`, odd.xor(hand)),
    carry: named(`${name}_carry`, odd.and(hand).or(odd.not().and(d)).shl(1).trunc(width)),
  };
}

/**
 * How rows are summed.
 * - `binary`: a balanced tree of carry-propagate adders (`sumTree`): what FPGA carry chains are made for.
 * - `wallace`: full adders, as many as fit in each level.
 * - `dadda`: full adders, as few as reach the next of 2, 3, 4, 6, 9, 13, … rows in each level.
 * - `compressor42`: 4:2 compressors.
 */
export const ADDER_TREES = ['binary', 'wallace', 'dadda', 'compressor42'] as const;
export type AdderTreeStyle = (typeof ADDER_TREES)[number];

/** Rows of one width to at most two with the same sum modulo 2^width. Wires are named `<name>_<level>_<place>_…`. */
export function compressRows(
  name: string,
  rows: readonly UIntSig[],
  style: Exclude<AdderTreeStyle, 'binary'>,
): readonly UIntSig[] {
  let level = rows;
  for (let depth = 0; level.length > 2; depth++) level = compressLevel(`${name}_${depth}`, level, style);
  return level;
}

function compressLevel(
  name: string,
  rows: readonly UIntSig[],
  style: Exclude<AdderTreeStyle, 'binary'>,
): UIntSig[] {
  const next: UIntSig[] = [];
  const target = daddaTarget(rows.length);
  let at = 0;
  for (let place = 0; at < rows.length; place++) {
    const left = rows.length - at;
    const [a, b, c, d] = rows.slice(at, at + 4) as [UIntSig, UIntSig, UIntSig, UIntSig];
    const enough = style === 'dadda' && next.length + left <= target;
    const taken = left < 3 || enough ? 1 : style === 'compressor42' && left >= 4 ? 4 : 3;
    if (taken === 1) next.push(a);
    else {
      const part = `${name}_${place}`;
      const { sum, carry } = taken === 4 ? compress42(part, a, b, c, d) : compress32(part, a, b, c);
      next.push(sum, carry);
    }
    at += taken;
  }
  return next;
}

/** The largest of Dadda's row counts below `rows`: each is one and a half times the one before, rounded down. */
function daddaTarget(rows: number): number {
  let target = 2;
  while (Math.floor(1.5 * target) < rows) target = Math.floor(1.5 * target);
  return target;
}

/** The sum of rows modulo 2^width, width being that of every row. */
export function addRows(name: string, rows: readonly UIntSig[], style: AdderTreeStyle): UIntSig {
  const [first, second, ...rest] = style === 'binary' ? binaryTree(rows) : compressRows(name, rows, style);
  if (!first || rest.length) throw new RangeError('addRows: there is nothing to add');
  return second ? first.addWrap(second) : first;
}

function binaryTree(rows: readonly UIntSig[]): readonly UIntSig[] {
  let level = rows;
  while (level.length > 2) {
    level = level.flatMap((a, i) => {
      const b = level[i + 1];
      return i % 2 ? [] : [b ? a.addWrap(b) : a];
    });
  }
  return level;
}

/** The bits of a value in `width` bits of two's complement. */
export const rowOf = (x: UIntSig | SIntSig, width: number): UIntSig =>
  x.kind === 'sint' ? x.extend(width).asUInt() : x.extend(width);

/** x negated, modulo 2^width, less one: what a row takes when the one is added elsewhere. */
export const onesComplement = (negate: Parameters<typeof mux>[0], x: UIntSig): UIntSig =>
  mux(negate, x.not(), x);
