// What a simulator must offer to the testbench. The testbench knows nothing else of it.
// Invariant: ports live in one memory that the testbench reads and writes directly; only clocks and bulk runs are calls.
// It does not know tasks or values: see testbench/ and value/. Rows of streams are laid out in column.ts.

import type { Decl, Module, VerilogFile } from '@gatewright/hdl-core';
import type { LeafType } from '../value/leaf-type.ts';
import type { Counts } from './counts.ts';
import { DesignFault } from './design-fault.ts';
import type { InsideSignal } from './inside.ts';

/** A design to simulate. */
export interface Design {
  readonly top: Module;
  /** Children before parents. A back end that does not read Verilog may use `top`. */
  readonly files: readonly VerilogFile[];
  /** True when `files` is no longer what the printer made from `top` (fault injection). */
  readonly rewritten: boolean;
}

/** How a model is built. */
export interface BuildOptions {
  /** O1 builds fastest; O3 is for long runs. */
  readonly optimise: 'O1' | 'O3';
  readonly onProgress?: ((message: string) => void) | undefined;
  /** Ends the build when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** The instances shall be able to write waves in this format; a back end that cannot leaves `Instance.trace` out. */
  readonly trace?: WaveFormat | undefined;
  /** The instances shall be able to start with a `powerUp`, and to tell their `state`. */
  readonly powerUp?: boolean | undefined;
  /** The instances shall count what they execute; a back end that cannot leaves `Instance.counts` out. */
  readonly coverage?: boolean | undefined;
  /** Signals inside the design that the instances shall show; a back end that cannot leaves `Instance.watched` out. */
  readonly watch?: readonly InsideSignal[] | undefined;
}

/** Formats of wave files. */
export type WaveFormat = 'vcd' | 'fst';

/** A simulator. */
export interface Backend {
  /** As named in options and reports, such as `verilator`. */
  readonly name: string;
  /** Of one that runs several: their names. */
  readonly simulators?: readonly string[] | undefined;
  build(design: Design, options: BuildOptions): Promise<Model>;
}

/** How an instance begins. */
export interface StartOptions {
  /**
   * Registers and memories begin with bits drawn from this seed where the design does not say otherwise; all 0 when absent.
   * What begins with what is power-up.ts's, for every back end alike. A Verilator model draws what it does not know of the
   * design (of modules written in Verilog, of rewritten files) by a generator of its own.
   */
  readonly powerUp?: number | undefined;
  /** Begin with the complements of the bits that it would begin with otherwise. */
  readonly inverted?: boolean | undefined;
  /** Seconds after which an evaluation that does not end is ended by force; 10 by default. */
  readonly evaluationLimit?: number | undefined;
}

/** A design made ready to run; any number of instances may be started from it. */
export interface Model {
  /** The folder that holds the Verilog which was built, for a back end that needs one. */
  readonly verilogDirectory?: string | undefined;
  start(options?: StartOptions): Instance;
  /** An instance in a given state (values of `stateOf` the design), no reset active; absent where this cannot be done. */
  startIn?(state: Uint32Array): Instance;
}

/**
 * Where a leaf port is. `bytes` is 1, 2, 4 or 8 for one machine word of that size, aligned to it, or a multiple of 4
 * above 8: 32-bit words, least significant first. Bits above the port's width are 0 and must stay 0.
 */
export interface PortPlace {
  readonly offset: number;
  readonly bytes: number;
}

