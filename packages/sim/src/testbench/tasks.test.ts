// Tasks: forks, their errors, who reacts when, and bodies that wait for the world outside.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Counter, Dot } from '../../test/designs.ts';
import { afterReaction } from './reaction.ts';
import { simulate } from './simulate.ts';

test('everybody has reacted, however deep the nesting', async () => {
  let reached = 0;
  const nest = async (depth: number): Promise<void> => {
    if (depth === 0) {
      reached++;
      return;
    }
    await Promise.resolve();
    await nest(depth - 1);
  };
  for (let i = 0; i < 5; i++) void nest(1000);
  await new Promise<void>((resolve) => afterReaction(resolve)());
  expect(reached).toBe(5);
});

test('time waits until every task has reacted to an edge', () =>
  simulate(Counter, {}, async (dut, t) => {
    const deep = async (depth: number): Promise<bigint> => {
      if (depth === 0) return dut.count.peek();
      await Promise.resolve();
      return deep(depth - 1);
    };
    dut.en.poke(true);
    const busy = t.fork(async () => {
      for (let i = 0; i < 20; i++) await t.step();
    });
    await t.step();
    // 500 promise turns later it is still the same cycle, although another task waits for the next one.
    expect(await deep(500)).toBe(1n);
    expect(t.cycle).toBe(1);
    await busy.join();
    expect(dut.count.peek()).toBe(20n);
  }));

test('tasks run side by side and can be joined', () =>
  simulate(Dot, {}, async (dut, t) => {
    const producer = t.fork(async () => {
      for (let i = 1; i <= 3; i++) {
        await t.step(i);
        await dut.in.send({ a: [i, 0], b: [i, 0], last: true });
      }
      return 'sent';
    });
    expect(producer.done).toBe(false);
    expect(await dut.out.take(3)).toEqual([1n, 4n, 9n]);
    expect(await producer.join()).toBe('sent');
    expect(producer.done).toBe(true);
  }));

test('an error in a task that nobody joins fails the test at once', async () => {
  const run = simulate(Counter, {}, async (_, t) => {
    t.fork(async () => {
      await t.step(3);
      throw new Error('monitor: three');
    });
    await t.step(1_000_000_000);
  });
  await expect(run).rejects.toThrow('monitor: three');
});

test('an error in a joined task goes to who joins', async () => {
  const caught = await simulate(Counter, {}, async (_, t) => {
    const task = t.fork(async () => {
      await t.step(3);
      throw new Error('three');
    });
    return task.join().catch((error: Error) => `${error.message} at ${t.cycle}`);
  });
  expect(caught).toBe('three at 3');
  await expect(simulate(Counter, {}, () => Promise.reject(new Error('body')))).rejects.toThrow('body');
});

test('tasks that still wait when the body returns are abandoned', async () => {
  const result = await simulate(Dot, {}, async (dut, t) => {
    t.fork(async () => {
      for (;;) await dut.out.recv();
    });
    void dut.in.send({ a: [1, 1], b: [1, 1], last: true }, { a: [1, 1], b: [1, 1], last: true });
    await t.step(1);
    return 'done';
  });
  expect(result).toBe('done');
});

test('the simulation idles while the body awaits something else', () =>
  simulate(Counter, {}, async (dut, t) => {
    dut.en.poke(true);
    await t.step(2);
    await sleep(10);
    expect([t.cycle, dut.count.peek()]).toEqual([2, 2n]);
    await t.step();
    expect(dut.count.peek()).toBe(3n);
  }));

test('timers run while time moves', () =>
  simulate(Counter, {}, async (_, t) => {
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    while (fired < 3) await t.step();
    clearInterval(timer);
    expect(t.cycle).toBeGreaterThan(3);
  }));

test('fake timers do not stop the simulation', () =>
  simulate(Counter, {}, async (_, t) => {
    vi.useFakeTimers();
    for (let i = 0; i < 50_000; i++) await t.step();
    vi.useRealTimers();
    expect(t.cycle).toBe(50_000);
  }));

test('until resumes at the first edge after which the condition holds', () =>
  simulate(Counter, {}, async (dut, t) => {
    dut.en.poke(true);
    await t.until(() => dut.count.peek() === 0n);
    expect(t.cycle).toBe(0);
    await t.until(() => dut.count.peek() === 42n);
    expect(t.cycle).toBe(42);
    const broken = t.until(() => {
      throw new Error('no such thing');
    });
    await expect(broken).rejects.toThrow('no such thing');
    await expect(t.step(-1)).rejects.toThrow('step(-1)');
  }));

test('tick passes no time once anybody waits, whatever for', () =>
  simulate(Dot, {}, async (dut, t) => {
    const others: Record<string, () => Promise<unknown>> = {
      step: () => t.step(2),
      timer: () => t.timer('30ns'),
      until: () => t.until(() => t.cycle >= after),
      change: () => t.withTimeout(t.risingEdge(dut.out.valid), 2).catch(() => {}),
      limit: () => t.withTimeout(new Promise(() => {}), 2).catch(() => {}),
      recv: () => t.withTimeout(dut.out.recv(), 2).catch(() => {}),
      send: () => dut.in.send({ a: [1, 0], b: [1, 0], last: false }),
    };
    let after = 0;
    for (const [name, wait] of Object.entries(others)) {
      t.tick();
      const before = t.cycle;
      after = before + 2;
      const over = wait();
      expect(() => t.tick(), name).toThrow('tick: others wait');
      expect(t.cycle, name).toBe(before);
      await over;
      // A stream takes back what it offered or wanted in the cycle after.
      await t.step();
    }
    t.tick();
  }));
