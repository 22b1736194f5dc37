// Code for lists of values of one payload type: objects into columns and rows into objects, every field by its own name.
// Invariant: it packs what payload-codec.ts would pack, to the same bits, and stops at anything else; what it unpacks is
// equal. It makes no errors, and where code may not be made at run time there is none.

import { type HwType, isSigned, leavesOf, type Vec } from '@gatewright/hdl-core';
import { type Column, columnsOf } from '../backend/column.ts';
import { leafWords, packLeaf, unpackLeaf } from './leaf-codec.ts';
import { integerRange, type LeafType } from './leaf-type.ts';
import type { RawArray } from './typed-columns.ts';

/** Packs and unpacks lists. */
export interface ListCode {
  /**
   * Packs values `from` .. `to - 1` into columns from their row `at` on; returns the index of the first one that it does
   * not know how to pack.
   */
  pack(
    values: readonly unknown[],
    from: number,
    to: number,
    columns: readonly RawArray[],
    at: number,
  ): number;
  /** The first `count` rows as values. */
  unpackAll(rows: Uint32Array, count: number): unknown[];
}

type AnyPayload =
  | LeafType
  | Vec<HwType>
  | (HwType<'bundle'> & { readonly fields: Readonly<Record<string, HwType>> });

const wordsOf = (type: HwType): number => leavesOf(type).reduce((sum, leaf) => sum + leafWords(leaf.type), 0);

/** Elements up to which a vector is written out. */
const writtenOut = 16;

/** The code of a type; undefined for one with a leaf of a rare kind, or where no code may be made. */
export function listCode(type: HwType): ListCode | undefined {
  if (leavesOf(type).some((leaf) => leaf.type.kind === 'fixed' && leaf.type.width > 32)) return undefined;
  const writer = new Writer(columnsOf(type));
  const pack = writer.pack(type, 'values[i]', [], []);
  const unpack = writer.unpack(type, 'at');
  const text = `return {
  pack(values, from, to, columns, row) {
    ${writer.columns}
    for (let i = from; i < to; i++, row++) { ${pack} }
    return to;
  },
  unpackAll(rows, count) {
    const values = new Array(count);
    for (let i = 0, at = 0; i < count; i++, at += ${wordsOf(type)}) values[i] = ${unpack};
    return values;
  },
};`;
  try {
    return new Function(...writer.names, text)(...writer.constants) as ListCode;
  } catch {
    // A page may forbid it.
    return undefined;
  }
}

/** A vector around what is written: the variable that counts its elements, and how many there are. */
interface Around {
  readonly index: string;
  readonly length: number;
}

class Writer {
  readonly names: string[] = [];
  readonly constants: unknown[] = [];
  readonly #columns: readonly Column[];
  #variables = 0;

  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  /** Statements that name the columns. */
  get columns(): string {
    return this.#columns.map((_, c) => `const column${c} = columns[${c}];`).join(' ');
  }

  #constant(value: unknown): string {
    const name = `c${this.constants.length}`;
    this.names.push(name);
    this.constants.push(value);
    return name;
  }

  #variable(): string {
    return `v${this.#variables++}`;
  }

  /** Statements that pack `value`, which is at `path` without indices and inside these vectors. */
  pack(type: HwType, value: string, path: readonly string[], around: readonly Around[]): string {
    const any = type as AnyPayload;
    const v = this.#variable();
    const begin = `const ${v} = ${value};`;
    if (any.kind === 'bundle') {
      const fields = Object.entries(any.fields).map(([name, field]) =>
        this.pack(field, `${v}[${JSON.stringify(name)}]`, [...path, name], around),
      );
      return `${begin} if (typeof ${v} !== 'object' || ${v} === null) return i; ${fields.join(' ')}`;
    }
    if (any.kind !== 'vec') return `${begin} ${this.#packLeaf(any, v, path, around)}`;
    const { element, length } = any;
    const index = this.#variable();
    const packed = this.pack(element, `${v}[${index}]`, path, [...around, { index, length }]);
    return `${begin} if (!Array.isArray(${v}) || ${v}.length !== ${length}) return i;
      for (let ${index} = 0; ${index} < ${length}; ${index}++) { ${packed} }`;
  }

  #packLeaf(type: LeafType, v: string, path: readonly string[], around: readonly Around[]): string {
    if (type.width === 0) return `if (${v} !== 0 && ${v} !== 0n) return i;`;
    const key = path.join('.');
    const column = `column${this.#columns.findIndex((other) => other.path.join('.') === key)}`;
    const element = around.reduce((at, { index, length }) => `(${at} * ${length} + ${index})`, 'row');
    if (type.width > 32) {
      const { min, max } = integerRange(type);
      const wide = this.#constant(packLeaf(type, ''));
      return `if (typeof ${v} !== 'bigint' || ${v} < ${min}n || ${v} > ${max}n) return i;
        ${wide}(${v}, ${column}, ${element} * ${leafWords(type)});`;
    }
    const bits = this.#variable();
    return `${this.#bits(type, v, bits)} ${column}[${element}] = ${bits};`;
  }

  /** Statements that give the bits of a leaf of at most 32. */
  #bits(type: LeafType, v: string, bits: string): string {
    if (type.kind === 'bool')
      return `if (${v} !== true && ${v} !== false) return i; const ${bits} = ${v} ? 1 : 0;`;
    if (type.kind === 'enum') {
      const codes = this.#constant(new Map(type.labels.map((label, code) => [label, code])));
      return `const ${bits} = ${codes}.get(${v}); if (${bits} === undefined) return i;`;
    }
    const { min, max } = integerRange(type);
    const n = this.#variable();
    const scaled = type.kind === 'fixed' ? `${v} * ${2 ** type.fractionBits}` : v;
    // Of all these only unsigned numbers of 32 bits are beyond what `|` gives.
    const whole = isSigned(type) || type.width < 32 ? `(${n} | 0)` : `(${n} >>> 0)`;
    // A negative number has no more than its own bits on the wires.
    const mask = type.width < 32 ? ` & ${2 ** type.width - 1}` : '';
    return `if (typeof ${v} !== 'number') return i; const ${n} = ${scaled};
      if (${whole} !== ${n} || ${n} < ${min} || ${n} > ${max}) return i; const ${bits} = ${n}${mask};`;
  }

  /** An expression: the value in the words from `at` on. */
  unpack(type: HwType, at: string): string {
    const any = type as AnyPayload;
    if (any.kind === 'bundle') {
      let word = 0;
      const fields = Object.entries(any.fields).map(([name, field]) => {
        const text = `${JSON.stringify(name)}: ${this.unpack(field, plus(at, word))}`;
        word += wordsOf(field);
        return text;
      });
      return `{ ${fields.join(', ')} }`;
    }
    if (any.kind !== 'vec')
      return any.kind === 'bool' ? `rows[${at}] !== 0` : `${this.#constant(unpackLeaf(any))}(rows, ${at})`;
    const { element, length } = any;
    const stride = wordsOf(element);
    if (length <= writtenOut)
      return `[${Array.from({ length }, (_, k) => this.unpack(element, plus(at, k * stride))).join(', ')}]`;
    const k = this.#variable();
    return `Array.from({ length: ${length} }, (_, ${k}) => (${this.unpack(element, `${at} + ${k} * ${stride}`)}))`;
  }
}

const plus = (at: string, words: number): string => (words === 0 ? at : `${at} + ${words}`);
