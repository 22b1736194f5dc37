// Memories of the IR: an array of words with write and read ports.
// Invariant: a word is the leaves of the element side by side, as a SystemVerilog packed struct has them (the first field
// of a bundle most significant, element 0 of a vec least); a port's data is one value of that width. At a clock edge a
// port whose enable is 1 acts; `evaluate-memory.ts` says exactly what that is.

import type { SourcePlace } from '../source-place.ts';
import type { HwType, LeafType } from '../types.ts';
import type { Domain } from './domain.ts';
import type { Expr } from './expr.ts';
import type { Attributes, Decl } from './module.ts';

/** What a synchronous read gives of a word that is written at the same edge. */
export type Collision = 'old' | 'new' | 'undefined';
export type MemoryStyle = 'auto' | 'block' | 'distributed' | 'ultra' | 'registers';

export interface MemoryLeaf {
  readonly path: readonly string[];
  readonly type: LeafType;
  /** Position of its lowest bit in the word. */
  readonly low: number;
}

export interface MemoryWrite {
  readonly kind: 'write';
  readonly domain: Domain;
  /** One bit. The conditions around the call of `write` are part of it. */
  readonly enable: Expr;
  readonly address: Expr;
  /** `width` bits, unsigned. */
  readonly data: Expr;
  /** One bit per lane, lane 0 least significant; without one all lanes are written. */
  readonly mask?: Expr | undefined;
  /** Number of the physical port it shares with a read port; without one it has a port of its own. */
  readonly shared?: number | undefined;
  readonly place: SourcePlace;
}

export interface MemoryRead {
  readonly kind: 'sync' | 'async';
  /** Of a synchronous read. */
  readonly domain?: Domain | undefined;
  /** One bit; data holds when it is 0. Of a synchronous read: an asynchronous one always reads. */
  readonly enable: Expr;
  readonly address: Expr;
  /** What it gives: role `memoryRead`, `width` bits. */
  readonly data: Decl;
  readonly shared?: number | undefined;
  /** Of a shared port: what selects it. `enable` is `selected` where its write is not enabled. */
  readonly selected?: Expr | undefined;
  readonly place: SourcePlace;
}

export interface Memory {
  readonly kind: 'memory';
  readonly name: string;
  /** Number of words. */
  readonly depth: number;
  readonly element: HwType;
  readonly leaves: readonly MemoryLeaf[];
  /** Bits of a word. */
  readonly width: number;
  /** Equal parts of a word that a mask selects; 1 without a mask. */
  readonly lanes: number;
  readonly collision: Collision;
  /** What a read past the end gives; a write past the end does nothing. */
  readonly outOfRange: 'undefined' | 'zero';
  readonly style: MemoryStyle;
  /** Words at power-up, as bits; without it they are not known. */
  readonly init?: readonly bigint[] | undefined;
  readonly writes: readonly MemoryWrite[];
  readonly reads: readonly MemoryRead[];
  readonly attributes?: Attributes | undefined;
  readonly place: SourcePlace;
}

/** Every expression that the ports of a memory read; of a shared port what selects it, which its enable is made of. */
export const memoryRoots = ({ writes, reads }: Memory): Expr[] => [
  ...writes.flatMap((w) => [w.enable, w.address, w.data, ...(w.mask ? [w.mask] : [])]),
  ...reads.flatMap((r) => (r.kind === 'sync' ? [r.selected ?? r.enable, r.address] : [r.address])),
];
