// The two languages of the printer: what differs between Verilog-2005 and SystemVerilog-2017 in its text.
// Invariant: structure, names and expressions are the same in both; a difference that is not in this table does not exist.

export type Language = 'verilog' | 'systemverilog';

export interface Dialect {
  /** Suffix of a file's name. */
  readonly suffix: '.v' | '.sv';
  /** What an always block assigns, and what it does not. */
  readonly variable: 'reg' | 'logic';
  readonly net: 'wire' | 'logic';
  readonly combinational: string;
  /** A block of registers that nothing else assigns; one with initial values is an `always` in both. */
  readonly flipFlops: string;
  /** Enums are types, and their signals are declared by them where every value assigned is one of theirs. */
  readonly hasEnums: boolean;
  /** Checks are statements of the language. */
  readonly hasAssertions: boolean;
  /** Lines at the start and the end of a file. */
  readonly opening: readonly string[];
  readonly closing: readonly string[];
}

export const DIALECTS: Readonly<Record<Language, Dialect>> = {
  verilog: {
    suffix: '.v',
    variable: 'reg',
    net: 'wire',
    combinational: 'always @*',
    flipFlops: 'always',
    hasEnums: false,
    hasAssertions: false,
    opening: ['`default_nettype none'],
    closing: ['`default_nettype wire'],
  },
  // `default_nettype none` would make some tools refuse `input logic`.
  systemverilog: {
    suffix: '.sv',
    variable: 'logic',
    net: 'logic',
    combinational: 'always_comb',
    flipFlops: 'always_ff',
    hasEnums: true,
    hasAssertions: true,
    opening: [],
    closing: [],
  },
};
