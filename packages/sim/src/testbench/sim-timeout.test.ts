// Time-outs: who is told, what the message says, and what does not count as a hang.

import { expect, test } from 'vitest';
import { Counter, Dot } from '../../test/designs.ts';
import { SimTimeout } from './sim-timeout.ts';
import { simulate } from './simulate.ts';

const beat = { a: [1, 2], b: [3, -4], last: true };

const messageOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'no error',
    (error: unknown) => {
      expect(error).toBeInstanceOf(SimTimeout);
      return (error as Error).message;
    },
  );

test('the message names the waits and shows the ports', async () => {
  const run = simulate(Dot, {}, { timeout: 20 }, async (dut) => {
    const sent = dut.in.send(beat, beat, beat);
    await dut.out.take(2);
    await sent;
    await Promise.all([dut.in.send(beat, beat, beat), dut.in.send(beat)]);
  });
  expect(await messageOf(run)).toMatchInlineSnapshot(`
    "nothing happened in 20 cycles; waiting at cycle 23:
      send on in (0 of 3 accepted)
      send on in (0 of 1 accepted)
    the last cycles, just before each rising edge:
      cycle       0   1   2   3   4
                 ────────────┐
      in_ready               └───────
                     ┌───────────────
      out_valid  ────┘
                 ────────────┐
      out_ready              └───────
                 ────┬───────────────
      out_data    0  │-5
      unchanged in cycles 0..4: in_valid = 1, in_a_0 = 1, in_a_1 = 2, in_b_0 = 3, in_b_1 = -4, in_last = 1
      nothing changes from cycle 3 to 23

    at cycle 23, seed 1 (GATEWRIGHT_SEED=1 runs it again)"
  `);
});

test('a condition has its own time', async () => {
  const run = simulate(Counter, {}, async (dut, t) => {
    await t.step(4);
    await t.until(() => dut.count.peek() === 1n, { timeout: 10 });
  });
  expect(await messageOf(run)).toMatchInlineSnapshot(`
    "the condition did not come true in 10 cycles; waiting at cycle 14:
      until () => dut.count.peek() === 1n (since cycle 4)
    the last cycles, just before each rising edge:
      unchanged in cycles 5..14: en = 0, count = 0, following = 0

    at cycle 14, seed 1 (GATEWRIGHT_SEED=1 runs it again)"
  `);
});

test('the stack leads to the line that waits', async () => {
  const run = simulate(Dot, {}, { timeout: 20 }, async function theBody(dut) {
    await dut.out.recv();
  });
  const stack = await run.catch((error: Error) => error.stack);
  expect(stack).toContain('theBody');
  expect(stack).toContain('sim-timeout.test.ts');
});

test('a wait that nobody awaits fails quietly', () =>
  simulate(Dot, {}, { timeout: 20 }, async (dut, t) => {
    void dut.out.recv();
    void t.until(() => false);
    await t.step(15);
    await t.step(15);
    await new Promise((resolve) => setImmediate(resolve));
  }));

test('a body may catch it and go on', () =>
  simulate(Dot, {}, { timeout: 20 }, async (dut) => {
    await expect(dut.out.recv()).rejects.toThrow(SimTimeout);
    await dut.in.send(beat);
    expect(await dut.out.recv()).toBe(-5n);
  }));

test('progress anywhere, or steps on purpose, are not a hang', () =>
  simulate(Dot, {}, { timeout: 20 }, async (dut, t) => {
    const sum = t.fork(() => dut.out.recv());
    for (let i = 0; i < 10; i++) {
      await t.step(15);
      await dut.in.send({ ...beat, last: false });
    }
    await t.step(100);
    await dut.in.send(beat);
    expect(await sum.join()).toBe(-55n);
  }));

test('a task that steps for ever does not keep a hang alive', async () => {
  const run = simulate(Dot, {}, { timeout: 50 }, async (dut, t) => {
    t.fork(async () => {
      for (;;) await t.step();
    });
    await dut.out.recv();
  });
  expect(await messageOf(run)).toContain('recv on out (0 of 1 taken)');
});
