// Lists of values on their way to a stream and from it: rows of 32-bit words for the cycle-by-cycle path, columns for the
// bulk path, whichever form the test has them in.
// Invariant: a source checks a value before it is offered; rows and columns of one value hold the same bits.

import type { HwType } from '@gatewright/hdl-core';
import { type Column, columnsOf } from '../backend/column.ts';
import { type ListCode, listCode } from './list-code.ts';
import type { PayloadCodec } from './payload-codec.ts';
import { columnsRecord, type RawArray, TypedColumn } from './typed-columns.ts';
import { ValueError } from './value-error.ts';

/** A column in bulk memory. */
export type BulkColumn = RawArray;

/** Values from which on code for lists is worth making. */
const longList = 64;

/** How the rows and columns of one payload type correspond. */
export class PayloadColumns {
  readonly codec: PayloadCodec;
  readonly layout: readonly Column[];
  readonly #name: string;
  #typed: readonly TypedColumn[] | undefined;
  #words: readonly Int32Array[] | undefined;
  readonly #type: HwType;
  /** Made for the first long list; null where there is none. */
  #code: ListCode | null | undefined;

  constructor(type: HwType, codec: PayloadCodec, name: string) {
    this.codec = codec;
    this.#name = name;
    this.#type = type;
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

  /** Checks and packs values `from` .. `to - 1`. Throws a ValueError. */
  pack(values: readonly unknown[], from: number, to: number): Packed {
    const code = this.#listCode(to - from);
    if (!code) return new PackedRows(this, this.codec.packAll(values.slice(from, to)));
    const columns = this.makeColumns(to - from);
    for (let i = code.pack(values, from, to, columns, 0); i < to; ) {
      this.scatter(this.codec.packAll([values[i]]), 0, 1, columns, i - from);
      i = code.pack(values, i + 1, to, columns, i + 1 - from);
    }
    return new PackedColumns(this, columns, to - from);
  }

  /** The first `count` rows as values. */
  unpack(rows: Uint32Array, count: number): unknown[] {
    return (this.#listCode(count) ?? this.codec).unpackAll(rows, count);
  }

  #listCode(count: number): ListCode | null {
    if (count < longList) return null;
    if (this.#code === undefined) this.#code = listCode(this.#type) ?? null;
    return this.#code;
  }

  /** Fresh columns for `count` values. */
  makeColumns(count: number): readonly RawArray[] {
    return this.typed.map((column) => column.raw(column.make(count)));
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

/** Values that have been checked: their bits. */
export interface Packed {
  readonly rows: Uint32Array;
  /** Puts `count` of them, from value `from` on, into bulk columns from their row 0 on. */
  load(from: number, count: number, columns: readonly BulkColumn[]): void;
}

class PackedRows implements Packed {
  readonly rows: Uint32Array;
  readonly #payload: PayloadColumns;

  constructor(payload: PayloadColumns, rows: Uint32Array) {
    this.#payload = payload;
    this.rows = rows;
  }

  load(from: number, count: number, columns: readonly BulkColumn[]): void {
    this.#payload.scatter(this.rows, from, count, columns, 0);
  }
}

/** Made for the bulk path: rows only when they are asked for. */
class PackedColumns implements Packed {
  readonly #payload: PayloadColumns;
  readonly #columns: readonly RawArray[];
  readonly #count: number;
  #rows: Uint32Array | undefined;

  constructor(payload: PayloadColumns, columns: readonly RawArray[], count: number) {
    this.#payload = payload;
    this.#columns = columns;
    this.#count = count;
  }

  get rows(): Uint32Array {
    if (!this.#rows) {
      this.#rows = new Uint32Array(this.#count * this.#payload.codec.words);
      this.#payload.gather(this.#columns, 0, this.#count, this.#rows, 0);
    }
    return this.#rows;
  }

  load(from: number, count: number, columns: readonly BulkColumn[]): void {
    this.#payload.typed.forEach(({ width }, c) => {
      columns[c]!.set(this.#columns[c]!.subarray(from * width, (from + count) * width));
    });
  }
}

/** Values to be sent. */
export interface RowSource {
  readonly count: number;
  /** Packing may fail, so that it is done ahead; false when everything is known to fit. */
  readonly packsAhead: boolean;
  /** Values `from` .. `to - 1`. Throws a ValueError. */
  pack(from: number, to: number): Packed;
  /** The same at once into bulk columns, from their row 0 on. */
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

  pack(from: number, to: number): Packed {
    return this.#payload.pack(this.#values, from, to);
  }

  load(from: number, to: number, columns: readonly BulkColumn[]): void {
    this.pack(from, to).load(0, to - from, columns);
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

  pack(from: number, to: number): Packed {
    const columns = this.#payload.makeColumns(to - from);
    this.load(from, to, columns);
    return new PackedColumns(this.#payload, columns, to - from);
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
