// The matchers and the shared design, as a test file uses them; and what they say when they fail.

import { describe, expect, test } from 'vitest';
import { Counter, Dot } from '../../test/designs.ts';
import { simulate } from '../testbench/simulate.ts';
import { simTest } from './vitest.ts';

describe('a shared design', () => {
  const counts = simTest(Counter, { width: 4 });

  counts('counts', async (dut, t) => {
    dut.en.poke(true);
    await t.step(3);
    expect(dut.count.peek()).toBe(3n);
    expect(t.wave('count')).toMatchWave(`
      cycle   0   1   2   3
             ────┬───┬───┬───
      count   0  │1  │2  │3
    `);
  });

  counts('begins from reset again', (dut, t) => {
    expect([t.cycle, dut.count.peek()]).toEqual([0, 0n]);
  });

  counts(
    'has options of its own',
    async (_, t) => {
      await t.step(5);
      expect(t.wave('en')).toMatch(/^cycle +3 +4 +5$/m);
    },
    { history: 2 },
  );
});

const messageOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

test('toReceive', () =>
  simulate(Dot, {}, async (dut) => {
    const beat = (x: number) => ({ a: [x, 0], b: [1, 0], last: true });
    void dut.in.send(beat(1), beat(2), beat(3), beat(4), beat(5));
    await expect(dut.out).toReceive(1, 2n);
    expect(await messageOf(() => expect(dut.out).toReceive(3, 7))).toMatchInlineSnapshot(`
      "not what is expected:
        out[1]: expected 7, got 4"
    `);
    await expect(dut.out).not.toReceive(6);
  }));

test('toEqualGolden', async () => {
  const golden = [{ sum: [1, 2], over: false }];
  expect([{ sum: [1n, 2n], over: false }]).toEqualGolden(golden);
  expect([{ sum: [1n, 3n], over: false }]).not.toEqualGolden(golden);
  const wrong = [{ sum: [1n, 3n], over: true }, 5n];
  expect(await messageOf(() => expect(wrong).toEqualGolden(golden))).toMatchInlineSnapshot(`
    "not what is expected:
      [0].sum[1]: expected 2, got 3
      [0].over: expected false, got true
      [1]: expected nothing, got 5"
  `);
});

test('toMatchWave', async () => {
  expect(' a\n  b  ').toMatchWave('a\n b');
  expect(' a\n  b').not.toMatchWave('a\nb');
  expect(await messageOf(() => expect('a').toMatchWave('b'))).toBe('the wave is not the expected one');
});
