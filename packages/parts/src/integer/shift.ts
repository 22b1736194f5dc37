// Normalising, aligning and barrel shifters, by powers of two per stage.
// Invariant: pure functions of their operands; each stage is a named wire, so that the text reads as the circuit.

import { type BoolSig, cat, literal, mux, named, type UIntSig, uint } from '@gatewright/hdl-core';

export interface Normalised {
  /** `x` shifted left until its top bit is one; zero stays zero. */
  readonly value: UIntSig;
  /** Leading zeros of `x`, at most width - 1; meaningless for zero. */
  readonly leadingZeros: UIntSig;
}

/** Shifts the leading one of `x` to the top bit and counts the shift. Wires are named `<name>_shift_<amount>`. */
export function normalise(name: string, x: UIntSig): Normalised {
  const width = x.type.width;
  let value = x;
  const count: BoolSig[] = [];
  for (let amount = 2 ** Math.ceil(Math.log2(width)) / 2; amount >= 1; amount /= 2) {
    if (amount >= width) continue;
    const empty = named(
      `${name}_empty_${amount}`,
      value
        .bits(width - 1, width - amount)
        .any()
        .not(),
    );
    value = named(`${name}_shift_${amount}`, mux(empty, value.shl(amount).trunc(width), value));
    count.push(empty);
  }
  return { value, leadingZeros: count.length ? cat(...count) : literal(0, uint(1)) };
}

/** x * 2^by in the width of `x`: bits shifted past the top are lost. Wires are named `<name>_left_<amount>`. */
export function shiftLeft(name: string, x: UIntSig, by: UIntSig): UIntSig {
  const width = x.type.width;
  let value = x;
  for (let k = by.type.width - 1; k >= 0; k--) {
    const amount = 2 ** k;
    const shifted = amount < width ? value.shl(amount).trunc(width) : literal(0, uint(width));
    value = named(`${name}_left_${amount}`, mux(by.bit(k), shifted, value));
  }
  return value;
}

/**
 * floor(x / 2^by) with a sticky bit appended below: the result has one bit more than `x`, and its lowest bit is set when
 * any one was shifted out (or was there already as the lowest bit's weight below). Any `by` is allowed.
 */
export function shiftRightSticky(name: string, x: UIntSig, by: UIntSig): UIntSig {
  const width = x.type.width;
  const stages = Math.ceil(Math.log2(width + 1));
  let value = x;
  let sticky: BoolSig | undefined;
  for (let k = 0; k < Math.min(stages, by.type.width); k++) {
    const amount = 2 ** k;
    const enable = by.bit(k);
    const lost = enable.and(value.bits(Math.min(amount, width) - 1, 0).any());
    sticky = named(`${name}_lost_${amount}`, sticky ? sticky.or(lost) : lost);
    value = named(`${name}_by_${amount}`, mux(enable, value.shr(amount).extend(width), value));
  }
  if (by.type.width > stages) {
    const far = named(`${name}_far`, by.bits(by.type.width - 1, stages).any());
    sticky = named(`${name}_sticky`, sticky!.or(far.and(value.any())));
    value = named(`${name}_near`, mux(far, literal(0, uint(width)), value));
  }
  return cat(value, sticky ?? literal(0, uint(1)));
}
