// WebAssembly that copies the ports into a ring of rows, and compares a row with the one before.
// Invariant: the ring is laid out as `Ring` in backend.ts says; with a depth of 0 nothing is recorded.

import { type PortPlace, ringHeader } from '../backend.ts';
import type { PlacedStream } from '../bulk-layout.ts';
import type { Bytes } from './code.ts';
import type { Layout } from './layout.ts';
import { Op } from './opcode.ts';

/** Where the ring and the ports are, in bytes. */
export interface RingPlace {
  /** Of the header. */
  readonly at: number;
  readonly from: number;
  readonly rowBytes: number;
}

/** Rows of a ring. */
export const RING_DEPTH = 64;
/** Above so many bytes of ports there is none. */
const LARGEST_ROW = 8192;
/** Up to so many bytes, a row is copied word by word. */
const UNROLLED = 512;

/** Room for a ring of the ports between two addresses; undefined when they are too many. */
export function placeRing(layout: Layout, from: number, end: number): RingPlace | undefined {
  const rowBytes = end - from;
  if (rowBytes > LARGEST_ROW) return undefined;
  return { at: layout.take(4 * ringHeader + RING_DEPTH * rowBytes, 8), from, rowBytes };
}

const GET = 0x20;
const SET = 0x21;
const IF = 0x04;
const END = 0x0b;
const VOID = 0x40;

/** Code with the ring's own steps; each leaves the stack as it was unless it says otherwise. */
export class RingCode {
  readonly #code: Bytes;
  readonly #ring: RingPlace;

  constructor(code: Bytes, ring: RingPlace) {
    this.#code = code;
    this.#ring = ring;
  }

  /** Pushes the rows that the ring has room for: 0 when nothing is recorded. */
  depth(): void {
    this.#load(2);
  }

  /** Copies the ports into the next row; `row` is a local for its address. */
  record(row: number): void {
    const { from, rowBytes, at } = this.#ring;
    const code = this.#code;
    this.#load(0);
    this.#address();
    code.byte(SET).unsigned(row);
    if (rowBytes > UNROLLED) {
      code.byte(GET).unsigned(row).byte(Op.const32).signed(from).byte(Op.const32).signed(rowBytes);
      // memory.copy
      for (const byte of [0xfc, 10, 0, 0]) code.byte(byte);
    } else
      for (let i = 0; i < rowBytes; i += 8) {
        code.byte(GET).unsigned(row).byte(Op.const32).byte(0);
        code
          .byte(Op.load64)
          .byte(0)
          .unsigned(from + i);
        code.byte(Op.store64).byte(0).unsigned(i);
      }
    // next = next + 1 == depth ? 0 : next + 1; rows += rows < depth
    code.byte(Op.const32).byte(0);
    this.#load(0);
    code.byte(Op.const32).byte(1).byte(Op.add32).byte(Op.const32).byte(0);
    this.#load(0);
    code.byte(Op.const32).byte(1).byte(Op.add32);
    this.#load(2);
    code.byte(Op.ne32).byte(Op.select).byte(Op.store32).byte(0).unsigned(at);
    code.byte(Op.const32).byte(0);
    this.#load(1);
    this.#load(1);
    this.#load(2);
    code
      .byte(Op.ltU32)
      .byte(Op.add32)
      .byte(Op.store32)
      .byte(0)
      .unsigned(at + 4);
  }

  /** Puts the address of the row recorded last into a local; leaves it alone when there is none. */
  last(row: number): void {
    const code = this.#code;
    this.#load(1);
    code.byte(IF).byte(VOID);
    this.#load(0);
    this.#load(2);
    this.#load(0);
    code.byte(Op.select).byte(Op.const32).byte(1).byte(Op.sub32);
    this.#address();
    code.byte(SET).unsigned(row).byte(END);
  }

  /**
   * Sets `broken` when an output stream in `row` no longer offers what it offered in the row `before`, where nobody
   * accepted it.
   */
  compare(
    streams: readonly PlacedStream[],
    ports: readonly PortPlace[],
    [before, row, broken]: readonly [number, number, number],
  ): void {
    const code = this.#code;
    const read = (local: number, port: number, op: number, offset = 0): void => {
      const place = ports[port]!.offset + offset - this.#ring.from;
      code.byte(GET).unsigned(local).byte(op).byte(0).unsigned(place);
    };
    for (const { direction, valid, ready, leaves } of streams) {
      if (direction === 'in') continue;
      read(before, valid, Op.load32x8u);
      read(before, ready, Op.load32x8u);
      code.byte(Op.const32).byte(1).byte(Op.xor32).byte(Op.and32).byte(IF).byte(VOID);
      code.byte(GET).unsigned(broken);
      read(row, valid, Op.load32x8u);
      code.byte(Op.const32).byte(1).byte(Op.xor32).byte(Op.or32);
      for (const leaf of leaves) {
        if (leaf === undefined) continue;
        const { bytes } = ports[leaf]!;
        const [op, size] =
          bytes === 1 ? [Op.load32x8u, 1] : bytes === 2 ? [Op.load32x16u, 2] : ([Op.load32, 4] as const);
        for (let i = 0; i < bytes; i += size) {
          read(before, leaf, op, i);
          read(row, leaf, op, i);
          code.byte(Op.ne32).byte(Op.or32);
        }
      }
      code.byte(SET).unsigned(broken).byte(END);
    }
  }

  /** Pushes a word of the header. */
  #load(word: number): void {
    this.#code
      .byte(Op.const32)
      .byte(0)
      .byte(Op.load32)
      .byte(0)
      .unsigned(this.#ring.at + 4 * word);
  }

  /** From a row's index on the stack to its address. */
  #address(): void {
    const code = this.#code;
    code.byte(Op.const32).signed(this.#ring.rowBytes).byte(Op.mul32);
    code
      .byte(Op.const32)
      .signed(this.#ring.at + 4 * ringHeader)
      .byte(Op.add32);
  }
}
