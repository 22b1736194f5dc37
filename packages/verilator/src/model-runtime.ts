// The C++ that every model is linked with (model-runtime/), as text: it turns $finish, $stop, $fatal and failed assertions
// into a status that the shim can read, where Verilator's own handlers would end the host process, and so with a crash, an
// exit() or an evaluation that does not end.
// Invariant: no call of the simulated design leaves the process. It knows nothing of ports, clocks or JavaScript.

import { readFileSync } from 'node:fs';

/** The header that is included first in every C++ file of a model, before any Verilator header. */
export const modelRuntimeHeader = 'model-runtime.h';

/** Compiled once per Verilator and compiler, next to verilated.cpp. */
export const modelRuntimeSources: readonly string[] = ['thread.cpp', 'stops.cpp', 'faults.cpp', 'exits.cpp'];

/** Name and text of each file. */
export function modelRuntimeFiles(): { name: string; text: string }[] {
  // The package ships its sources, so that the compiled file finds them as well.
  const textOf = (name: string) =>
    readFileSync(new URL(`../src/model-runtime/${name}`, import.meta.url), 'utf8');
  return [modelRuntimeHeader, 'thread.h', ...modelRuntimeSources].map((name) => ({
    name,
    text: textOf(name),
  }));
}
