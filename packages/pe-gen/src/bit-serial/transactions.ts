// Dot products of an array as its streams carry them: sets of activations and codes, and the constants of each group.
// Invariant: a group's weights come from one datatype; lanes past the end of a dot product carry zeros.

import {
  type BitmodDatatype,
  type BitmodTerm,
  bitmodFloatTerms,
  bitmodSpecialUnits,
  isBitmodFloat,
} from '@gatewright/golden';
import type { StreamInputs } from '@gatewright/hdl-core';
import type { BitSerialArray } from './array.ts';
import type { ArrayParams } from './params.ts';

export type ArrayInputs = StreamInputs<ReturnType<typeof BitSerialArray.ports>>;

/** One group of a column: as many codes as the group has weights. */
export interface ColumnGroup {
  readonly codes: readonly number[];
  /** Index of the special value, 0..3; integers do not read it. */
  readonly special: number;
  /** 0..255. */
  readonly scale: number;
}
export interface ArrayGroup {
  readonly datatype: BitmodDatatype;
  readonly columns: readonly ColumnGroup[];
}
/** rows x columns dot products over the same K. */
export interface ArrayDots {
  /** Codes by row, K each; INT8 as two's complement bytes. */
  readonly activations: readonly (readonly number[])[];
  readonly groups: readonly ArrayGroup[];
}

const digit = (term: BitmodTerm) => ({
  negative: term < 0,
  one: Math.abs(term) === 1,
  two: Math.abs(term) === 2,
  four: Math.abs(term) === 4,
});
/** A special value as the array takes it. Integers have none. */
export function specialWires(datatype: BitmodDatatype, index: number) {
  const [high, low] = isBitmodFloat(datatype)
    ? bitmodFloatTerms(bitmodSpecialUnits(datatype, index))
    : ([0, 0] as const);
  return { high: digit(high), low: digit(low) };
}

/** The streams that compute `dots`, one after the other. */
export function arrayInputs(p: ArrayParams, dots: readonly ArrayDots[]): ArrayInputs {
  const sets = dots.flatMap(({ activations, groups }) => {
    let start = 0;
    const made = groups.flatMap(({ columns }) => {
      const from = start;
      const length = columns[0]!.codes.length;
      start += length;
      return Array.from({ length: Math.ceil(length / p.lanes) }, (_, i) => {
        const lanes = (values: readonly number[], at: number, end: number): number[] =>
          Array.from({ length: p.lanes }, (_, lane) => (at + lane < end ? values[at + lane]! : 0));
        return {
          values: activations.map((row) => lanes(row, from + i * p.lanes, from + length)),
          codes: columns.map((column) => lanes(column.codes, i * p.lanes, length)),
          last: false,
        };
      });
    });
    return made.map((set, i) => ({ ...set, last: i === made.length - 1 }));
  });
  const group = dots.flatMap(({ groups }) =>
    groups.map(({ datatype, columns }) => ({
      datatype,
      special: columns.map((c) => specialWires(datatype, c.special)),
      scale: columns.map((c) => c.scale),
    })),
  );
  const banks = Array.from({ length: p.tileColumns }, (_, bank) => [
    `weights_${bank}`,
    sets.map(({ codes }) => codes.slice(bank * p.columns, (bank + 1) * p.columns)),
  ]);
  return {
    activations: sets.map(({ values, last }) => ({ values, last })),
    group,
    ...(Object.fromEntries(banks) as Pick<ArrayInputs, `weights_${number}`>),
  };
}
