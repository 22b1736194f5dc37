// The native back end: a design compiled in-process to WebAssembly, without any other tool.
// Invariant: runs wherever WebAssembly does; no imports of Node. An instance that was closed may lend its memory to a new
// one, which starts as if fresh.

import { type Backend, type Instance, type Model, type PortPlace } from '../backend.ts';
import { compileDesign, type CompiledDesign } from './compile.ts';
import { type CompiledModule, compileModule, startModule } from './web-assembly.ts';

/** Simulation by compiled WebAssembly. */
export const native: Backend = {
  name: 'native',
  async build({ top }) {
    const compiled = compileDesign(top);
    const module = await compileModule(compiled.bytes);
    return new NativeModel(compiled, module);
  },
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  settle(): void;
  run(count: number): void;
}

class NativeModel implements Model {
  readonly design: CompiledDesign;
  readonly #module: CompiledModule;

  constructor(design: CompiledDesign, module: CompiledModule) {
    this.design = design;
    this.#module = module;
  }

  start(): Instance {
    const { exports } = startModule(this.#module);
    return new NativeInstance(this, exports as unknown as Exports);
  }
}

/** Edges per call: a call that lasts would keep V8 from putting in the optimised code. */
const SLICE = 1024;

class NativeInstance implements Instance {
  readonly memory: ArrayBuffer;
  readonly ports: readonly PortPlace[];
  readonly #model: NativeModel;
  readonly #exports: Exports;
  #reset = false;
  #closed = false;

  constructor(model: NativeModel, exports: Exports) {
    this.#model = model;
    this.#exports = exports;
    this.memory = exports.memory.buffer;
    this.ports = model.design.ports;
  }

  setReset(active: boolean): void {
    this.#reset = active;
  }

  settle(): void {
    this.#check();
    this.#exports.settle();
  }

  rise(count: number): void {
    this.#check();
    if (this.#reset) {
      for (let i = 0; i < count; i++) {
        this.#exports.run(1);
        this.#model.design.reset(this.memory);
        this.#exports.settle();
      }
      return;
    }
    for (let left = count; left > 0; left -= SLICE) this.#exports.run(Math.min(left, SLICE));
  }

  close(): void {
    this.#closed = true;
  }

  #check(): void {
    if (this.#closed) throw new Error('the simulation is closed');
  }
}
