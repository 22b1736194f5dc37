// Lists of values on their way to a stream and from it: rows of 32-bit words for the cycle-by-cycle path, columns for the
// bulk path, whichever form the test has them in.
// Invariant: a source checks a value before it is offered; rows and columns of one value hold the same bits.

import type { HwType } from '@gatewright/hdl-core';
import { type Column, columnsOf } from '../backend/column.ts';
import type { PayloadCodec } from './payload-codec.ts';
import { columnsRecord, TypedColumn } from './typed-columns.ts';
import { ValueError } from './value-error.ts';

/** A column in bulk memory: elements of the port's size, 32-bit words above 32 bits. */
export type BulkColumn = Uint8Array | Uint16Array | Uint32Array;

/** How the rows and columns of one payload type correspond. */
export class PayloadColumns {
  readonly codec: PayloadCodec;
  readonly layout: readonly Column[];
  readonly #name: string;
  #typed: readonly TypedColumn[] | undefined;
  #words: readonly Int32Array[] | undefined;

  constructor(type: HwType, codec: PayloadCodec, name: string) {
    this.codec = codec;
    this.#name = name;
    this.layout = columnsOf(type);
  }

  get typed(): readonly TypedColumn[] {
    this.#typed ??= this.layout.map((column) => new TypedColumn(column, this.#name));
    return this.#typed;
  }

  /** Per column: the row words of its elements, in order. */
  get #rowWords(): readonly Int32Array[] {
    this.#words ??= this.layout.map(({ leaves }) =>
      Int32Array.from(
        leaves.flatMap((leaf) => {
          const { word, words } = this.codec.leaves[leaf]!;
          return Array.from({ length: words }, (_, w) => word + w);
        }),
      ),
    );
    return this.#words;
  }

  /** Puts `count` rows, the first at `from`, into columns from row `at` on. */
  scatter(rows: Uint32Array, from: number, count: number, columns: readonly BulkColumn[], at: number): void {
    const stride = this.codec.words;
    this.#rowWords.forEach((words, c) => {
      const column = columns[c]!;
      let to = at * words.length;
      for (let row = from * stride, end = row + count * stride; row < end; row += stride)
        for (let k = 0; k < words.length; k++) column[to++] = rows[row + words[k]!]!;
    });
  }

  /** Takes `count` rows, the first at row `at` of the columns, into rows from `to` on. */
  gather(columns: readonly BulkColumn[], at: number, count: number, rows: Uint32Array, to: number): void {
    const stride = this.codec.words;
    this.#rowWords.forEach((words, c) => {
      const column = columns[c]!;
      let from = at * words.length;
      for (let row = to * stride, end = row + count * stride; row < end; row += stride)
        for (let k = 0; k < words.length; k++) rows[row + words[k]!] = column[from++]!;
    });
  }

  /** The arrays of a columns record, checked. Throws a ValueError. */
  arraysOf(columns: unknown): { readonly arrays: readonly ReturnType<TypedColumn['find']>[]; count: number } {
    const arrays = this.typed.map((column) => column.find(columns));
    const counts = this.typed.map((column, i) => column.countOf(arrays[i]!));
    const count = counts[0] ?? 0;
    if (counts.some((other) => other !== count))
      throw new ValueError(this.#name, `the arrays hold unequal numbers of values: ${counts.join(', ')}`);
    return { arrays, count };
  }

  /** Fresh arrays for `count` values. */
  makeArrays(count: number): readonly ReturnType<TypedColumn['make']>[] {
    return this.typed.map((column) => column.make(count));
  }

  /** Arrays as their type's record. */
  record(arrays: readonly ReturnType<TypedColumn['make']>[]): unknown {
    return columnsRecord(this.typed, arrays);
  }
}

/** Values to be sent. */
export interface RowSource {
  readonly count: number;
  /** Packing may fail, so that it is done ahead; false when everything is known to fit. */
  readonly packsAhead: boolean;
  /** Values `from` .. `to - 1` as rows. Throws a ValueError. */
  pack(from: number, to: number): Uint32Array;
  /** The same into bulk columns, from their row 0 on. */
  load(from: number, to: number, columns: readonly BulkColumn[]): void;
}

/** Sends values as the test writes them. */
export class ValueSource implements RowSource {
  readonly packsAhead = true;
  readonly #payload: PayloadColumns;
  readonly #values: readonly unknown[];

  constructor(payload: PayloadColumns, values: readonly unknown[]) {
    this.#payload = payload;
    this.#values = values;
  }

  get count(): number {
    return this.#values.length;
  }

  pack(from: number, to: number): Uint32Array {
    return this.#payload.codec.packAll(this.#values.slice(from, to));
  }

