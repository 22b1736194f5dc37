// What a person sees of a failing test: values, cycle, wave, seed and how to see it again. The designs are broken on purpose.

import {
  assertAlways,
  bool,
  defineModule,
  input,
  output,
  regs,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Counter, Dot } from '../../test/designs.ts';
import { simulate } from './simulate.ts';

afterEach(() => vi.unstubAllEnvs());

const failureOf = (run: Promise<unknown>): Promise<Error> =>
  run.then(
    () => new Error('no failure'),
    (error: Error) => error,
  );

test('an expectation that does not hold', async () => {
  const error = await failureOf(
    simulate(
      Dot,
      {},
      // The adder becomes a subtractor.
      {
        rewrite: (files) => files.map((f) => ({ ...f, text: f.text.replace(' + ', ' - ') })),
        stalls: { out: 0.5 },
        seed: 3,
      },
      async (dut) => {
        await dut.in.send({ a: [3, -4], b: [5, 6], last: true });
        expect(await dut.out.recv()).toBe(-9n);
      },
    ),
  );
  expect(error.message).toMatchInlineSnapshot(`
    "expected 39n to be -9n // Object.is equality

    at cycle 3, seed 3 (GATEWRIGHT_SEED=3 runs it again):
      cycle       0   1   2   3
                     ┌───┐
      in_valid   ────┘   └───────
                 ────┬───────────
      in_a_0      -70│3
                 ────┬───────────
      in_a_1      19 │-4
                 ────┬───────────
      in_b_0      100│5
                 ────┬───────────
      in_b_1      103│6
                         ┌───┐
      out_valid  ────────┘   └───
                         ┌───────
      out_ready  ────────┘
                 ────────┬───┬───
      out_data    0      │39 │0
      unchanged in cycles 0..3: in_ready = 1, in_last = 1"
  `);
  expect(error.name).toBe('AssertionError');
  expect(error.stack).toContain(error.message);
  expect(error.stack).toContain('explain-failure.test.ts');
});

test('an error is explained once, and stays what it is', async () => {
  const range = new RangeError('too far');
  const outer = failureOf(
    simulate(Counter, {}, async (_, t) => {
      await t.step(3);
      await simulate(Counter, {}, () => {
        throw range;
      });
    }),
  );
  expect(await outer).toBe(range);
  expect(range.message).toMatch(/^too far\n\nat cycle 0, seed 1 .*\n {2}unchanged in cycles 0\.\.0: en = 0/);
  expect(range.message.match(/at cycle/g)).toHaveLength(1);
});

test('what is not an error goes through as it is', async () => {
  const thrown = Object.freeze(new Error('frozen'));
  const run = (what: unknown) =>
    simulate(Counter, {}, () => {
      throw what;
    }).catch((error: unknown) => error);
  expect(await run('a text')).toBe('a text');
  expect(await run(thrown)).toBe(thrown);
  expect(thrown.message).toBe('frozen');
});

test('the seed comes from the environment where the test says none', async () => {
  const cycles = async (options = {}): Promise<number> =>
    simulate(Dot, {}, { stalls: {}, ...options }, async (dut, t) => {
      await Promise.all([dut.in.send({ a: [1, 1], b: [1, 1], last: true }), dut.out.recv()]);
      return t.cycle;
    });
  const plain = [await cycles({ seed: 1 }), await cycles({ seed: 5 })];
  expect(plain[0]).not.toBe(plain[1]);
  vi.stubEnv('GATEWRIGHT_SEED', '5');
  expect(await cycles()).toBe(plain[1]);
  expect(await cycles({ seed: 1 })).toBe(plain[0]);
  vi.stubEnv('GATEWRIGHT_SEED', 'x');
  await expect(cycles()).rejects.toThrow('GATEWRIGHT_SEED=x: a seed is an integer from 0 to 2147483647');
});

/** Offers a count that it changes before it is accepted, and says so when it reaches 9. */
const Rude = defineModule({
  name: 'Rude',
  params: z.object({}),
  ports: () => ({ go: input(bool), out: output(stream(uint(4))) }),
  build(io) {
    const { count } = regs({ count: uint(4) }, { count: 0 });
    when(io.go, () => count.next(count.addWrap(1)));
    io.out.valid.set(count.gt(0));
    io.out.data.set(count);
    assertAlways('below_nine', count.lt(9), 'nine is too many');
  },
});

test('what the design does wrong leads to the line of the test that waited', async () => {
  const step = (protocol: 'stable' | 'off') =>
    failureOf(
      simulate(Rude, {}, { protocol }, async (dut, t) => {
        dut.go.poke(true);
        for (let k = 0; k < 20; k++) await t.step();
      }),
    );
  for (const [error, name] of [
    [await step('stable'), 'ProtocolError'],
    [await step('off'), 'ModelStopped'],
  ] as const) {
    expect(error.name).toBe(name);
    const frames = error.stack!.split('\n').filter((line) => line.startsWith('    at '));
    expect(frames.slice(0, 4).join('\n')).toContain('explain-failure.test.ts');
    expect(error.stack).toContain(error.message);
  }
});
