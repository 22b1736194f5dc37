// What the scheduler does with the testbench's end of a stream, be it sending or receiving.
// Invariant: per cycle, in this order: drive, (the design settles), sample, (rising edge), commit.

import type { Column } from '../backend/column.ts';
import type { PayloadCodec } from '../value/payload-codec.ts';
import type { PortMemory, PortWords } from '../value/port-memory.ts';
import type { BulkColumn, PayloadColumns } from '../value/stream-rows.ts';
import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import type { Failure } from './wait.ts';

/** One end of a stream, driven by the scheduler. */
export interface StreamEnd {
  /** How many waits it has. */
  readonly waiting: number;
  /** It does nothing in the coming cycle, and has nothing to take back. */
  readonly idle: boolean;
  /** The clocks whose edges move its values, as in `Instance.setClocks`. */
  readonly clocks: number;
  /** Sets the pins for the coming edge; may be called again before it. */
  drive(): void;
  /** Just before the edge: true when a value moves at it. */
  sample(): boolean;
  /** After the edge, when a value has moved somewhere: settles waits that are complete, and returns how many. */
  commit(): number;
  /** Of its payload. */
  readonly columnLayout: readonly Column[];
  /** It can take part in the bulk path: it does not stall. */
  readonly bulkable: boolean;
  readonly traffic: Traffic;
  readonly sends: boolean;
  /** The oldest wait, to tell it from others. */
  readonly oldest: object | undefined;
  /** Values that its oldest wait still has to move; 0 when it has none. */
  readonly remaining: number;
  /** Bulk: gets ready for up to `limit` values of the oldest wait, the first in row 0; returns for how many. */
  load(columns: readonly BulkColumn[], limit: number): number;
  /**
   * Bulk: `count` values have moved, at edges from cycle `first` to `last`, a receiver's in rows from 0 on; `offers`: a
   * sender's next one is on the wires. Returns how many waits are over.
   */
  moved(columns: readonly BulkColumn[], count: number, first: number, last: number, offers: boolean): number;
  /** One line per wait, for people. */
  describe(): string[];
  /** Ends all waits. */
  fail(failure: Failure): void;
}

/** A stream's wires in memory. */
export interface StreamPins {
  readonly name: string;
  readonly codec: PayloadCodec;
  readonly columns: PayloadColumns;
  readonly words: PortWords;
  readonly memory: PortMemory;
  /** Offsets of the one-byte handshake wires. */
  readonly valid: number;
  readonly ready: number;
}

/** What an end needs besides its wires. */
export interface StreamContext {
  readonly clock: Clock;
  /** When given, the end stalls at random with this probability per cycle. */
  readonly stall?: { readonly random: Random; readonly probability: number } | undefined;
  /** The clocks whose edges move its values, as in `Instance.setClocks`. */
  readonly clocks: number;
  /** A wait has been added. */
  added(): void;
  /** Something is wrong that nobody awaits. */
  failed(error: unknown): void;
}

/** When values moved over a stream, as `Clock.cycle` after the edge; 0 before the first. */
export interface Traffic {
  transfers: number;
  first: number;
  last: number;
}
