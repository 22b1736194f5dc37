// An exact sum in fixed point: floats become integers by a left shift, and nothing is ever rounded.
// Invariant: the sum is right modulo its width; whoever chooses the width sees to it that no sum leaves it.

import { type BoolSig, mux, named, replicate, type UIntSig } from '@gatewright/hdl-core';

/** A left shift, and the largest one that occurs. */
export interface Places {
  readonly places: UIntSig;
  readonly most: number;
}

/**
 * sum +- product * 2^places in the width of `sum`. The smallest shift comes first, so that each stage is only as wide as what
 * can reach it.
 */
export function addFixed(
  sum: UIntSig,
  negative: BoolSig,
  product: UIntSig,
  { places, most }: Places,
): UIntSig {
  const width = sum.type.width;
  let value = product;
  let left = most;
  const by = named('places', places);
  for (let k = 0; 2 ** k <= most; k++) {
    const grown = value.type.width + Math.min(2 ** k, left);
    left -= 2 ** k;
    const shifted = value.shl(2 ** k);
    const kept = shifted.type.width > grown ? shifted.trunc(grown) : shifted;
    value = named(`product_left_${2 ** k}`, mux(by.bit(k), kept, value.extend(grown)));
  }
  const operand = named('operand', value.extend(width).xor(replicate(negative, width)));
  return sum.addWrap(operand).addWrap(negative.asUInt());
}
