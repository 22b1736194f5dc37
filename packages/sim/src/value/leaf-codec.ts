// One leaf between its testbench value and its words in a row (32-bit words, least significant first).
// Invariant: `pack` throws a ValueError or writes exactly the leaf's words with every bit above its width 0.
// `unpack` trusts the words. Aggregates are payload-codec.ts's business.

import { isSigned } from '@gatewright/hdl-core';
import { integerRange, type LeafType, type LeafValue } from './leaf-type.ts';
import { leafError } from './value-error.ts';

/** Writes `value` to `row` from `at` on. */
export type PackLeaf = (value: unknown, row: Uint32Array, at: number) => void;
/** Reads a value from `row` at `at`. */
export type UnpackLeaf = (row: Uint32Array, at: number) => LeafValue;

/** 32-bit words that a leaf takes in a row. */
export const leafWords = (type: LeafType): number => Math.ceil(type.width / 32);

export function packLeaf(type: LeafType, path: string): PackLeaf {
  if (type.kind === 'bool') {
    return (value, row, at) => {
      if (value !== true && value !== false) throw leafError(path, type, value);
      row[at] = value ? 1 : 0;
    };
  }
  if (type.kind === 'enum') {
    const codes = new Map<unknown, number>(type.labels.map((label, code) => [label, code]));
    return (value, row, at) => {
      const code = codes.get(value);
      if (code === undefined) throw leafError(path, type, value);
      row[at] = code;
    };
  }
  if (type.width === 0) return (value) => checkNothing(type, path, value);
  if (type.kind === 'fixed') return packFixed(type, path);
  return type.width <= 32 ? packWord(type, path) : packWords(type, path);
}

/** A zero-width leaf has no wire and takes only 0. */
function checkNothing(type: LeafType, path: string, value: unknown): void {
  if (value !== 0 && value !== 0n) throw leafError(path, type, value);
}

/** The number times 2^fractionBits must be an integer that fits; a double holds 53 bits of it. */
function packFixed(type: LeafType & { kind: 'fixed' }, path: string): PackLeaf {
  const pack = type.width <= 32 ? packWord(type, path) : packWords(type, path);
  const { min, max } = integerRange(type);
  return (value, row, at) => {
    const scaled = typeof value === 'number' ? value * 2 ** type.fractionBits : Number.NaN;
    if (!Number.isSafeInteger(scaled) || scaled < min || scaled > max) throw leafError(path, type, value);
    pack(scaled, row, at);
  };
}

function packWord(type: LeafType, path: string): PackLeaf {
  const { min, max } = integerRange(type);
  const [low, high] = [Number(min), Number(max)];
  const mask = type.width === 32 ? -1 : 2 ** type.width - 1;
  return (value, row, at) => {
    // A bigint that a double cannot hold exactly is far outside the range, rounded or not.
    const n = typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : Number.NaN;
    if (!(n >= low && n <= high) || !Number.isInteger(n)) throw leafError(path, type, value);
    row[at] = n & mask;
  };
}

function packWords(type: LeafType, path: string): PackLeaf {
  const { min, max } = integerRange(type);
  const words = leafWords(type);
  return (value, row, at) => {
    if (typeof value === 'number' ? !Number.isSafeInteger(value) : typeof value !== 'bigint')
      throw leafError(path, type, value);
    const v = BigInt(value as number | bigint);
    if (v < min || v > max) throw leafError(path, type, value);
    let rest = BigInt.asUintN(type.width, v);
    for (let k = 0; k < words; k++) {
      row[at + k] = Number(BigInt.asUintN(32, rest));
      rest >>= 32n;
    }
  };
}

export function unpackLeaf(type: LeafType): UnpackLeaf {
  if (type.kind === 'bool') return (row, at) => row[at] !== 0;
  if (type.kind === 'enum') {
    const { labels } = type;
    // A code without a label cannot be typed; it is shown, so that comparing it fails in a readable way.
    return (row, at) => labels[row[at]!] ?? `<${row[at]}>`;
  }
  if (type.width === 0) return () => 0n;
  if (type.kind === 'fixed') {
    const raw = unpackInteger(type);
    return (row, at) => Number(raw(row, at)) / 2 ** type.fractionBits;
  }
  return unpackInteger(type);
}

function unpackInteger(type: LeafType): (row: Uint32Array, at: number) => bigint {
  const signed = isSigned(type);
  if (type.width <= 8) return unpackByte(type.width, signed);
  if (type.width <= 32) {
    const spare = 32 - type.width;
    return signed ? (row, at) => BigInt((row[at]! << spare) >> spare) : (row, at) => BigInt(row[at]!);
  }
  const words = leafWords(type);
  return (row, at) => {
    let v = BigInt(row[at + words - 1]!);
    for (let k = words - 2; k >= 0; k--) v = (v << 32n) | BigInt(row[at + k]!);
    return signed ? BigInt.asIntN(type.width, v) : v;
  };
}

/** Small integers come from a table: no bigint is allocated. */
function unpackByte(width: number, signed: boolean): (row: Uint32Array, at: number) => bigint {
  const tables = signed ? signedBytes : unsignedBytes;
  return (row, at) => (tables[width] ?? makeTable(tables, width, signed))[row[at]!]!;
}

/** By width; made when the first value of such a width is read. */
const signedBytes: (readonly bigint[] | undefined)[] = new Array(9);
const unsignedBytes: (readonly bigint[] | undefined)[] = new Array(9);

function makeTable(tables: typeof signedBytes, width: number, signed: boolean): readonly bigint[] {
  const table = Array.from({ length: 2 ** width }, (_, code) =>
    signed ? BigInt.asIntN(width, BigInt(code)) : BigInt(code),
  );
  tables[width] = table;
  return table;
}
