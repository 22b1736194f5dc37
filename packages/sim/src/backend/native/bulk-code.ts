// The bulk path of the native back end: the loop that moves the rows of streams, as WebAssembly.
// Invariant: follows `Bulk` in backend.ts to the letter. The loop is generated for the design, so that a row is a few plain
// loads and stores; counters live in locals while it runs.

import type { PortPlace } from '../backend.ts';
import type { BulkLayout } from '../bulk-layout.ts';
import { Bytes } from './code.ts';
import { Op } from './opcode.ts';
import { RingCode, type RingPlace } from './ring-code.ts';

/** What the loop is built from. */
export interface BulkParts {
  readonly layout: BulkLayout;
  /** Where the layout begins in memory. */
  readonly base: number;
  readonly ring: RingPlace | undefined;
  readonly ports: readonly PortPlace[];
  /** Functions that settle the outputs and then make an edge; one returns 1 when an assertion fails. */
  readonly cycle: readonly number[];
  /** Puts in reset values after an edge. */
  readonly applyResets: (code: Bytes) => void;
  /** Function that settles the outputs. */
  readonly settle: number;
}

const CALL = 0x10;
const GET = 0x20;
const SET = 0x21;
const TEE = 0x22;
const BLOCK = 0x02;
const LOOP = 0x03;
const IF = 0x04;
const ELSE = 0x05;
const END = 0x0b;
const BR_IF = 0x0d;
const RETURN = 0x0f;
const VOID = 0x40;
const I32 = 0x7f;

/** Locals after the parameter `limit`. */
const [LIMIT, CYCLE, OVER, AT, ROW, BEFORE, FIRST_OF_STREAM] = [0, 1, 2, 3, 4, 5, 6] as const;
const PER_STREAM = 5;

