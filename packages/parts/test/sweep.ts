// Runs a combinational part over many operands and compares each result with what is expected.
// Invariant: nothing is taken for granted; a sweep of no operands fails.

import type { ModuleDefinition, Ports } from '@gatewright/hdl-core';
import { type SimulateOptions, simulate } from '@gatewright/sim';
import { expect } from 'vitest';
import type { z } from 'zod';

type Operand = number | bigint | readonly number[];
interface Pin {
  poke(value: Operand): void;
  peek(): bigint;
}

/**
 * Sets the inputs, in the order of `inputs`, to each row of operands and compares `output` with `expected(...row)`.
 * Reports the first mismatches; returns how many rows were run.
 */
export async function sweep<S extends z.ZodObject, P extends Ports, R extends readonly Operand[]>(
  module: ModuleDefinition<S, P>,
  params: z.input<S>,
  ports: { readonly inputs: readonly string[]; readonly output: string },
  rows: Iterable<R>,
  expected: (...row: R) => number | bigint,
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
      const want = BigInt(expected(...row));
      if (got !== want && wrong.length < 5)
        wrong.push(
          `(${row
            .flat()
            .map((x) => hex(x as number | bigint))
            .join(', ')}): got ${hex(got)}, expected ${hex(want)}`,
        );
    }
  });
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(0);
  return count;
}

const hex = (x: number | bigint): string => (x < 0 ? `-0x${(-x).toString(16)}` : `0x${x.toString(16)}`);

/** Every tuple of codes below the given limits. */
export function* allTuples<const L extends readonly number[]>(
  ...limits: L
): Generator<{ -readonly [K in keyof L]: number }> {
  const tuple = limits.map(() => 0);
  if (limits.some((limit) => limit < 1)) return;
  for (;;) {
    yield [...tuple] as { -readonly [K in keyof L]: number };
    let place = 0;
    while (place < tuple.length && ++tuple[place]! === limits[place]) tuple[place++] = 0;
    if (place === tuple.length) return;
  }
}
