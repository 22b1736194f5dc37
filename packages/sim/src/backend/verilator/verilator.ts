// The verilator back end: a design as an addon of this process, its ports mapped into JavaScript without a copy.
// Invariant: after `close` nothing reaches the freed model: its array buffers are detached. Two instances share nothing
// but code (and the stop status of their thread, which is read and cleared right after the call that set it).

import { join } from 'node:path';
import { modulesOf } from '@gatewright/hdl-core';
import { buildModel, ToolError } from '@gatewright/verilator';
import {
  type Backend,
  type Bulk,
  type Design,
  type Instance,
  type Model,
  ModelStopped,
  type PortPlace,
  type Ring,
  ringHeader,
  type StartOptions,
} from '../backend.ts';
import { type BulkLayout, bulkLayout } from '../bulk-layout.ts';
import type { Counts } from '../counts.ts';
import { type DesignState, stateOf } from '../design-state.ts';
import { powerUpBits } from '../power-up.ts';
import { type Addon, loadAddon, type Running } from './addon.ts';
import { countsIn } from './counts.ts';
import { textWritten } from './coverage-file.ts';
import { shimOf } from './shim.ts';
import { stateAccess } from './state-access.ts';
import { stopText, withDesignNames } from './stop-text.ts';
import { wrapperName, wrapperVerilog } from './wrapper.ts';

/** Simulation by a Verilator model. */
export const verilator: Backend = {
  name: 'verilator',
  async build(design, { optimise, onProgress, trace, coverage, powerUp, signal, watch = [] }) {
    const { top, files, rewritten } = design;
    // In files that were rewritten a name may be gone.
    const state = powerUp && !rewritten ? stateOf(top) : undefined;
    const text = wrapperVerilog(top, watch, state && stateAccess(state, files));
    const wrapper = { name: `${wrapperName(top)}.v`, text };
    const layout = bulkLayout(top);
    const shim = shimOf(top, layout, {
      count: top.ports.length + watch.length,
      state: state !== undefined,
    });
    const sources = files.map(({ name, text }) => ({ name, text }));
    const built = await buildModel({
      top: wrapperName(top),
      sources: [...sources, wrapper],
      shim: shim.text,
      headers: shim.headers,
      optimise,
      verilatorFlags: [
        // A name that C++ reserves is harmless inside the wrapper; a design broken on purpose may well draw warnings.
        '-Wno-SYMRSVDWORD',
        ...(rewritten ? ['-Wno-fatal'] : []),
        // What is printed asserts without the keyword; what users bring along may not.
        ...(modulesOf(top).some(({ extern }) => extern?.source !== undefined) ? ['--assert'] : []),
        // Power-up values are chosen when an instance starts.
        ...['--x-initial', 'unique'],
        ...(trace ? [trace === 'fst' ? '--trace-fst' : '--trace'] : []),
        ...(coverage ? ['--coverage-line', '--coverage-toggle', '--coverage-user'] : []),
      ],
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    }).catch((error: unknown) => {
      if (error instanceof ToolError) error.message = withDesignNames(error.message, top);
      throw error;
    });
    const addon = loadAddon(built.library, sources);
    const explain = (said: string): string =>
      stopText(said, { top, files: sources, generated: join(built.directory, 'obj') });
    const model: Model = {
      verilogDirectory: join(built.directory, 'rtl'),
      start: (options) =>
        new VerilatorInstance(addon, { design, explain, watched: watch.length, layout, state }, options),
    };
    return model;
  },
};

/** Seconds that one evaluation of a model may take by default. */
const evaluationLimit = 10;

let ownCalls = 0;

/**
 * Makes a function that calls `native` and is code of its own. V8 calls a native function directly, which takes half the
 * time, only from a place that never calls another one; and the methods below serve all models of the process.
 */
function ownCall(native: () => string | undefined): () => string | undefined {
  // Two functions of the same text would share what V8 knows of their calls.
  return new Function('native', `return () => native(); // ${ownCalls++}`)(native);
}

const allResets = 0xffff;

/** What an instance needs to know of its model. */
interface Parts {
  readonly design: Design;
  /** Why a model stopped, for the user, of what the addon says. */
  readonly explain: (said: string) => string;
  readonly watched: number;
  readonly layout: BulkLayout | undefined;
  /** Where the model was built to be given one. */
  readonly state: DesignState | undefined;
}

