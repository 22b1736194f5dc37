// The back ends that can be named in options.
// Invariant: the only file outside a back end's own that names one.

import type { Backend } from './backend.ts';
import { native } from './native/native.ts';
import { verilator } from './verilator.ts';

const named = { native, verilator } as const satisfies Record<string, Backend>;

/** A back end that comes with the package. */
export type BackendName = keyof typeof named;

/** Every name that `options.backend` may have. */
export const backendNames = Object.keys(named) as readonly BackendName[];

/** The back end of that name (or the given one itself); Verilator when nothing is said. */
export function backendOf(backend: BackendName | Backend = 'verilator'): Backend {
  if (typeof backend !== 'string') return backend;
  const found: Backend | undefined = named[backend];
  if (!found) throw new RangeError(`there is no back end ${backend}; choose from ${backendNames.join(', ')}`);
  return found;
}
