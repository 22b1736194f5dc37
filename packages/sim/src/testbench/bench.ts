// bench: a test of a design as a value, for runners: a name, what to build, and what to do with it.
// Invariant: declaring one builds and runs nothing. What a runner asks for wins over what the declaration says.

import type { ModuleDefinition, Ports } from '@gatewright/hdl-core';
import type { z } from 'zod';
import type { Body } from './dut.ts';
import { type SimulateOptions, simulate } from './simulate.ts';

/** Recognised by runners that have loaded another copy of this package. */
const mark = Symbol.for('gatewright.bench');
/** Benches declared so far: exports are listed by name, and a reader expects the order of the file. */
let declarations = 0;

/** A test that a runner can run. */
export interface Bench {
  readonly name: string;
  /** Throws what `simulate` throws. */
  run(settings?: SimulateOptions): Promise<void>;
}

interface Marked extends Bench {
  readonly [mark]: number;
}

/** Declares a test for `gatewright sim run`: export it from a file. */
export function bench<S extends z.ZodObject, P extends Ports>(
  name: string,
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  ...rest: [Body<P, unknown>] | [SimulateOptions, Body<P, unknown>]
): Bench {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  const declared: Marked = {
    [mark]: ++declarations,
    name,
    async run(settings = {}) {
      await simulate(module, params, { ...options, ...settings }, body);
    },
  };
  return declared;
}

/** The benches among the values that a file exports, also in arrays, as they were declared. */
export function benchesIn(exported: Readonly<Record<string, unknown>>): Bench[] {
  const isBench = (value: unknown): value is Marked =>
    typeof value === 'object' && value !== null && mark in value;
  // The same bench under two names, such as a default export, is one.
  const benches = [...new Set(Object.values(exported).flat().filter(isBench))];
  return benches.sort((a, b) => a[mark] - b[mark]);
}