class VerilatorInstance implements Instance {
  readonly memory: ArrayBuffer;
  readonly ports: readonly PortPlace[];
  readonly watched: readonly PortPlace[];
  readonly bulk?: Bulk;
  readonly trace?: (path: string) => void;
  readonly counts?: () => Counts;
  readonly state?: () => Uint32Array;
  readonly #explain: (said: string) => string;
  readonly #model: Running;
  readonly #cycle: () => string | undefined;
  /** Keeps the memory that the model writes to. */
  #ring: ArrayBuffer | undefined;
  /** And what it reads at its first evaluation. */
  readonly #powerUp: Uint32Array<ArrayBuffer> | undefined;
  #closed = false;

  constructor(addon: Addon, { design, explain, watched, layout, state }: Parts, options: StartOptions = {}) {
    const { powerUp, inverted } = options;
    if (state)
      this.#powerUp =
        powerUp === undefined ? new Uint32Array(state.words) : powerUpBits(state, powerUp, inverted);
    const model = addon.open(
      powerUp === undefined ? 0 : 1,
      inverted ? ~(powerUp ?? 0) : (powerUp ?? 0),
      options.evaluationLimit ?? evaluationLimit,
      this.#powerUp?.buffer,
    );
    if (typeof model === 'string') throw new ModelStopped(explain(model));
    if (state)
      this.state = () => {
        if (this.#closed) throw isClosed();
        const bits = new Uint32Array(state.words);
        const stopped = model.tell(bits.buffer);
        if (stopped !== undefined) throw this.#stopped(stopped);
        return bits;
      };
    this.#model = model;
    this.#explain = explain;
    this.#cycle = ownCall(model.cycle);
    this.memory = model.memory;
    const ports = design.top.ports.length;
    const places = Array.from({ length: ports + watched }, (_, i) => ({
      offset: model[2 * i]!,
      bytes: model[2 * i + 1]!,
    }));
    this.ports = places.slice(0, ports);
    this.watched = places.slice(ports);
    if (layout) this.bulk = { memory: model.bulk, streams: layout.streams, run: (limit) => this.#run(limit) };
    if (model.trace)
      this.trace = (path) => {
        if (model.trace!(path) === 0) throw new Error(`cannot write waves to ${path}`);
      };
    if (model.coverage)
      this.counts = () => {
        if (this.#closed) throw isClosed();
        return countsIn(
          textWritten((path) => model.coverage!(path)),
          design,
        );
      };
  }

  record(depth: number): Ring {
    const rowBytes = this.memory.byteLength;
    this.#ring = new ArrayBuffer(4 * ringHeader + depth * rowBytes);
    const words = new Int32Array(this.#ring);
    words[2] = depth;
    if (!this.#closed) this.#model.record(this.#ring);
    return { words, rowWords: rowBytes / 4, from: 0 };
  }

  setReset(active: boolean, index = allResets): void {
    if (!this.#closed) this.#model.reset(active ? 1 : 0, index);
  }

  setClocks(levels: number): void {
    if (this.#closed) throw isClosed();
    const stopped = this.#model.clocks(levels);
    if (stopped !== undefined) throw this.#stopped(stopped);
  }

  settle(): void {
    if (this.#closed) throw isClosed();
    const stopped = this.#model.settle();
    if (stopped !== undefined) throw this.#stopped(stopped);
  }

  rise(count: number): void {
    if (this.#closed) throw isClosed();
    const stopped = count === 1 ? this.#cycle() : this.#model.rise(count);
    if (stopped !== undefined) throw this.#stopped(stopped, this.#model.passed());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#model.close(this.memory, this.#model.bulk);
  }

  #stopped(said: string, edges = 0): ModelStopped {
    return new ModelStopped(this.#explain(said), edges);
  }

  #run(limit: number): number {
    if (this.#closed) throw isClosed();
    const cycles = this.#model.run(limit);
    if (typeof cycles === 'string') throw this.#stopped(cycles, this.#model.passed());
    return cycles;
  }
}

const isClosed = (): Error => new Error('the simulation is closed');
