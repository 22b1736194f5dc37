// A whole port's value: its leaves side by side in a row of 32-bit words.
// Invariant: leaf `k` of the type (declaration order) has the fixed word `leaves[k].word`; `pack` checks the shape and
// every leaf. It does not know where the port is in memory: see port-memory.ts.

import type { HwType, Stream, Vec } from '@gatewright/hdl-core';
import { leavesOf } from '@gatewright/hdl-core';
import { leafWords, type PackLeaf, packLeaf, type UnpackLeaf, unpackLeaf } from './leaf-codec.ts';
import { integerRange, type LeafType, type LeafValue } from './leaf-type.ts';
import { ValueError, valueText } from './value-error.ts';

/** A leaf's place in a row. */
export interface RowLeaf {
  /** `a[3].mantissa`; empty for a port that is a leaf itself. */
  readonly path: string;
  readonly type: LeafType;
  readonly word: number;
  readonly words: number;
}

/** `['a', '3', 'm']` as `a[3].m`. */
const pathText = (path: readonly string[]): string =>
  path
    .map((step) => (/^\d/.test(step) ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

/** Between values of one type and rows. */
export class PayloadCodec {
  readonly words: number;
  readonly leaves: readonly RowLeaf[];
  /** The bits of each word that a leaf uses. */
  readonly masks: Uint32Array;
  readonly #type: HwType;
  readonly #name: string;
  /** Made when the first value is packed or unpacked: most ports of most tests are never looked at. */
  #whole: Part | undefined;

  /** `name` is how errors call the port. */
  constructor(type: HwType, name: string) {
    let word = 0;
    this.leaves = leavesOf(type).map((leaf) => {
      const at = word;
      word += leafWords(leaf.type);
      return { path: pathText(leaf.path), type: leaf.type, word: at, words: leafWords(leaf.type) };
    });
    this.words = word;
    this.masks = new Uint32Array(word).fill(0xffff_ffff);
    for (const { type: t, word: at, words } of this.leaves)
      if (t.width % 32) this.masks[at + words - 1] = 2 ** (t.width % 32) - 1;
    this.#type = type;
    this.#name = name;
  }

  #make(): Part {
    let next = 0;
    const build = (t: HwType, path: string): Part => {
      const any = t as AnyPayload;
      switch (any.kind) {
        case 'vec':
          return vecPart(any, path, this.leaves[next]?.word ?? 0, build);
        case 'bundle':
          return bundlePart(any.fields, path, build);
        case 'stream':
          throw new RangeError(`${path}: a stream has no value`);
        default: {
          const at = this.leaves[next++]!.word;
          const [pack, unpack] = [packLeaf(any, path), unpackLeaf(any)];
          if (at === 0) return { pack, unpack };
          return {
            pack: (value, row, base) => pack(value, row, base + at),
            unpack: (row, base) => unpack(row, base + at),
          };
        }
      }
    };
    this.#whole = build(this.#type, this.#name);
    return this.#whole;
  }

  /** Checks `value` and writes its words from `at` on. Throws a ValueError. */
  pack(value: unknown, row: Uint32Array, at: number): void {
    (this.#whole ?? this.#make()).pack(value, row, at);
  }

  /** Checks and packs a list: one row per value. */
  packAll(values: readonly unknown[]): Uint32Array {
    const rows = new Uint32Array(values.length * this.words);
    const { pack } = this.#whole ?? this.#make();
    for (let i = 0; i < values.length; i++) pack(values[i], rows, i * this.words);
    return rows;
  }

  /** The value in the words from `at` on. */
  unpack(row: Uint32Array, at: number): unknown {
    return (this.#whole ?? this.#make()).unpack(row, at);
  }

  /** One value per row. */
  unpackAll(rows: Uint32Array, count: number): unknown[] {
    const { unpack } = this.#whole ?? this.#make();
    return Array.from({ length: count }, (_, i) => unpack(rows, i * this.words));
  }

  /** One leaf's value in the row from `at` on. */
  unpackLeaf(leaf: RowLeaf, row: Uint32Array, at: number): LeafValue {
    return unpackLeaf(leaf.type)(row, at + leaf.word);
  }
}

type AnyPayload =
  | LeafType
  | Vec<HwType>
  | (HwType<'bundle'> & { readonly fields: Readonly<Record<string, HwType>> })
  | Stream;

interface Part {
  readonly pack: PackLeaf;
  readonly unpack: UnpackLeaf | ((row: Uint32Array, at: number) => unknown);
}

/** Integers of at most 32 bits, a word each: what most payloads are made of. */
interface NumberWords {
  readonly low: number;
  readonly high: number;
  readonly mask: number;
}

function wordsIn(element: HwType): NumberWords | undefined {
  const type = element as AnyPayload;
  if ((type.kind !== 'uint' && type.kind !== 'sint') || type.width === 0 || type.width > 32) return undefined;
  const { min, max } = integerRange(type);
  return { low: Number(min), high: Number(max), mask: type.width === 32 ? -1 : 2 ** type.width - 1 };
}

/** Packs numbers in one loop; false, with anything in the row, when one of them is no number that fits. */
function packNumbers(
  values: readonly unknown[],
  { low, high, mask }: NumberWords,
  row: Uint32Array,
  at: number,
): boolean {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value !== 'number' || value < low || value > high || !Number.isInteger(value)) return false;
    row[at + i] = value & mask;
  }
  return true;
}

function vecPart(
  type: Vec<HwType>,
  path: string,
  first: number,
  build: (t: HwType, path: string) => Part,
): Part {
  const { length } = type;
  const parts = Array.from({ length }, (_, i) => build(type.element, `${path}[${i}]`));
  const words = wordsIn(type.element);
  return {
    pack(value, row, at) {
      if (!Array.isArray(value))
        throw new ValueError(path, `expected an array of ${length}, got ${valueText(value)}`);
      if (value.length !== length)
        throw new ValueError(path, `expected ${length} elements, got ${value.length}`);
      if (words !== undefined && packNumbers(value, words, row, at + first)) return;
      for (let i = 0; i < length; i++) parts[i]!.pack(value[i], row, at);
    },
    unpack: (row, at) => {
      const value = new Array<unknown>(length);
      for (let i = 0; i < length; i++) value[i] = parts[i]!.unpack(row, at);
      return value;
    },
  };
}

function bundlePart(
  fields: Readonly<Record<string, HwType>>,
  path: string,
  build: (t: HwType, path: string) => Part,
): Part {
  const names = Object.keys(fields);
  const parts = names.map((name) => build(fields[name]!, `${path}.${name}`));
  const shape = (value: unknown): ValueError => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return new ValueError(path, `expected an object with ${names.join(', ')}, got ${valueText(value)}`);
    const missing = names.filter((name) => (value as Record<string, unknown>)[name] === undefined);
    return new ValueError(path, `field ${missing.join(', ')} is missing`);
  };
  return {
    pack(value, row, at) {
      if (typeof value !== 'object' || value === null) throw shape(value);
      const record = value as Readonly<Record<string, unknown>>;
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!;
        const field = record[name];
        if (field === undefined) throw shape(value);
        parts[i]!.pack(field, row, at);
      }
    },
    unpack: (row, at) => {
      const value: Record<string, unknown> = {};
      for (let i = 0; i < names.length; i++) value[names[i]!] = parts[i]!.unpack(row, at);
      return value;
    },
  };
}
