// What a design holds between edges: registers, what synchronous read ports hold, and memory words.
// Invariant: the same design gives the same list; all values of a list lie in one array of 32-bit words, each with its
// least significant word first and 0 above its width.

import type { Decl, Memory, Module } from '@gatewright/hdl-core';

interface Held {
  /** Names of the instances from the top, with dots, then its own. */
  readonly path: string;
  /** Where it is declared. */
  readonly module: Module;
  /** Bits of a value. */
  readonly width: number;
  /** Values; more than one of a memory. */
  readonly count: number;
  /** The array's word that is the first of the first value. */
  readonly at: number;
  /** Words of a value. */
  readonly words: number;
}

/** A register, or what a synchronous read port of a memory holds. */
export interface HeldRegister extends Held {
  readonly kind: 'register';
  readonly decl: Decl;
}

/** The words of a memory that something writes, or that begin without a value. */
export interface HeldWords extends Held {
  readonly kind: 'memory';
  readonly memory: Memory;
}

export type HeldState = HeldRegister | HeldWords;

export interface DesignState {
  readonly held: readonly HeldState[];
  /** Length of the array. */
  readonly words: number;
}

/** How many of its values, from the first one on, the design itself begins with. */
export const begun = (held: HeldState): number =>
  held.kind === 'memory' ? initialWords(held.memory) : held.decl.init === undefined ? 0 : 1;

/** Value `index` among those. */
export const begunWith = (held: HeldState, index: number): bigint =>
  held.kind === 'memory' ? held.memory.init![index]! : held.decl.init!;

export function valueAt(values: Uint32Array, { at, words }: HeldState, index: number): bigint {
  let value = 0n;
  for (let k = words - 1; k >= 0; k--) value = (value << 32n) | BigInt(values[at + index * words + k]!);
  return value;
}

/** Puts in the bits of a value. */
export function putValue(
  values: Uint32Array,
  { at, words, width }: HeldState,
  index: number,
  value: bigint,
): void {
  const bits = BigInt.asUintN(width, value);
  for (let k = 0; k < words; k++)
    values[at + index * words + k] = Number(BigInt.asUintN(32, bits >> BigInt(32 * k)));
}

const initialWords = ({ init, depth }: Memory): number => Math.min(init?.length ?? 0, depth);

const known = new WeakMap<Module, DesignState>();

/** The state of a design; what modules written in Verilog hold is not known. */
export function stateOf(top: Module): DesignState {
  const made = known.get(top);
  if (made) return made;
  const held: HeldState[] = [];
  let at = 0;
  const place = (module: Module, path: string, width: number, count: number): Held => {
    const words = Math.ceil(width / 32);
    const begin = at;
    at += words * count;
    return { path, module, width, count, at: begin, words };
  };
  const open: { readonly module: Module; readonly prefix: string }[] = [{ module: top, prefix: '' }];
  for (let scope = open.pop(); scope; scope = open.pop()) {
    const { module, prefix } = scope;
    const register = (decl: Decl): void => {
      held.push({ kind: 'register', ...place(module, prefix + decl.name, decl.width, 1), decl });
    };
    for (const decl of module.decls) if (decl.role === 'reg') register(decl);
    for (const item of module.items) {
      if (item.kind === 'instance' && !item.module.extern)
        open.push({ module: item.module, prefix: `${prefix}${item.name}.` });
      if (item.kind !== 'memory') continue;
      for (const { kind, data } of item.reads) if (kind === 'sync') register(data);
      const { name, width, depth } = item;
      if (item.writes.length > 0 || initialWords(item) < depth)
        held.push({ kind: 'memory', ...place(module, prefix + name, width, depth), memory: item });
    }
  }
  const state = { held, words: at };
  known.set(top, state);
  return state;
}
