// Where ports, registers and what else a running design holds are in its memory, and how each is read and written.
// Invariant: places never overlap and are aligned to their size; a port's place follows backend.ts, a register's holds the
// extended word.

import type { PortPlace } from '../backend.ts';
import { type Form, limbsFor, type Value } from './lower.ts';
import { Op } from './opcode.ts';
import type { Word, WordGraph } from './word-graph.ts';

/** One store of a value's word at an address. */
export interface Store {
  readonly op: number;
  readonly address: number;
}

/** Bytes of a page of memory. */
export const PAGE = 65_536;
/** Bytes that a load of a vector may read behind everything placed. */
export const BEYOND = 32;

export class Layout {
  #end: number;

  constructor(begin = 0) {
    this.#end = begin;
  }

  /** The first address after everything placed. */
  get end(): number {
    return this.#end;
  }

  /** Room for `bytes`, aligned to `align`. */
  take(bytes: number, align = Math.min(bytes, 8)): number {
    const at = Math.ceil(this.#end / align) * align;
    this.#end = at + bytes;
    return at;
  }

  port({ width }: Form): PortPlace {
    const bytes =
      width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : width <= 64 ? 8 : 4 * Math.ceil(width / 32);
    return { offset: this.take(bytes, Math.min(bytes, 8) === bytes ? bytes : 8), bytes };
  }

  register({ width }: Form): number {
    if (width > 64) return this.take(8 * limbsFor(width), 8);
    return this.take(width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8);
  }
}

/** A register's place as `PortPlace` says it; its spare bits may hold its sign. */
export const registerPlace = (offset: number, { width }: Form): PortPlace => ({
  offset,
  bytes: width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8 * limbsFor(width),
});

/** Reads of a register: what memory holds is the value, extended. */
export function readRegister(g: WordGraph, address: number, form: Form): Value {
  const { width, signed } = form;
  if (width > 64)
    return Array.from({ length: limbsFor(width) }, (_, i) => g.load(Op.load64, address + 8 * i));
  const w = g.load(
    width <= 8
      ? signed
        ? Op.load32x8s
        : Op.load32x8u
      : width <= 16
        ? signed
          ? Op.load32x16s
          : Op.load32x16u
        : width <= 32
          ? Op.load32
          : Op.load64,
    address,
  );
  if (!signed && width < 32) g.hasOnly(w, 2 ** width - 1);
  return w;
}

/** The stores that put a value into a register, one per word of the value. */
export function registerStores(address: number, { width }: Form): readonly Store[] {
  if (width > 64)
    return Array.from({ length: limbsFor(width) }, (_, i) => ({ op: Op.store64, address: address + 8 * i }));
  const op = width <= 8 ? Op.store32x8 : width <= 16 ? Op.store32x16 : width <= 32 ? Op.store32 : Op.store64;
  return [{ op, address }];
}

/** The bits of a port, without a sign. */
export function readPort(g: WordGraph, { offset, bytes }: PortPlace, { width }: Form): Value {
  if (bytes <= 8) return readRegister(g, offset, { width: bytes * 8 === 64 ? 64 : width, signed: false });
  return Array.from({ length: limbsFor(width) }, (_, i) => {
    const half = bytes - 8 * i === 4;
    return g.load(half ? Op.load64x32u : Op.load64, offset + 8 * i);
  });
}

/** The stores that put the bits of a value on a port. */
export function portStores({ offset, bytes }: PortPlace, form: Form): readonly Store[] {
  if (bytes <= 8) return registerStores(offset, form);
  return Array.from({ length: limbsFor(form.width) }, (_, i) => {
    const half = bytes - 8 * i === 4;
    return { op: half ? Op.store64x32 : Op.store64, address: offset + 8 * i };
  });
}

export const wordsOf = (v: Value): readonly Word[] => (typeof v === 'number' ? [v] : v);

/** Puts `bits` (modulo 2^width) where a register of this form is. */
export function writeMemory(view: DataView, address: number, { width, signed }: Form, bits: bigint): void {
  const value = signed ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits);
  if (width <= 8) view.setUint8(address, Number(BigInt.asUintN(8, value)));
  else if (width <= 16) view.setUint16(address, Number(BigInt.asUintN(16, value)), true);
  else if (width <= 32) view.setUint32(address, Number(BigInt.asUintN(32, value)), true);
  else
    for (let at = 0; at < width; at += 64)
      view.setBigUint64(address + at / 8, BigInt.asUintN(64, value >> BigInt(at)), true);
}

/** The value of a register's place. */
export function readMemory(view: DataView, address: number, { width, signed }: Form): bigint {
  let bits = 0n;
  if (width <= 8) bits = BigInt(view.getUint8(address));
  else if (width <= 16) bits = BigInt(view.getUint16(address, true));
  else if (width <= 32) bits = BigInt(view.getUint32(address, true));
  else for (let at = 0; at < width; at += 64) bits |= view.getBigUint64(address + at / 8, true) << BigInt(at);
  return signed ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits);
}
