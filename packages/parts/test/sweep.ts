// Runs a combinational part over many operands and compares each result with what is expected.
// Invariant: nothing is taken for granted; a sweep of no operands fails.

import type { ModuleDefinition, Ports } from '@gatewright/hdl-core';
import { type SimulateOptions, simulate } from '@gatewright/sim';
import { expect } from 'vitest';
import type { z } from 'zod';

interface Pin {
  poke(value: number | bigint): void;
  peek(): bigint;
}

/**
 * Sets the inputs, in the order of `inputs`, to each row of operands and compares `output` with `expected(...row)`.
 * Reports the first mismatches; returns how many rows were run.
 */
export async function sweep<S extends z.ZodObject, P extends Ports>(
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  ports: { readonly inputs: readonly string[]; readonly output: string },
  rows: Iterable<readonly (number | bigint)[]>,
  expected: (...row: number[]) => number | bigint,
  options: SimulateOptions = {},
): Promise<number> {
  const wrong: string[] = [];
  let count = 0;
  await simulate(module, params, options, (dut) => {
    const pins = dut as unknown as Record<string, Pin>;
    const inputs = ports.inputs.map((name) => pins[name]!);
    const output = pins[ports.output]!;
    for (const row of rows) {
      for (let i = 0; i < inputs.length; i++) inputs[i]!.poke(row[i]!);
      count++;
      const got = output.peek();
      const want = BigInt(expected(...(row as number[])));
      if (got !== want && wrong.length < 5)
        wrong.push(`(${row.map(hex).join(', ')}): got ${hex(got)}, expected ${hex(want)}`);
    }
  });
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(0);
  return count;
}

const hex = (x: number | bigint): string => (x < 0 ? `-0x${(-x).toString(16)}` : `0x${x.toString(16)}`);

/** Every tuple of codes below the given limits. */
export function* allTuples(...limits: number[]): Generator<number[]> {
  const [first, ...rest] = limits;
  if (first === undefined) yield [];
  else for (const tail of allTuples(...rest)) for (let code = 0; code < first; code++) yield [code, ...tail];
}
