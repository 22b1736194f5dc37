// What a simulator must offer to the testbench. The testbench knows nothing else of it.
// Invariant: ports live in one memory that the testbench reads and writes directly; only the clock is a call.
// It does not know streams, tasks or values: see testbench/ and value/.

import type { Module, VerilogFile } from '@gatewright/hdl-core';

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
}

/** A simulator. */
export interface Backend {
  /** As named in options and reports, such as `verilator`. */
  readonly name: string;
  build(design: Design, options: BuildOptions): Promise<Model>;
}

/** A design made ready to run; any number of instances may be started from it. */
export interface Model {
  /** The folder that holds the Verilog which was built, for a back end that needs one. */
  readonly verilogDirectory?: string | undefined;
  start(): Instance;
}

/**
 * Where a leaf port is. `bytes` is 1, 2, 4 or 8 for one machine word of that size, aligned to it, or a multiple of 4
 * above 8: 32-bit words, least significant first. Bits above the port's width are 0 and must stay 0.
 */
export interface PortPlace {
  readonly offset: number;
  readonly bytes: number;
}

/** One running copy of a design, with its own state. The clock rests low after `settle` and high after `rise`. */
export interface Instance {
  /** Its length is a multiple of 8. Not to be touched after `close`. */
  readonly memory: ArrayBuffer;
  /** One place per entry of the top module's `ports`, in that order. */
  readonly ports: readonly PortPlace[];
  /** Drives the reset, active or not; takes effect like any other input. */
  setReset(active: boolean): void;
  /** Takes the clock low and lets the combinational logic see the inputs as they are now. */
  settle(): void;
  /** `count` rising edges, the first with the inputs as they are now; then the settled state after the last one. */
  rise(count: number): void;
  /** Frees it. May be called again. */
  close(): void;
}

/** The simulated design ended the run by itself: `$fatal`, `$stop`, `$finish`, a failed assertion, no convergence. */
export class ModelStopped extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ModelStopped';
  }
}
