// The addon that a model is (shim/addon.h), as JavaScript sees it.
// Invariant: a library is loaded once per process and never unloaded.

import { foreignCode, type TextFile, ToolError } from '@gatewright/verilator';

/** What an addon exports. */
export interface Addon {
  /** Text when the model stopped while it was made. */
  open(random: 0 | 1, seed: number, limit: number, state?: ArrayBuffer): Running | string;
}

/** One running model. A function returns text when the model stopped, and nothing (or the cycles) while it runs. */
export interface Running {
  /** Offset and bytes of port i are at 2 i and 2 i + 1. */
  readonly [place: number]: number;
  readonly memory: ArrayBuffer;
  readonly bulk: ArrayBuffer;
  settle(): string | undefined;
  cycle(): string | undefined;
  rise(count: number): string | undefined;
  clocks(levels: number): string | undefined;
  reset(active: 0 | 1, index: number): void;
  run(limit: number): string | number;
  trace?(path: string): number;
  coverage?(path: string): void;
  record(ring: ArrayBuffer): void;
  tell(state: ArrayBuffer): string | undefined;
  passed(): number;
  close(memory: ArrayBuffer, bulk: ArrayBuffer): void;
}

const addons = new Map<string, Addon>();

/** Loads an addon once: unloading code that V8 or the loader may still refer to buys nothing. */
export function loadAddon(path: string, sources: readonly TextFile[]): Addon {
  const known = addons.get(path);
  if (known) return known;
  const module = { exports: {} };
  try {
    process.dlopen(module, path);
  } catch (error) {
    throw undefinedFunction(error, sources);
  }
  const addon = module.exports as Addon;
  addons.set(path, addon);
  return addon;
}

/** The error of a library that needs a function which nobody defines. */
function undefinedFunction(error: unknown, sources: readonly TextFile[]): unknown {
  const [, name] =
    /undefined symbol: (\w+)|symbol not found.*'_(\w+)'/.exec(String(error))?.filter(Boolean) ?? [];
  const code = foreignCode(sources).find(({ text }) => name !== undefined && text.includes(name));
  if (!code) return error;
  return new ToolError(
    'compile-failed',
    `${code.file}:${code.line} uses the C function ${name}, which nothing defines`,
    'define it in the Verilog, in a section that begins with `systemc_implementation and ends with `verilog',
  );
}