/** The body of (limit) -> cycles run, or its complement when an assertion fails before the next edge. */
export function bulkCode({ layout, base, ring, ports, cycle, applyResets, settle }: BulkParts): Bytes {
  const { streams } = layout;
  const code = new Bytes().unsigned(1);
  code.unsigned(FIRST_OF_STREAM - 1 + PER_STREAM * streams.length).byte(I32);
  /** Locals of a stream: next row, end, first and last edge, and whether a row moves in this cycle. */
  const localsOf = (s: number) => {
    const first = FIRST_OF_STREAM + PER_STREAM * s;
    return { next: first, end: first + 1, first: first + 2, last: first + 3, moves: first + 4 };
  };
  const get = (local: number): Bytes => code.byte(GET).unsigned(local);
  const set = (local: number): Bytes => code.byte(SET).unsigned(local);
  const constant = (value: number): Bytes => code.byte(Op.const32).signed(value);
  const load = (address: number): Bytes => constant(0).byte(Op.load32).byte(0).unsigned(address);
  const loadByte = (address: number): Bytes => constant(0).byte(Op.load32x8u).byte(0).unsigned(address);
  const saveCounters = (): void => {
    streams.forEach(({ counters }, s) => {
      const { next, first, last } = localsOf(s);
      for (const [local, offset] of [
        [next, 0],
        [first, 8],
        [last, 12],
      ] as const) {
        constant(0);
        get(local)
          .byte(Op.store32)
          .byte(0)
          .unsigned(base + counters + offset);
      }
    });
  };
  /** Between row `next` of the columns and the payload pins. */
  const copyRow = (s: number): void => {
    const { layout: columns, columns: offsets, leaves, direction } = streams[s]!;
    columns.forEach((column, c) => {
      get(localsOf(s).next);
      constant(column.leaves.length * column.bytes)
        .byte(Op.mul32)
        .byte(SET)
        .unsigned(AT);
      column.leaves.forEach((leaf, k) => {
        const row = base + offsets[c]! + k * column.bytes;
        const { offset: pin } = ports[leaves[leaf]!]!;
        for (const { at, read, write } of pieces(column.bytes)) {
          const [from, to] = direction === 'in' ? [row, pin] : [pin, row];
          if (direction === 'in') constant(0).byte(GET).unsigned(AT);
          else get(AT).byte(Op.const32).signed(0);
          code
            .byte(read)
            .byte(0)
            .unsigned(from + at);
          code
            .byte(write)
            .byte(0)
            .unsigned(to + at);
        }
      });
    });
  };
  const isDue = (s: number): Bytes => {
    get(localsOf(s).next);
    return get(localsOf(s).end).byte(Op.ltU32);
  };

  streams.forEach(({ counters }, s) => {
    load(base + counters);
    set(localsOf(s).next);
    load(base + counters + 4);
    set(localsOf(s).end);
  });
  const rows = ring && new RingCode(code, ring);
  rows?.last(BEFORE);
  code.byte(BLOCK).byte(VOID).byte(LOOP).byte(VOID);
  streams.forEach(({ direction, valid, ready }, s) => {
    constant(0);
    isDue(s)
      .byte(Op.store32x8)
      .byte(0)
      .unsigned(ports[direction === 'in' ? valid : ready]!.offset);
    if (direction === 'out') return;
    isDue(s).byte(IF).byte(VOID);
    copyRow(s);
    code.byte(END);
  });
  // The last function of a cycle is the first that changes state; the outputs stay as they were before the edge.
  for (const f of cycle) {
    code.byte(CALL).unsigned(f).byte(IF).byte(VOID);
    saveCounters();
    get(CYCLE).byte(Op.const32).signed(-1).byte(Op.xor32).byte(RETURN).byte(END);
  }
  if (rows) {
    rows.depth();
    code.byte(IF).byte(VOID);
    rows.record(ROW);
    get(BEFORE).byte(IF).byte(VOID);
    rows.compare(streams, ports, [BEFORE, ROW, OVER]);
    code.byte(END);
    get(ROW).byte(SET).unsigned(BEFORE).byte(END);
  }
  applyResets(code);
  get(CYCLE);
  constant(1).byte(Op.add32).byte(SET).unsigned(CYCLE);
  streams.forEach(({ direction, valid, ready }, s) => {
    const { next, end, first, last, moves } = localsOf(s);
    loadByte(ports[valid]!.offset);
    loadByte(ports[ready]!.offset).byte(Op.and32).byte(TEE).unsigned(moves).byte(IF).byte(VOID);
    if (direction === 'out') copyRow(s);
    get(CYCLE).byte(SET).unsigned(last);
    get(first).byte(IF).byte(VOID).byte(ELSE);
    get(CYCLE).byte(SET).unsigned(first).byte(END);
    get(next);
    constant(1).byte(Op.add32).byte(TEE).unsigned(next);
    get(end).byte(Op.eq32);
    get(OVER).byte(Op.or32).byte(SET).unsigned(OVER).byte(END);
  });
  get(OVER).byte(BR_IF).unsigned(1);
  get(CYCLE);
  get(LIMIT).byte(Op.ltU32).byte(BR_IF).unsigned(0).byte(END).byte(END);
  saveCounters();
  code.byte(CALL).unsigned(settle);
  get(CYCLE);
  return code;
}

/** A value of `bytes` bytes as loads and stores. */
function pieces(bytes: number): { readonly at: number; readonly read: number; readonly write: number }[] {
  if (bytes === 1) return [{ at: 0, read: Op.load32x8u, write: Op.store32x8 }];
  if (bytes === 2) return [{ at: 0, read: Op.load32x16u, write: Op.store32x16 }];
  if (bytes === 4) return [{ at: 0, read: Op.load32, write: Op.store32 }];
  return Array.from({ length: Math.ceil(bytes / 8) }, (_, i) =>
    bytes - 8 * i === 4
      ? { at: 8 * i, read: Op.load32, write: Op.store32 }
      : { at: 8 * i, read: Op.load64, write: Op.store64 },
  );
}
