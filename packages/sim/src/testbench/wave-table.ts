// Port values of a few cycles as a text table, one row per leaf port.
// Invariant: reads ports only; columns are as wide as their widest entry.

import type { LeafValue } from '../value/leaf-type.ts';

/** A row: a leaf port and how to look at it. */
export interface WaveRow {
  readonly name: string;
  read(): LeafValue;
}

const rowLimit = 40;

export class WaveTable {
  readonly #rows: readonly WaveRow[];
  readonly #columns: string[][] = [];

  constructor(rows: readonly WaveRow[]) {
    this.#rows = rows;
  }

  /** Adds a column with the values now, under the heading. */
  record(heading: string): void {
    this.#columns.push([heading, ...this.#rows.slice(0, rowLimit).map((row) => text(row.read()))]);
  }

  lines(): string[] {
    const names = ['cycle', ...this.#rows.slice(0, rowLimit).map((row) => row.name)];
    const nameWidth = Math.max(...names.map((name) => name.length));
    const widths = this.#columns.map((column) => Math.max(...column.map((entry) => entry.length)));
    const lines = names.map((name, k) => {
      const entries = this.#columns.map((column, i) => column[k]!.padStart(widths[i]!));
      return [name.padEnd(nameWidth), ...entries].join(' ');
    });
    const hidden = this.#rows.length - rowLimit;
    return hidden > 0 ? [...lines, `(and ${hidden} more)`] : lines;
  }
}

function text(value: LeafValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string') return value;
  return value > 1n << 53n || value < -(1n << 53n)
    ? `0x${BigInt.asUintN(256, value).toString(16)}`
    : `${value}`;
}
