// State in the memory of a native instance: the initial values of the design, and the values of a `DesignState`, in and out.
// Invariant: expects a memory of zeros to put values in.

import { type DesignState, type HeldState, putValue, valueAt } from '../design-state.ts';
import type { CompiledDesign } from './compile.ts';
import { readMemory, writeMemory } from './layout.ts';

/** Puts in the initial values that the design has. */
export function putInitialValues(memory: ArrayBuffer, design: CompiledDesign): void {
  const view = new DataView(memory);
  for (const { decl, address } of design.registers)
    if (decl.init !== undefined) writeMemory(view, address, decl, decl.init);
  for (const { memory: declared, address, stride } of design.memories)
    declared.init?.forEach((word, i) => writeMemory(view, address + i * stride, wordOf(declared), word));
}

/** The places of a state. */
export class PlacedState {
  readonly #state: DesignState;
  /** Address of the first value, and bytes from value to value. */
  readonly #places: readonly {
    readonly held: HeldState;
    readonly address: number;
    readonly stride: number;
  }[];

  constructor(design: CompiledDesign, state: DesignState) {
    this.#state = state;
    const registers = new Map(design.registers.map(({ path, address }) => [path, address]));
    const memories = new Map(design.memories.map((memory) => [memory.path, memory]));
    this.#places = state.held.map((held) => {
      if (held.kind === 'register') return { held, address: registers.get(held.path)!, stride: 0 };
      const { address, stride } = memories.get(held.path)!;
      return { held, address, stride };
    });
  }

  /** Puts in the given values. */
  write(memory: ArrayBuffer, bits: Uint32Array): void {
    const view = new DataView(memory);
    for (const { held, address, stride } of this.#places)
      for (let i = 0; i < held.count; i++)
        writeMemory(view, address + i * stride, formOf(held), valueAt(bits, held, i));
  }

  /** All values as they are now. */
  read(memory: ArrayBuffer): Uint32Array {
    const view = new DataView(memory);
    const bits = new Uint32Array(this.#state.words);
    for (const { held, address, stride } of this.#places)
      for (let i = 0; i < held.count; i++)
        putValue(bits, held, i, readMemory(view, address + i * stride, formOf(held)));
    return bits;
  }
}

const wordOf = ({ width }: { readonly width: number }) => ({ width, signed: false });
const formOf = (held: HeldState) => (held.kind === 'register' ? held.decl : wordOf(held));
