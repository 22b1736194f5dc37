// A stream's values as typed arrays, one per column: what `sendColumns` takes and `takeColumns` gives.
// Invariant: element i * n + k of an array is leaf k of value i; signed leaves are sign-extended in it and have their own
// bits only on the wires. Nothing here is per cycle.

import {
  type Bool,
  type Bundle,
  type EnumType,
  type HwType,
  isSigned,
  type SInt,
  type UInt,
  type Vec,
} from '@gatewright/hdl-core';
import type { Column } from '../backend/column.ts';
import type { LeafType } from './leaf-type.ts';
import { ValueError } from './value-error.ts';

/** An array that holds a signed leaf: the smallest that fits it. */
export type SignedArray = Int8Array | Int16Array | Int32Array | BigInt64Array;
/** An array that holds an unsigned leaf. Above 64 bits: 32-bit words, least significant first. */
export type UnsignedArray = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/**
 * Typed arrays for the values of a stream: vectors lie side by side, a vector of bundles is gathered by field. Bools are 0
 * and 1, enums their codes. Above 64 bits, signed or not, an array holds 32-bit words.
 */
export type ColumnsOf<T extends HwType> = T extends SInt
  ? SignedArray | Uint32Array
  : T extends UInt
    ? UnsignedArray
    : T extends Bool | EnumType
      ? Uint8Array | Uint16Array
      : T extends Vec<infer E>
        ? ColumnsOf<E>
        : T extends Bundle<infer F>
          ? { readonly [K in keyof F]: ColumnsOf<F[K]> }
          : never;

type AnyArray = SignedArray | UnsignedArray;
type ArrayMaker = { new (length: number): AnyArray; readonly name: string };
/** The bits of a column: elements of the port's size, 32-bit words above 32 bits. */
export type RawArray = Uint8Array | Uint16Array | Uint32Array;

/** A column of one port, with what its arrays look like. */
export class TypedColumn {
  readonly column: Column;
  /** Array elements of a row in `raw` form. */
  readonly width: number;
  readonly #name: string;
  readonly #make: ArrayMaker;
  readonly #perRow: number;

  constructor(column: Column, port: string) {
    this.column = column;
    this.#name = [port, ...column.path].join('.');
    this.#make = makerOf(column.type, column.bytes);
    this.#perRow = column.leaves.length * (column.bytes > 8 ? column.bytes / 4 : 1);
    this.width = column.leaves.length * (column.bytes > 4 ? column.bytes / 4 : 1);
  }

  /** The array inside a columns record. Throws a ValueError when there is none or of another kind. */
  find(columns: unknown): AnyArray {
    let found = columns;
    for (const step of this.column.path)
      found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[step] : found;
    if (found instanceof (this.#make as unknown as { new (): object })) return found as AnyArray;
    throw new ValueError(this.#name, `expected a ${this.#make.name}`);
  }

  /** How many values an array holds. */
  countOf(array: AnyArray): number {
    const count = array.length / this.#perRow;
    if (Number.isInteger(count)) return count;
    throw new ValueError(this.#name, `${array.length} elements are no multiple of ${this.#perRow}`);
  }

  make(count: number): AnyArray {
    return new this.#make(count * this.#perRow);
  }

  /** Throws a ValueError when an element does not fit the leaf; full-width arrays need no look. */
  check(array: AnyArray): void {
    const { type, bytes } = this.column;
    if (type.width === bytes * 8 || bytes > 8) return;
    const span = 2n ** BigInt(type.width);
    const [low, high] = isSigned(type) ? [-span / 2n, span / 2n - 1n] : [0n, span - 1n];
    const top = type.kind === 'enum' ? BigInt(type.labels.length - 1) : high;
    const bad =
      bytes === 8
        ? (array as BigInt64Array).findIndex((v) => v < low || v > top)
        : outside(array as Int32Array, Number(low), Number(top));
    if (bad < 0) return;
    const place = `${this.#name}[${bad}]`;
    throw new ValueError(place, `${array[bad]} does not fit ${type.kind}(${type.width}) (${low}..${top})`);
  }

  /** The array's bits, in elements of the port's size (32-bit words above 32 bits). */
  raw(array: AnyArray): RawArray {
    const { buffer, byteOffset, byteLength } = array;
    const { bytes } = this.column;
    if (bytes === 1) return new Uint8Array(buffer, byteOffset, byteLength);
    if (bytes === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  }

  /** Bits of a leaf's last raw element that are on wires; undefined when all are, or when the arrays have no others. */
  get mask(): number | undefined {
    const { type, bytes } = this.column;
    if (!isSigned(type) || type.width === bytes * 8) return undefined;
    const used = type.width % 32 || 32;
    return used === 32 ? undefined : 2 ** used - 1;
  }

  /** Extends the signs of rows `from` .. `to - 1`, which hold the bits of the wires. */
  extend(array: AnyArray, from: number, to: number): void {
    const { type, bytes } = this.column;
    if (this.mask === undefined || bytes > 8) return;
    const [begin, end] = [from * this.#perRow, to * this.#perRow];
    if (bytes === 8) {
      const a = array as BigInt64Array;
      for (let i = begin; i < end; i++) a[i] = BigInt.asIntN(type.width, a[i]!);
      return;
    }
    const a = array as Int32Array;
    const spare = 32 - type.width;
    for (let i = begin; i < end; i++) a[i] = (a[i]! << spare) >> spare;
  }
}

function outside(array: Int32Array, low: number, high: number): number {
  for (let i = 0; i < array.length; i++) if (array[i]! < low || array[i]! > high) return i;
  return -1;
}

function makerOf(type: LeafType, bytes: number): ArrayMaker {
  const signed = isSigned(type);
  switch (bytes) {
    case 1:
      return signed ? Int8Array : Uint8Array;
    case 2:
      return signed ? Int16Array : Uint16Array;
    case 4:
      return signed ? Int32Array : Uint32Array;
    case 8:
      return signed ? BigInt64Array : BigUint64Array;
    default:
      return Uint32Array;
  }
}

/** The arrays as the record that the payload type asks for; the one array itself when there is but one unnamed column. */
export function columnsRecord(columns: readonly TypedColumn[], arrays: readonly AnyArray[]): unknown {
  if (columns.length === 1 && columns[0]!.column.path.length === 0) return arrays[0];
  const record: Record<string, unknown> = {};
  columns.forEach(({ column: { path } }, i) => {
    let at = record;
    for (const step of path.slice(0, -1)) {
      at[step] ??= {};
      at = at[step] as Record<string, unknown>;
    }
    at[path.at(-1)!] = arrays[i];
  });
  return record;
}