/** One running copy of a design, with its own state. All clocks rest low after `settle` and high after `rise`. */
export interface Instance {
  /** Its length is a multiple of 8. Not to be touched after `close`. */
  readonly memory: ArrayBuffer;
  /** One place per entry of the top module's `ports`, in that order. */
  readonly ports: readonly PortPlace[];
  /**
   * From now on, copies the ports just before each edge of `rise` and of the bulk path (of `rise`, at least the last
   * `depth` edges of a call), which have settled then. A later call begins again; undefined where this cannot be done.
   */
  record?(depth: number): Ring | undefined;
  /** One place per entry of `BuildOptions.watch`, in that order. They are not to be written; spare bits mean nothing. */
  readonly watched?: readonly PortPlace[] | undefined;
  /** All registers inside the design, where they can be read; they are not to be written. */
  readonly inner?: readonly InnerSignal[] | undefined;
  /** The values of `stateOf` the design as they are now, where they can be read. */
  state?(): Uint32Array;
  /** Streams driven and sampled next to the model; absent when the back end or a design of several clocks has none. */
  readonly bulk?: Bulk | undefined;
  /**
   * Drives the reset of one domain of the top module (by index; the first one when several share it), at its own active
   * level, or all resets. Takes effect like any input.
   */
  setReset(active: boolean, domain?: number): void;
  /** Takes every clock low and lets the combinational logic see the inputs as they are now. */
  settle(): void;
  /** `count` rising edges of all clocks at once, the first with the inputs as they are now; then the settled state. */
  rise(count: number): void;
  /**
   * For a design of several clocks: sets all of them (bit k is the clock of domain k of the top module; the first one when
   * several share it) and evaluates. Registers whose clocks rise see one and the same instant.
   */
  setClocks(levels: number): void;
  /** Writes every signal of the design to a file from now on: a cycle is two time units. Once per instance. */
  trace?(path: string): void;
  /** What was counted so far, when the model was built for it. */
  counts?(): Counts;
  /** Frees it. May be called again. */
  close(): void;
}

/** A register of the design. */
export interface InnerSignal {
  /** Names of the instances from the top, with dots, then its own. */
  readonly name: string;
  readonly type: LeafType;
  readonly place: PortPlace;
  readonly decl: Decl;
}

/** The ports just before each of the last edges: a ring of rows. */
export interface Ring {
  /** Three 32-bit words (the next row to be written, rows in use, depth), one unused, and the rows. */
  readonly words: Int32Array;
  /** Words of a row; row k begins at word `ringHeader + k * rowWords`. */
  readonly rowWords: number;
  /** The 32-bit word of `Instance.memory` that is the first of a row. */
  readonly from: number;
}

/** Words before the rows of a ring. */
export const ringHeader = 4;

/**
 * The bulk path: rows of input streams are offered and rows of output streams are taken without a call per cycle.
 *
 * Per cycle, for every stream: an input stream whose `next` is below `count` drives valid = 1 and row `next`, any other
 * drives valid = 0; an output stream drives ready = (`next` < `count`). The design settles with low clocks. A stream whose
 * valid and ready are both 1 then moves its row (an output stream's is stored as row `next`) and adds 1 to `next`. The
 * clock rises. A run ends after the edge at which some `next` has reached its `count`, or after `limit` edges, and leaves
 * valid, ready and payload pins as they were before its last edge. While the ports are recorded, it also ends after an
 * edge before which an output stream no longer offered what it had offered, and nobody had accepted, one edge before.
 */
export interface Bulk {
  /** Rows and counters. It may be the instance's `memory`. Not to be touched after `close`. */
  readonly memory: ArrayBuffer;
  /** One per entry of the top module's `groups` that is a stream, in that order. */
  readonly streams: readonly BulkStream[];
  /** Runs up to `limit` cycles (1 .. 2^31 - 1); returns how many. */
  run(limit: number): number;
}

/** One stream's place in the bulk memory. */
export interface BulkStream {
  /** Rows that fit. */
  readonly capacity: number;
  /**
   * Offset of four 32-bit words: `next` and `count` (set by the testbench before a run), then `first` and `last`, set by
   * the run: the edges, counted from 1 at its start, of the first and last row moved; 0 when none was.
   */
  readonly counters: number;
  /** Offset of row 0 of each column, in the order of `columnsOf(payload)`; aligned to 8. */
  readonly columns: readonly number[];
}

/**
 * The simulated design ended the run by itself (`$fatal`, `$stop`, `$finish`, a failed assertion, no convergence), or a
 * fault of the model did (a crash, an evaluation that does not end).
 */
export class ModelStopped extends DesignFault {
  /** Edges that had passed in the call which was ended. */
  readonly edges: number;

  constructor(message: string, edges = 0) {
    super(message);
    this.edges = edges;
    this.name = 'ModelStopped';
  }
}
