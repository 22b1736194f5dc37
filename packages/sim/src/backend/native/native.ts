// The native back end: a design compiled in-process to WebAssembly, without any other tool.
// Invariant: runs wherever WebAssembly does; no imports of Node. A closed instance lends its memory to the next one, which
// starts as if fresh.

import {
  type Backend,
  type Bulk,
  type InnerSignal,
  type Instance,
  type Model,
  ModelStopped,
  type PortPlace,
  type Ring,
  ringHeader,
  type StartOptions,
} from '../backend.ts';
import type { Counts } from '../counts.ts';
import { stateOf } from '../design-state.ts';
import type { InsideSignal } from '../inside.ts';
import { powerUpBits } from '../power-up.ts';
import { type CompiledDesign, compileDesign } from './compile.ts';
import { RESET_FLAGS, whyNotNative } from './controls.ts';
import { countsOf } from './counters.ts';
import { failureText } from './failure.ts';
import { PlacedState, putInitialValues } from './placed-state.ts';
import { RING_DEPTH } from './ring-code.ts';
import { type CompiledModule, compileAtOnce, compileModule, startModule } from './web-assembly.ts';

/** Simulation by WebAssembly, compiled from the IR. */
export const native: Backend = {
  name: 'native',
  async build({ top, rewritten }, { coverage, watch }) {
    const reason = whyNotNative(top);
    if (reason)
      throw new Error(`the native back end cannot run this design: ${reason}; use the back end verilator`);
    if (rewritten)
      throw new Error('the native back end reads no Verilog: `rewrite` needs backend: verilator');
    return nativeModel(compileDesign(top, { counts: coverage }), watch);
  },
};

/** What runs a compiled design. */
export const nativeModel = async (
  design: CompiledDesign,
  watch: readonly InsideSignal[] = [],
): Promise<Model> => new NativeModel(design, await compileModule(design.bytes), placesOf(design, watch));

/** Where the signals are: registers, then words of memories. */
function placesOf({ inner, memories }: CompiledDesign, watch: readonly InsideSignal[]): PortPlace[] {
  if (watch.length === 0) return [];
  const registers = new Map(inner.map(({ name, place }) => [name, place]));
  const words = new Map(memories.map((memory) => [memory.path, memory]));
  return watch.map(({ name }) => {
    const register = registers.get(name);
    if (register) return register;
    const [, path, word] = /^(.*)\[(\d+)\]$/.exec(name)!;
    const { address, stride } = words.get(path!)!;
    return { offset: address + Number(word) * stride, bytes: stride };
  });
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  settle(): void;
  /** Returns the edges left: not 0 when an assertion fails before one of them. */
  run(count: number): number;
  /** The same with a record of the ports. Only where there is a ring. */
  look?(count: number): number;
  /** One edge of the clocks whose bits are set; 1 when an assertion fails. Only in a design of several clocks. */
  some?(clocks: number): number;
  explain(): void;
}
interface BulkExports {
  /** Rows of streams; the complement of the cycles run when an assertion fails. */
  bulk(limit: number): number;
}

/** A module that runs, and its bulk path, which is started when it is first used. */
class Running {
  readonly exports: Exports;
  readonly #bulkModule: () => CompiledModule;
  #bulk: BulkExports | undefined;

  constructor(module: CompiledModule, bulkModule: () => CompiledModule) {
    this.exports = startModule(module).exports as Exports;
    this.#bulkModule = bulkModule;
  }

  get bulk(): BulkExports {
    this.#bulk ??= startModule(this.#bulkModule(), { design: this.exports }).exports as BulkExports;
    return this.#bulk;
  }
}

class NativeModel implements Model {
  readonly design: CompiledDesign;
  readonly #watched: readonly PortPlace[];
  readonly #module: CompiledModule;
  #bulkModule: CompiledModule | undefined;
  /** Of closed instances. */
  readonly #idle: Running[] = [];
  #state: PlacedState | undefined;

  constructor(design: CompiledDesign, module: CompiledModule, watched: readonly PortPlace[]) {
    this.design = design;
    this.#watched = watched;
    this.#module = module;
  }

