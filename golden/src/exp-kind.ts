// The kinds of exponential units: bits of each step and the tables of 2^f, computed from their definition.
// Invariant: a table is minimax in relative error per segment, coefficients rounded to `coefficient` fraction bits; a segment
// of 2^f on [s/n, (s+1)/n) is c0 + c1 u + c2 u^2 + ... with u in [0, 1). A direct table is of degree 0.

import { powerMinimax } from './power-minimax.ts';

/** Direct tables, and polynomials of degree 1, 2 and 3, by the number of segments. */
export const EXP_KINDS = [
  'table_64',
  'table_1024',
  'linear_4',
  'linear_8',
  'linear_16',
  'linear_32',
  'quadratic_2',
  'quadratic_4',
  'quadratic_8',
  'cubic_4',
  'cubic_8',
] as const;
export type ExpKind = (typeof EXP_KINDS)[number];

export interface ExpTable {
  /** Fraction bits of the argument, of log2(e), of t = x log2(e), and of the coefficients. */
  readonly x: number;
  readonly log2e: number;
  readonly t: number;
  readonly coefficient: number;
  /** By segment: c0, c1, ... */
  readonly segments: readonly (readonly bigint[])[];
}

/** Fraction bits of the steps, in the order of ExpTable; segments; degree of the polynomial, 0 for a direct table. */
const KINDS: Readonly<
  Record<
    ExpKind,
    readonly [
      bits: readonly [x: number, log2e: number, t: number, coefficient: number],
      segments: number,
      degree: number,
    ]
  >
> = {
  table_64: [[12, 12, 10, 12], 64, 0],
  table_1024: [[14, 14, 12, 13], 1024, 0],
  linear_4: [[12, 16, 10, 11], 4, 1],
  linear_8: [[14, 14, 12, 13], 8, 1],
  linear_16: [[14, 14, 13, 14], 16, 1],
  linear_32: [[16, 16, 15, 16], 32, 1],
  quadratic_2: [[12, 16, 12, 13], 2, 2],
  quadratic_4: [[16, 16, 15, 16], 4, 2],
  quadratic_8: [[18, 18, 18, 19], 8, 2],
  cubic_4: [[20, 20, 20, 21], 4, 3],
  cubic_8: [[26, 32, 27, 28], 8, 3],
};

const tables = new Map<ExpKind, ExpTable>();

/** Bits and coefficients of a kind. */
export function expTable(kind: ExpKind): ExpTable {
  let table = tables.get(kind);
  if (!table) {
    table = makeTable(kind);
    tables.set(kind, table);
  }
  return table;
}

function makeTable(kind: ExpKind): ExpTable {
  const [[x, log2e, t, coefficient], count, degree] = KINDS[kind];
  // 2^((s + u) / count) is 2^(s / count) times the same function on every segment, and so is its nearest polynomial.
  const base = degree === 0 ? [middle(1 / count)] : powerMinimax(degree, count);
  const segments = Array.from({ length: count }, (_, s) =>
    base.map((c) => BigInt(Math.round(2 ** (s / count) * c * 2 ** coefficient))),
  );
  return { x, log2e, t, coefficient, segments };
}

/** The harmonic mean of 1 and 2^length: the constant with the least relative error between them. */
function middle(length: number): number {
  const end = 2 ** length;
  return (2 * end) / (1 + end);
}

/** log2(e) with `fractionBits` fraction bits, to the nearest. */
export function log2eFixed(fractionBits: number): bigint {
  const digits = 14426950408889634073599246810018921374266n;
  const scaled = (digits << BigInt(fractionBits + 1)) / 10n ** 40n;
  return (scaled + 1n) >> 1n;
}
