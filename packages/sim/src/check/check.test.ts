// Property tests: a right design passes, a broken one is shrunk, shown and replayed.

import { ParameterError, type VerilogFile } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dot } from '../../test/designs.ts';
import { CheckFailed, check } from './check.ts';

const int8 = fc.integer({ min: -128, max: 127 });
const options = {
  params: fc.record({ lanes: fc.integer({ min: 1, max: 4 }) }),
  inputs: ({ lanes }: { lanes: number }) =>
    fc.record({
      in: fc.array(
        fc.record({
          a: fc.array(int8, { minLength: lanes, maxLength: lanes }),
          b: fc.array(int8, { minLength: lanes, maxLength: lanes }),
          last: fc.boolean(),
        }),
        { maxLength: 20 },
      ),
    }),
  golden(
    _: unknown,
    inputs: {
      in: readonly { a: readonly (number | bigint)[]; b: readonly (number | bigint)[]; last: boolean }[];
    },
  ) {
    const out: bigint[] = [];
    let sum = 0n;
    for (const { a, b, last } of inputs.in) {
      a.forEach((x, i) => {
        sum += BigInt(x) * BigInt(b[i]!);
      });
      if (last) out.push(sum);
      if (last) sum = 0n;
    }
    return { out };
  },
};

const broken = (from: string, to: string) => (files: VerilogFile[]) =>
  files.map((file) => {
    expect(file.text).toContain(from);
    return { ...file, text: file.text.replace(from, to) };
  });

const failureOf = async (run: Promise<unknown>): Promise<CheckFailed> => {
  const error = await run.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(CheckFailed);
  return error as CheckFailed;
};

test('a right design', async () => {
  const report = await check(Dot, { ...options, runs: 30 });
  expect(report).toMatchObject({ runs: 30, designs: 4, seed: 1 });
  expect(report.checks).toBeGreaterThan(100);
});

test('a broken one: the smallest case, its wave, and how to see it again', async () => {
  // A sum that begins in the cycle in which the one before leaves is added to it.
  const rewrite = broken('if (full) begin', "if (1'b0) begin");
  const error = await failureOf(check(Dot, { ...options, rewrite }));
  expect(error.message).toMatchInlineSnapshot(`
    "Dot does not do what its golden model says (case 2 of 100, made smaller 22 times):
      params: { lanes: 1 }
      in: [{ a: [-1], b: [-1], last: true }, { a: [0], b: [0], last: true }]
      stalls: none
      out[1]: expected 0, got 1
      seed: 1, path: '1:0:3:1:1:1:1:1:1:3:2:2:2:2:2:2:4:6:6:7:6:6:6' as options of check run this case again
      cycle       0   1   2   3
                 ────────┐
      in_valid           └───────
                 ────┬───────────
      in_a_0      -1 │0
                 ────┬───────────
      in_b_0      -1 │0
                     ┌───────┐
      out_valid  ────┘       └───
                 ────┬───────┬───
      out_data    0  │1      │0
      unchanged in cycles 0..3: in_ready = 1, in_last = 1, out_ready = 1"
  `);
  const again = await failureOf(check(Dot, { ...options, rewrite, seed: error.seed, path: error.path }));
  expect(again.message).toContain(error.message.split('\n')[1]);
});

test('a design that cannot be built ends the check at once', async () => {
  const params = fc.record({ lanes: fc.integer({ min: 40, max: 50 }) });
  await expect(check(Dot, { ...options, params })).rejects.toThrow(ParameterError);
});

test('what a golden model, or the plain inputs, get', async () => {
  const seen: unknown[] = [];
  await check(Dot, {
    ...options,
    params: { lanes: 3 },
    runs: 2,
    stalls: false,
    setup: (dut, params) => seen.push([params, dut.in.ready.peek()]),
  });
  expect(seen).toEqual([
    [{ lanes: 3 }, true],
    [{ lanes: 3 }, true],
  ]);
  const golden = () => {
    throw new RangeError('no such sum');
  };
  const error = await failureOf(check(Dot, { ...options, golden }));
  expect(error.message).toContain('RangeError: no such sum');
});