  load(from: number, to: number, columns: readonly BulkColumn[]): void {
    this.#payload.scatter(this.pack(from, to), 0, to - from, columns, 0);
  }
}

/** Sends typed arrays. */
export class ColumnSource implements RowSource {
  readonly packsAhead = false;
  readonly count: number;
  readonly #payload: PayloadColumns;
  readonly #raw: readonly BulkColumn[];

  /** Throws a ValueError when the arrays do not fit the payload. */
  constructor(payload: PayloadColumns, columns: unknown) {
    const { arrays, count } = payload.arraysOf(columns);
    payload.typed.forEach((column, i) => {
      column.check(arrays[i]!);
    });
    this.#payload = payload;
    this.#raw = arrays.map((array, i) => payload.typed[i]!.raw(array));
    this.count = count;
  }

  pack(from: number, to: number): Uint32Array {
    const { typed, codec } = this.#payload;
    const rows = new Uint32Array((to - from) * codec.words);
    const columns = typed.map((column) => column.raw(column.make(to - from)));
    this.load(from, to, columns);
    this.#payload.gather(columns, 0, to - from, rows, 0);
    return rows;
  }

  load(from: number, to: number, columns: readonly BulkColumn[]): void {
    this.#payload.typed.forEach(({ width, mask, column: { bytes } }, c) => {
      const part = this.#raw[c]!.subarray(from * width, to * width);
      const into = columns[c]!;
      into.set(part);
      if (mask === undefined) return;
      // Only the last word of a leaf has bits to spare.
      const step = bytes > 4 ? bytes / 4 : 1;
      for (let i = step - 1; i < part.length; i += step) into[i] = part[i]! & mask;
    });
  }
}

/** Values that are wanted: where they are put. */
export interface RowSink {
  readonly count: number;
  /** Room for the row of value `index`: an array, and the word in it where the row begins. */
  row(index: number): Uint32Array;
  rowAt(index: number): number;
  /** The row of value `index` has been written. */
  written(index: number): void;
  /** Values `index` .. are in the columns, from their row 0 on. */
  store(index: number, count: number, columns: readonly BulkColumn[]): void;
}

/** Keeps rows, to be unpacked when all are there. */
export class RowsSink implements RowSink {
  readonly count: number;
  rows: Uint32Array;
  readonly #payload: PayloadColumns;

  constructor(payload: PayloadColumns, count: number) {
    this.count = count;
    this.#payload = payload;
    this.rows = new Uint32Array(Math.min(count, 64) * payload.codec.words);
  }

  row(index: number): Uint32Array {
    this.#reserve(index + 1);
    return this.rows;
  }

  rowAt(index: number): number {
    return index * this.#payload.codec.words;
  }

  written(): void {}

  store(index: number, count: number, columns: readonly BulkColumn[]): void {
    this.#reserve(index + count);
    this.#payload.gather(columns, 0, count, this.rows, index);
  }

  #reserve(count: number): void {
    const { words } = this.#payload.codec;
    if (count * words <= this.rows.length) return;
    const larger = new Uint32Array(
      Math.min(Math.max(this.rows.length * 2, count * words), this.count * words),
    );
    larger.set(this.rows);
    this.rows = larger;
  }
}

/** Fills typed arrays. */
export class ColumnSink implements RowSink {
  readonly count: number;
  readonly #payload: PayloadColumns;
  readonly #arrays: readonly ReturnType<TypedColumn['make']>[];
  readonly #raw: readonly BulkColumn[];
  readonly #row: Uint32Array;

  constructor(payload: PayloadColumns, arrays: readonly ReturnType<TypedColumn['make']>[], count: number) {
    this.count = count;
    this.#payload = payload;
    this.#arrays = arrays;
    this.#raw = arrays.map((array, i) => payload.typed[i]!.raw(array));
    this.#row = new Uint32Array(payload.codec.words);
  }

  row(): Uint32Array {
    return this.#row;
  }

  rowAt(): number {
    return 0;
  }

  written(index: number): void {
    this.#payload.scatter(this.#row, 0, 1, this.#raw, index);
    this.#extend(index, index + 1);
  }

  store(index: number, count: number, columns: readonly BulkColumn[]): void {
    this.#payload.typed.forEach(({ width }, c) => {
      this.#raw[c]!.set(columns[c]!.subarray(0, count * width), index * width);
    });
    this.#extend(index, index + count);
  }

  #extend(from: number, to: number): void {
    this.#payload.typed.forEach((column, i) => {
      column.extend(this.#arrays[i]!, from, to);
    });
  }
}
