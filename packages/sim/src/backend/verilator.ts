// The verilator back end: a design as a shared library, its ports mapped into JavaScript without a copy.
// Invariant: after `close` no call reaches the library with the freed object. Two instances share nothing but code
// (and the library's stop status, which is read and cleared right after the call that set it).

import { join } from 'node:path';
import { buildModel } from '@gatewright/verilator';
import koffi from 'koffi';
import { type Backend, type Instance, type Model, ModelStopped, type PortPlace } from './backend.ts';
import { shimSource, wrapperName, wrapperVerilog } from './verilator-shim.ts';

/** Simulation by a Verilator model. */
export const verilator: Backend = {
  name: 'verilator',
  async build({ top, files, rewritten }, { optimise, onProgress, trace, coverage }) {
    const wrapper = { name: `${wrapperName(top)}.v`, text: wrapperVerilog(top) };
    const built = await buildModel({
      top: wrapperName(top),
      sources: [...files.map(({ name, text }) => ({ name, text })), wrapper],
      shim: shimSource(top),
      optimise,
      // A name that C++ reserves is harmless inside the wrapper; a design broken on purpose may well draw warnings.
      verilatorFlags: [
        '-Wno-SYMRSVDWORD',
        ...(rewritten ? ['-Wno-fatal'] : []),
        ...(trace ? [trace === 'fst' ? '--trace-fst' : '--trace'] : []),
        ...(coverage ? ['--coverage-line', '--coverage-toggle', '--coverage-user'] : []),
      ],
      ...(onProgress && { onProgress }),
    });
    const library = bind(built.library, { trace: trace !== undefined, coverage: coverage === true });
    const model: Model = {
      verilogDirectory: join(built.directory, 'rtl'),
      start: () => new VerilatorInstance(library, top.ports.length),
    };
    return model;
  },
};

/** The address of a `Dut` in C++. */
type Handle = bigint & { readonly __handle: never };

interface Library {
  open(): Handle;
  close(dut: Handle): void;
  base(dut: Handle): unknown;
  span(dut: Handle): number;
  offset(dut: Handle, port: number): number;
  bytes(dut: Handle, port: number): number;
  reset(dut: Handle, active: number, domain: number): void;
  clocks(dut: Handle, levels: number): number;
  settle(dut: Handle): number;
  rise(dut: Handle, count: number): number;
  message(): string;
  clear(): void;
  /** False when the file cannot be written. */
  readonly trace?: (dut: Handle, path: string) => number;
  readonly coverage?: (dut: Handle, path: string) => void;
}

const libraries = new Map<string, Library>();

/** Loads a library once per process: unloading code that V8 or the loader may still refer to buys nothing. */
function bind(path: string, has: { readonly trace: boolean; readonly coverage: boolean }): Library {
  const known = libraries.get(path);
  if (known) return known;
  const native = koffi.load(path);
  const library: Library = {
    open: native.func('gw_dut_open', 'void *', []),
    close: native.func('gw_dut_close', 'void', ['void *']),
    base: native.func('gw_dut_base', 'void *', ['void *']),
    span: native.func('gw_dut_span', 'uint32', ['void *']),
    offset: native.func('gw_dut_offset', 'uint32', ['void *', 'uint32']),
    bytes: native.func('gw_dut_bytes', 'uint32', ['void *', 'uint32']),
    reset: native.func('gw_dut_reset', 'void', ['void *', 'int32', 'int32']),
    clocks: native.func('gw_dut_clocks', 'int32', ['void *', 'uint32']),
    settle: native.func('gw_dut_settle', 'int32', ['void *']),
    rise: native.func('gw_dut_rise', 'int32', ['void *', 'uint32']),
    message: native.func('gw_model_message', 'str', []),
    clear: native.func('gw_model_clear', 'void', []),
    ...(has.trace && { trace: native.func('gw_dut_trace', 'int32', ['void *', 'str']) }),
    ...(has.coverage && { coverage: native.func('gw_dut_coverage', 'void', ['void *', 'str']) }),
  };
  libraries.set(path, library);
  return library;
}

class VerilatorInstance implements Instance {
  readonly memory: ArrayBuffer;
  readonly ports: readonly PortPlace[];
  readonly #library: Library;
  readonly #dut: Handle;
  #closed = false;

  readonly trace?: (path: string) => void;
  readonly coverage?: (path: string) => void;

  constructor(library: Library, ports: number) {
    this.#library = library;
    this.#dut = library.open();
    this.memory = koffi.view(library.base(this.#dut), library.span(this.#dut));
    this.ports = Array.from({ length: ports }, (_, i) => ({
      offset: library.offset(this.#dut, i),
      bytes: library.bytes(this.#dut, i),
    }));
    const { trace, coverage } = library;
    if (trace)
      this.trace = (path) => {
        if (trace(this.#dut, path) === 0) throw new Error(`cannot write waves to ${path}`);
      };
    if (coverage) this.coverage = (path) => this.#closed || coverage(this.#dut, path);
  }

  setReset(active: boolean, domain = -1): void {
    if (!this.#closed) this.#library.reset(this.#dut, active ? 1 : 0, domain);
  }

  setClocks(levels: number): void {
    if (this.#closed || this.#library.clocks(this.#dut, levels) !== 0) this.#stopped();
  }

  settle(): void {
    if (this.#closed || this.#library.settle(this.#dut) !== 0) this.#stopped();
  }

  rise(count: number): void {
    if (this.#closed || this.#library.rise(this.#dut, count) !== 0) this.#stopped();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#library.close(this.#dut);
  }

  #stopped(): never {
    if (this.#closed) throw new Error('the simulation is closed');
    const message = this.#library.message();
    this.#library.clear();
    throw new ModelStopped(message);
  }
}
