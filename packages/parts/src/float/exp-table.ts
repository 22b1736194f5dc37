// The tables of exponential units: bits of each step and coefficients of 2^f, in hexadecimal.
// Invariant: on [s/n, (s+1)/n) 2^f is c0 + c1 u + c2 u^2 + ... with u in [0, 1), minimax in relative error, in units of
// 2^-coefficient, below 2. Direct tables hold the harmonic mean of both ends of a segment and are computed.

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

interface Written {
  readonly bits: readonly [x: number, log2e: number, t: number, coefficient: number];
  readonly table: string;
}

const POLYNOMIALS: Readonly<Record<Exclude<ExpKind, `table_${string}`>, Written>> = {
  linear_4: { bits: [12, 16, 10, 11], table: '7fc 183, 97f 1cc, b4b 223, d6e 28a' },
  linear_8: {
    bits: [14, 14, 12, 13],
    table: '1ffc 2e5, 22e1 328, 2609 371, 297b 3c1, 2d3c 418, 3154 477, 35cb 4de, 3aa9 54f',
  },
  linear_16: {
    bits: [14, 14, 13, 14],
    table:
      '3ffe 2d5, 42d3 2f5, 45c9 317, 48e0 33a, 4c1a 35f, 4f78 385, 52fd 3ad, 56aa 3d6, 5a80 402, 5e81 42f, 62b1 45f, 670f 490, 6b9f 4c4, 7063 4fa, 755d 532, 7a8f 56d',
  },
  linear_32: {
    bits: [16, 16, 15, 16],
    table:
      'fffe 59b, 10599 5ba, 10b54 5db, 1112e 5fb, 11729 61d, 11d46 63f, 12385 662, 129e8 686, 1306e 6ab, 13718 6d0, 13de8 6f6, 144de 71d, 14bfb 745, 15340 76e, 15aae 797, 16245 7c2, 16a07 7ed, 171f5 81a, 17a0e 847, 18256 876, 18acb 8a5, 19370 8d6, 19c46 907, 1a54d 93a, 1ae87 96d, 1b7f4 9a2, 1c196 9d8, 1cb6f a0f, 1d57e a48, 1dfc6 a81, 1ea47 abc, 1f504 af9',
  },
  quadratic_2: { bits: [12, 16, 12, 13], table: '2002 af5 248, 2d44 f7f 33a' },
  quadratic_4: {
    bits: [16, 16, 15, 16],
    table: '10002 2c3b 431, 13072 349a 4fb, 16a0c 3e8e 5ed, 1ae8d 4a64 70c',
  },
  quadratic_8: {
    bits: [18, 18, 18, 19],
    table:
      '80002 b152 807, 8b95e c15e 8c1, 98381 d2de 98c, a5ff0 e5f4 a69, b5052 fac4 b5a, c5675 11176 c61, d7453 12a37 d80, eac10 14534 eb9',
  },
  cubic_4: {
    bits: [20, 20, 20, 21],
    table: '1fffff 58ba5 7a98 7bf, 260dfb 69840 91ca 936, 2d413c 7d7ae ad60 af4, 35d13e 9538c ce2e d06',
  },
  cubic_8: {
    bits: [26, 32, 27, 28],
    table:
      'ffffffb 162e4d0 f5cbb 76b2, 1172b837 18303b2 10c0ac 8170, 1306fe04 1a60acf 1244d4 8d27, 14bfdacf 1cc3d85 13ec1e 99ed, 16a09e60 1f5e547 15b9b8 a7dc, 18ace53b 2235231 17b119 b70d, 1ae89f91 254db9c 19d609 c79e, 1d5818d4 28ae0cb 1c2ca8 d9b0',
  },
};

const DIRECT = {
  table_64: { bits: [12, 12, 10, 12], entries: 64 },
  table_1024: { bits: [14, 14, 12, 13], entries: 1024 },
} as const;

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
  const direct = kind === 'table_64' || kind === 'table_1024' ? DIRECT[kind] : undefined;
  const [x, log2e, t, coefficient] = direct
    ? direct.bits
    : POLYNOMIALS[kind as keyof typeof POLYNOMIALS].bits;
  const segments = direct
    ? Array.from({ length: direct.entries }, (_, k) => [
        middle(k / direct.entries, 1 / direct.entries, coefficient),
      ])
    : POLYNOMIALS[kind as keyof typeof POLYNOMIALS].table
        .split(', ')
        .map((row) => row.split(' ').map((c) => BigInt(`0x${c}`)));
  return { x, log2e, t, coefficient, segments };
}

/** The harmonic mean of 2^f at both ends of a segment: the constant with the least relative error. */
function middle(from: number, length: number, fractionBits: number): bigint {
  const [a, b] = [2 ** from, 2 ** (from + length)];
  return BigInt(Math.round(((2 * a * b) / (a + b)) * 2 ** fractionBits));
}

/** log2(e) with `fractionBits` fraction bits, to the nearest. */
export function log2eFixed(fractionBits: number): bigint {
  const digits = 14426950408889634073599246810018921374266n;
  const scaled = (digits << BigInt(fractionBits + 1)) / 10n ** 40n;
  return (scaled + 1n) >> 1n;
}
