// How a design is built, and how a body is run on it.
// Types only.

import type { VerilogFile } from '@gatewright/hdl-core';
import type { Backend } from '../backend/backend.ts';
import type { BackendName } from '../backend/backends.ts';
import type { ProtocolOption } from '../check/stream-protocol.ts';
import type { Coverage } from '../coverage/coverage.ts';
import type { WaveFiles } from '../wave/record-file.ts';
import type { ClockTiming } from './test-clock.ts';

/** How the model is made. */
export interface OpenOptions extends WaveFiles {
  /**
   * Which simulator; GATEWRIGHT_BACKEND, or `native`, by default, but Verilator for what only Verilator does: `rewrite`,
   * `fst`, `coverage`, modules written in Verilog, clocks made inside the design. `both` runs the two and fails at the first cycle in which a port differs.
   */
  readonly backend?: BackendName | Backend | undefined;
  /** O1 (the default) builds fastest; O3 is for long runs. */
  readonly optimise?: 'O1' | 'O3' | undefined;
  /** Told what is being built, when something is. */
  readonly onProgress?: ((message: string) => void) | undefined;
  /**
   * What registers and memories hold before anything says so: 0, the default, or random bits from a seed: `random` takes
   * GATEWRIGHT_SEED, or 1. A seed gives the same bits on every back end. A test that passes with 0 and fails with `random`
   * reads something that is never set. `compare` finds that out: it runs two copies that power up with complementary bits,
   * and fails with an UninitialisedRead when an output differs out of reset (a stream's payload: while it is valid), which
   * names the register or the memory word behind it.
   */
  readonly powerUp?: 'zero' | 'random' | 'compare' | number | undefined;
  /** Seconds after which an evaluation of a Verilator model that does not end is ended; 10 by default. */
  readonly evaluationLimit?: number | undefined;
  /** Ends the build when it is aborted, and a run: see there. */
  readonly signal?: AbortSignal | undefined;
  /**
   * What is inside the design and shall be seen as well, by `t.inside`, `t.wave` and when something fails: registers and
   * words of memories by their names in the Verilog, below the top, with dots: `['state', 'row_*.acc', 'ram[3]']`. Throws
   * a RangeError for a pattern that matches nothing.
   */
  readonly watch?: readonly string[] | undefined;
  /** Gathers, when the design is closed, what its runs reached. The native back end counts cover points alone. */
  readonly coverage?: Coverage | undefined;
  /** Fault injection: changes the printed Verilog before it is built. */
  readonly rewrite?: ((files: VerilogFile[]) => VerilogFile[]) | undefined;
}

/** Random stalls: the probability, per cycle, of not offering a value that is due, or of not being ready for one. */
export interface Stalls {
  readonly in?: number | undefined;
  readonly out?: number | undefined;
  /** The same seed gives the same stalls; the run's `seed` by default. */
  readonly seed?: number | undefined;
}

/** How a body is run. */
export interface RunOptions {
  /** Cycles in which nothing that is awaited happens before a SimTimeout; 10,000 by default. */
  readonly timeout?: number | undefined;
  /** Cycles after which the run fails in any case, with a SimTimeout that says who waits; no limit by default. */
  readonly maxCycles?: number | undefined;
  /** Ends the run with such a SimTimeout when it is aborted: `AbortSignal.timeout(60_000)`, or Vitest's own `signal`. */
  readonly signal?: AbortSignal | undefined;
  /** When the clocks rise, by the name of their ports; 10ns each by default. */
  readonly clocks?: Readonly<Record<string, ClockTiming>> | undefined;
  /** In a design of several clocks: the clock that moves a stream's values, by the stream's name; the first by default. */
  readonly streamClocks?: Readonly<Record<string, string>> | undefined;
  readonly stalls?: Stalls | undefined;
  /** Of everything random in the run; GATEWRIGHT_SEED, or 1, by default. */
  readonly seed?: number | undefined;
  /** False: no reset, the design goes on where the run before ended. */
  readonly reset?: boolean | undefined;
  /** What is watched on the design's output streams; `stable` by default: an offered value stays until accepted. */
  readonly protocol?: ProtocolOption | undefined;
  /** The last cycles that are kept to be shown: by `t.wave`, or when something fails; 64 by default. */
  readonly history?: number | undefined;
  /** Called about every 20 ms while time moves. */
  readonly onSlice?: (() => void) | undefined;
}
