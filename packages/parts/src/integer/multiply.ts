// Small-weight multipliers: x * q for a signed activation and a low-bit weight, in the styles of shift-and-add.
// Invariant: every style is exact for every operand pair; they differ only in structure. Source: the MixPE PE, a
// reconstruction from first principles (the paper says "shift and add"; its circuit was not published).

import { literal, mux, named, type SIntSig, sint, sumTree, type UIntSig } from '@gatewright/hdl-core';
import { addRows } from './compressor.ts';
import { boothRows } from './multiplier.ts';

/**
 * - `and_shift`: one gated, shifted copy of x per weight bit; the sign bit of a signed weight subtracts.
 * - `booth4`: radix-4 Booth recoding, a digit in -2..2 per two weight bits.
 * - `sign_mag`: the weight's magnitude by gated shifts, then a conditional negation. Signed weights only.
 * - `operator`: the plain `*`, left to synthesis: the honest baseline.
 */
export const MULTIPLIER_STYLES = ['and_shift', 'booth4', 'sign_mag', 'operator'] as const;
export type MultiplierStyle = (typeof MULTIPLIER_STYLES)[number];

export interface WeightFormat {
  readonly weightBits: number;
  readonly weightSigned: boolean;
}

/** Exact x * q, where `q` holds the weight's code (weightBits bits, two's complement when signed). Named after `name`. */
export function multiplyByWeight(
  name: string,
  x: SIntSig,
  q: UIntSig,
  format: WeightFormat,
  style: MultiplierStyle,
): SIntSig {
  const width = x.type.width + format.weightBits;
  switch (style) {
    case 'and_shift':
      return andShift(name, x, q, format).trunc(width);
    case 'booth4':
      return addRows(
        name,
        boothRows(name, x, format.weightSigned ? q.asSInt() : q, width),
        'binary',
      ).asSInt();
    case 'sign_mag': {
      if (!format.weightSigned) throw new RangeError('multiplyByWeight: sign_mag needs signed weights');
      const magnitude = named(`${name}_magnitude`, q.asSInt().abs());
      const product = named(
        `${name}_unsigned`,
        andShift(name, x, magnitude, { weightBits: magnitude.type.width, weightSigned: false }),
      );
      return mux(q.bit(format.weightBits - 1), product.neg(), product).trunc(width);
    }
    case 'operator':
      return x.mul(format.weightSigned ? q.asSInt() : q.toSInt()).trunc(width);
  }
}

const gate = (enable: ReturnType<UIntSig['bit']>, x: SIntSig): SIntSig => mux(enable, x, literal(0, sint(1)));

function andShift(name: string, x: SIntSig, q: UIntSig, { weightBits, weightSigned }: WeightFormat): SIntSig {
  const rows = Array.from({ length: weightBits }, (_, i) => gate(q.bit(i), x).shl(i));
  const row = named(`${name}_row`, rows);
  if (!weightSigned) return sumTree(row);
  // The top bit of a two's complement weight counts negatively.
  const top = row.at(-1)!;
  return row.length === 1 ? top.neg() : sumTree(row.slice(0, -1)).sub(top);
}
