// simulate: a module, its parameters and a test body, from source to result in one call.
// Invariant: whatever the body does, the model is closed.

import type { ModuleDefinition, Ports } from '@gatewright/hdl-core';
import type { z } from 'zod';
import type { Body } from './dut.ts';
import { openDut } from './open-dut.ts';
import type { OpenOptions, RunOptions } from './open-options.ts';

/** How to build and run. */
export interface SimulateOptions extends OpenOptions, RunOptions {}

/**
 * Elaborates the module, builds it, resets it (two cycles, inputs 0), runs the body and returns what it returns.
 * Throws the body's error, that of a task that nobody joins, or a fault of the design or the tools.
 */
export function simulate<S extends z.ZodObject, P extends Ports, R>(
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  body: Body<P, R>,
): Promise<R>;
export function simulate<S extends z.ZodObject, P extends Ports, R>(
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  options: SimulateOptions,
  body: Body<P, R>,
): Promise<R>;
export async function simulate<S extends z.ZodObject, P extends Ports, R>(
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  ...rest: [Body<P, R>] | [SimulateOptions, Body<P, R>]
): Promise<R> {
  const [options, body] = rest.length === 1 ? [{}, rest[0]] : rest;
  const dut = await openDut(module.elaborate(params), options);
  try {
    return await dut.run(body, options);
  } finally {
    dut.close();
  }
}
