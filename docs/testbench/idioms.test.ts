// How the idioms of cocotb's tests look in Vitest: quoted by testbench.md, and run like any other test.

import { SimTimeout, simulate } from '@gatewright/sim';
import { simTest } from '@gatewright/sim/vitest';
import { describe, expect, test } from 'vitest';
import { Scale } from './scale.ts';

// cocotb.parametrize, TestFactory: a table of values; `describe.each` for a second one.
test.each([
  { factor: 3, product: 15n },
  { factor: -8, product: -40n },
])('5 times $factor', ({ factor, product }) =>
  simulate(Scale, { factor }, async (dut) => {
    void dut.in.send(5);
    expect(await dut.out.recv()).toBe(product);
  }),
);

// expect_error: an error is a value like any other.
test('nothing comes out when nothing goes in', async () => {
  const wait = simulate(Scale, { factor: 1 }, { timeout: 50 }, (dut) => dut.out.recv());
  await expect(wait).rejects.toThrow(SimTimeout);
});

// expect_fail, xfail: passes while the body fails.
test.fails('a factor of 2 changes nothing', () =>
  simulate(Scale, { factor: 2 }, async (dut) => {
    void dut.in.send(3);
    expect(await dut.out.recv()).toBe(3n);
  }));

// Plusargs: the environment. `COUNT=100000 npx vitest run` sends more.
const count = Number(process.env.COUNT ?? 100);

// skip: when something holds, or always with `test.skip`.
test.skipIf(process.platform === 'win32')('many values', () =>
  simulate(Scale, { factor: 1 }, async (dut) => {
    void dut.in.sendColumns(Int8Array.from({ length: count }, (_, i) => i % 100));
    expect(await dut.out.take(count)).toHaveLength(count);
  }),
);

// Timer, edges, get_sim_time; Event, Lock, First.
test('time and tasks', () =>
  simulate(Scale, { factor: 1 }, async (_, t) => {
    await t.timer('12ns');
    expect([t.time / 1000, t.cycle]).toEqual([12, 1]);
    await t.fallingEdge(t.clock());
    expect(t.time / 1000).toBe(15);
    await t.edge(t.clock());
    expect([t.time / 1000, t.cycle]).toEqual([20, 2]);

    const [go, bus] = [t.event<number>('go'), t.lock('bus')];
    const task = t.fork(async (t) => {
      const cycles = await go.wait();
      await bus.use(() => t.step(cycles));
      return t.cycle;
    });
    go.set(3);
    await t.readWrite();
    expect(task.done).toBe(false);
    expect(await t.first(task, t.step(10))).toBe(5);
    expect(await task.join()).toBe(5);
    task.cancel();
  }));

// Tests that share one built design, each from its reset.
describe('one design', () => {
  const scale = simTest(Scale, { factor: -1 }, { stalls: { in: 0.3, out: 0.3 } });

  scale('negates', async (dut) => {
    void dut.in.sendAll([5, -9, 0]);
    await expect(dut.out).toReceive(-5, 9, 0);
  });
  scale('begins anew', async (dut) => {
    void dut.in.send(1);
    await expect(dut.out).toReceive(-1);
  });
});