  get #placed(): PlacedState {
    this.#state ??= new PlacedState(this.design, stateOf(this.design.top));
    return this.#state;
  }

  start({ powerUp, inverted }: StartOptions = {}): Instance {
    return this.#begin(
      powerUp === undefined ? undefined : powerUpBits(stateOf(this.design.top), powerUp, inverted),
    );
  }

  startIn(state: Uint32Array): Instance {
    return this.#begin(state);
  }

  #begin(state: Uint32Array | undefined): Instance {
    const used = this.#idle.pop();
    const running = used ?? new Running(this.#module, () => this.#bulk());
    const { exports } = running;
    const memory = exports.memory.buffer;
    // Pages that nobody has written cost nothing.
    if (used) new Uint8Array(memory).fill(0);
    putInitialValues(memory, this.design);
    if (state) this.#placed.write(memory, state);
    exports.settle();
    return new NativeInstance(
      this.design,
      running,
      this.#watched,
      () => this.#placed.read(memory),
      () => this.#idle.push(running),
    );
  }

  #bulk(): CompiledModule {
    this.#bulkModule ??= compileAtOnce(this.design.bulk!.bytes());
    return this.#bulkModule;
  }
}

/** Edges per call: V8 puts optimised code in place between calls, not during one. */
const SLICE = 1024;

class NativeInstance implements Instance {
  readonly memory: ArrayBuffer;
  readonly ports: readonly PortPlace[];
  readonly watched: readonly PortPlace[];
  readonly #design: CompiledDesign;
  readonly #running: Running;
  readonly #exports: Exports;
  readonly state: () => Uint32Array;
  readonly #done: () => void;
  readonly #bytes: Uint8Array;
  readonly bulk: Bulk | undefined;
  readonly inner: readonly InnerSignal[];
  readonly counts?: () => Counts;
  #clocks = 0;
  /** Rows of the ring in use. */
  #depth = 0;
  #closed = false;

  constructor(
    design: CompiledDesign,
    running: Running,
    watched: readonly PortPlace[],
    state: () => Uint32Array,
    done: () => void,
  ) {
    this.watched = watched;
    this.#design = design;
    this.#running = running;
    this.#exports = running.exports;
    this.state = state;
    this.#done = done;
    this.memory = this.#exports.memory.buffer;
    this.#bytes = new Uint8Array(this.memory);
    this.ports = design.ports;
    this.inner = design.inner;
    this.bulk = design.bulk && this.#bulk(design.bulk);
    const { covers } = design;
    if (covers) this.counts = () => countsOf(new DataView(this.memory), covers);
  }

  setReset(active: boolean, index?: number): void {
    if (this.#closed) return;
    for (let k = 0; k < this.#design.resets; k++)
      if (index === undefined || index === k) this.#bytes[RESET_FLAGS + k] = active ? 1 : 0;
  }

  settle(): void {
    this.#check();
    this.#clocks = 0;
    this.#exports.settle();
  }

  rise(count: number): void {
    this.#check();
    this.#clocks = -1;
    const { run, look } = this.#exports;
    const seen = Math.min(count, this.#depth);
    for (let left = count - seen; left > 0; left -= SLICE) {
      const rest = run(Math.min(left, SLICE));
      if (rest > 0) this.#failed(count - seen - Math.max(0, left - SLICE) - rest);
    }
    if (seen === 0) return;
    const rest = look!(seen);
    if (rest > 0) this.#failed(count - rest);
  }

  record(depth: number): Ring | undefined {
    const { ring } = this.#design;
    this.#depth = 0;
    if (!ring) return undefined;
    const { at, from, rowBytes } = ring;
    const words = new Int32Array(this.memory, at, ringHeader + (RING_DEPTH * rowBytes) / 4);
    const fits = depth <= RING_DEPTH;
    words.set([0, 0, fits ? depth : 0]);
    if (!fits) return undefined;
    this.#depth = depth;
    return { words, rowWords: rowBytes / 4, from: from / 4 };
  }

  setClocks(levels: number): void {
    this.#check();
    const rising = levels & ~this.#clocks;
    this.#clocks = levels;
    const { some, run, settle } = this.#exports;
    if (rising === 0) settle();
    else if ((some ? some(rising) : run(1)) > 0) this.#failed();
  }

  #bulk({ layout, base }: NonNullable<CompiledDesign['bulk']>): Bulk {
    return {
      memory: this.memory,
      streams: layout.streams.map(({ capacity, counters, columns }) => ({
        capacity,
        counters: base + counters,
        columns: columns.map((offset) => base + offset),
      })),
      run: (limit) => {
        this.#check();
        this.#clocks = -1;
        const cycles = this.#running.bulk.bulk(limit);
        if (cycles < 0) this.#failed(~cycles);
        return cycles;
      },
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#done();
  }

  #check(): void {
    if (this.#closed) throw new Error('the simulation is closed');
  }

  /** `edges`: those that passed before in this call. */
  #failed(edges = 0): never {
    this.#exports.settle();
    this.#exports.explain();
    throw new ModelStopped(failureText(new DataView(this.memory), this.#design.checks), edges);
  }
}
