// The operators of the language against independent arithmetic: in the evaluator, in the native back end and in Verilator.

import { createEvaluator } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../src/index.ts';
import { Operators } from './operator-design.ts';
import { expected, operands } from './operator-values.ts';

const shapes = [
  { width: 2, elements: 2 },
  { width: 8, elements: 5 },
  { width: 33, elements: 3 },
  { width: 70, elements: 9 },
] as const;

describe.each(shapes)('$width bits, $elements elements', ({ width, elements }) => {
  test('in the evaluator', () => {
    const e = createEvaluator(Operators.elaborate({ width, elements }).top);
    fc.assert(
      fc.property(operands(width, elements), (o) => {
        for (const [name, value] of Object.entries(o)) {
          if (typeof value === 'bigint') e.set(name, value);
          else value.forEach((v: bigint, k: number) => e.set(`v_${k}`, v));
        }
        for (const [port, value] of Object.entries(expected(o, width)))
          expect([port, e.get(port)]).toEqual([port, BigInt(value)]);
      }),
      { numRuns: 60 },
    );
  });

  test.each(['native', 'verilator'] as const)('in %s', async (backend) => {
    await simulate(Operators, { width, elements }, { backend }, async (dut, t) => {
      const ports = dut as unknown as Record<string, { poke(v: unknown): void; peek(): bigint | boolean }>;
      await fc.assert(
        fc.asyncProperty(operands(width, elements), async (o) => {
          for (const [name, value] of Object.entries(o)) ports[name]!.poke(value);
          await t.step();
          const wanted = expected(o, width);
          const got = Object.fromEntries(Object.keys(wanted).map((port) => [port, ports[port]!.peek()]));
          expect(got).toEqual(wanted);
        }),
        { numRuns: 150 },
      );
    });
  });
});
