// The back ends that can be named in options, and which one is used when nothing is named.
// Invariant: the only file outside a back end's own that names one. An option in the code wins over the environment.

import type { Module } from '@gatewright/hdl-core';
import { findCompiler, findVerilator, ToolError } from '@gatewright/verilator';
import type { Backend } from './backend.ts';
import { bothOf } from './both.ts';
import { whyNotNative } from './native/controls.ts';
import { native } from './native/native.ts';
import { comparingPowerUp } from './power-up-compare.ts';
import { verilator } from './verilator/verilator.ts';

const both = bothOf(native, verilator);
const named = { native, verilator, both } as const satisfies Record<string, Backend>;

/** A back end that comes with the package; `both` compares the other two cycle by cycle. */
export type BackendName = keyof typeof named;

/** Every name that `options.backend` and GATEWRIGHT_BACKEND may have. */
export const backendNames = Object.keys(named) as readonly BackendName[];

/**
 * The back end of that name, or the given one itself. When nothing is said, GATEWRIGHT_BACKEND decides, and then the
 * need: Verilator for what only Verilator does, the native back end for everything else.
 */
export function backendOf(backend?: BackendName | Backend, needsVerilator = false): Backend {
  if (backend !== undefined) return typeof backend === 'string' ? byName(backend) : backend;
  if (needsVerilator) return verilator;
  return fromEnvironment() ?? native;
}

/**
 * The same for a verdict on a design: when nothing is said, the native back end with Verilator beside it, where Verilator
 * and a C++ compiler are found or can be provisioned, and the native one alone elsewhere.
 */
export async function judgeOf(
  backend: BackendName | Backend | undefined,
  top: Module,
  onlyVerilator?: object,
): Promise<Backend> {
  const needsVerilator = onlyVerilator !== undefined || whyNotNative(top) !== undefined;
  if (backend !== undefined || needsVerilator) return backendOf(backend, needsVerilator);
  return fromEnvironment() ?? ((await canBuild()) ? both : native);
}

/** Names of the simulators that a back end runs. */
export const simulatorsOf = (backend: Backend): readonly string[] => backend.simulators ?? [backend.name];

/** The back end with two copies that power up with complementary bits: see `comparingPowerUp`. */
export const comparing = (backend: Backend, top: Module): Backend =>
  comparingPowerUp(backend, whyNotNative(top) === undefined ? native : undefined);

function byName(name: string, source = ''): Backend {
  const found: Backend | undefined = named[name as BackendName];
  if (!found)
    throw new RangeError(`${source}there is no back end ${name}; choose from ${backendNames.join(', ')}`);
  return found;
}

function fromEnvironment(): Backend | undefined {
  const name = process.env.GATEWRIGHT_BACKEND;
  return name ? byName(name, `GATEWRIGHT_BACKEND=${name}: `) : undefined;
}

let found: Promise<boolean> | undefined;

/** True when Verilator models can be built here. Asked once. */
function canBuild(): Promise<boolean> {
  found ??= Promise.all([findCompiler(), findVerilator()]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ToolError) return false;
      throw error;
    },
  );
  return found;
}
