// The operators of the language against independent arithmetic: in the evaluator, in the native back end and in Verilator.

import { createEvaluator } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../src/index.ts';
import { expected, Machine, type Operands, Operators } from './operator-design.ts';

const unsigned = (width: number): fc.Arbitrary<bigint> => {
  const top = 2n ** BigInt(width) - 1n;
  return fc.oneof(fc.bigInt({ min: 0n, max: top }), fc.constantFrom(0n, 1n, top, top - 1n, (top + 1n) / 2n));
};
const signed = (width: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    unsigned(width).map((v) => BigInt.asIntN(width, v)),
    fc.bigInt({ min: -9n, max: 9n }).map((v) => BigInt.asIntN(width, v)),
  );
const bitsFor = (places: number): number => Math.max(1, Math.ceil(Math.log2(places)));
const operands = (width: number, elements: number): fc.Arbitrary<Operands> =>
  fc.record({
    a: unsigned(width),
    b: unsigned(width),
    x: signed(width),
    y: signed(width),
    n: unsigned(bitsFor(width)),
    by: unsigned(2),
    i: unsigned(bitsFor(elements)),
    t: unsigned(3),
    v: fc.array(signed(width), { minLength: elements, maxLength: elements }),
    choice: unsigned(elements),
  });

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

test.each(['native', 'verilator'] as const)('a machine with a register file, in %s', async (backend) => {
  await simulate(Machine, { depth: 5 }, { backend }, async (dut, t) => {
    const file = [0n, 0n, 0n, 0n, 0n];
    let state: 'Rest' | 'Write' | 'Clear' = 'Rest';
    const step = fc.record({ go: fc.boolean(), address: fc.bigInt(0n, 7n), data: fc.bigInt(0n, 255n) });
    for (const { go, address, data } of fc.sample(step, { numRuns: 300, seed: 11 })) {
      dut.go.poke(go);
      dut.address.poke(address);
      dut.data.poke(data);
      await t.step();
      // Past the end nothing is written, and the last element is read.
      if (state === 'Write' && address < 5n) file[Number(address)] = data;
      if (state === 'Clear') file[0] = 0n;
      if (state === 'Rest') state = go ? 'Write' : 'Rest';
      else if (state === 'Write') state = go ? 'Write' : 'Clear';
      else state = 'Rest';
      expect(dut.at.peek()).toBe(file[Math.min(Number(address), 4)]);
      expect(dut.flags.peek()).toBe({ Rest: 4n, Write: 2n, Clear: 1n }[state]);
      expect(dut.state.peek()).toBe({ Rest: 0n, Write: 1n, Clear: 2n }[state]);
    }
  });
});
