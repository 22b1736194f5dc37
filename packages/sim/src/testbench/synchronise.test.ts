// What tasks tell each other and how they end: events, locks, queues, first, all, withTimeout, cancel, time limits.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, expectTypeOf, test } from 'vitest';
import { Counter, Dot } from '../../test/designs.ts';
import { openDut } from './open-dut.ts';
import { SimTimeout } from './sim-timeout.ts';
import { simulate } from './simulate.ts';
import { TaskCancelled } from './task.ts';

const beat = (a: number, last = true) => ({ a: [a, 0], b: [1, 0], last });
const messageOf = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => 'no error',
    (error: Error) => error.message,
  );

test('an event wakes everybody who waits, in the same instant', () =>
  simulate(Counter, {}, async (_, t) => {
    const go = t.event<number>('go');
    const waiters = [1, 2].map((n) => t.fork(async () => [n, await go.wait(), t.cycle]));
    await t.step(5);
    go.set(42);
    expect([await waiters[0]!.join(), await waiters[1]!.join()]).toEqual([
      [1, 42, 5],
      [2, 42, 5],
    ]);
    expect([await go.wait(), t.cycle]).toEqual([42, 5]);
    go.clear();
    expect(go.isSet).toBe(false);
  }));

test('a lock is held by one task at a time, in the order of asking', () =>
  simulate(Counter, {}, async (_, t) => {
    const bus = t.lock('bus');
    const seen: string[] = [];
    const user = (name: string) => () =>
      bus.use(async () => {
        seen.push(`${name} from ${t.cycle}`);
        await t.step(3);
      });
    for (const task of ['a', 'b', 'c'].map((name) => t.fork(user(name)))) await task.join();
    expect(seen).toEqual(['a from 0', 'b from 3', 'c from 6']);
    expect(bus.isHeld).toBe(false);
    expect(() => bus.release()).toThrow('release of bus: nobody holds it');
    await expect(
      bus.use(() => {
        throw new Error('inside');
      }),
    ).rejects.toThrow('inside');
    expect(bus.isHeld).toBe(false);
  }));

test('a queue keeps order, waits when empty and when full', () =>
  simulate(Counter, {}, async (_, t) => {
    const queue = t.queue<number>({ capacity: 2, name: 'results' });
    const seen: string[] = [];
    const producer = t.fork(async () => {
      for (let i = 0; i < 5; i++) {
        await queue.put(i);
        seen.push(`put ${i} at ${t.cycle}`);
      }
    });
    await t.step(4);
    for (let i = 0; i < 5; i++) {
      seen.push(`got ${await queue.get()} at ${t.cycle}`);
      await t.step();
    }
    await producer.join();
    expect(seen).toEqual([
      ...['put 0 at 0', 'put 1 at 0', 'got 0 at 4', 'put 2 at 4', 'got 1 at 5', 'put 3 at 5'],
      ...['got 2 at 6', 'put 4 at 6', 'got 3 at 7', 'got 4 at 8'],
    ]);
    expect([queue.tryGet(), queue.size]).toEqual([undefined, 0]);
    const gets = [t.fork(() => queue.get()), t.fork(() => queue.get())];
    await t.step();
    await queue.put(10);
    await queue.put(11);
    expect([await gets[0]!.join(), await gets[1]!.join()]).toEqual([10, 11]);
  }));

test('first takes the other waits back', () =>
  simulate(Dot, {}, async (dut, t) => {
    const result = await t.first(dut.out.recv(), t.step(7));
    expectTypeOf(result).extract<bigint>().toEqualTypeOf<bigint>();
    expect([result, t.cycle]).toEqual([undefined, 7]);
    // The value goes to the next who wants one, not to the wait that was taken back.
    const sum = dut.out.recv();
    await dut.in.send(beat(3));
    expect(await sum).toBe(3n);
    const slow = t.fork(async () => {
      await t.step(50);
      return 'slow';
    });
    expect(await t.first(slow, t.clockCycles(2))).toBe(undefined);
    expect(await t.all(slow, t.timer('1us'))).toEqual(['slow', undefined]);
  }));

test('a limit of cycles passes time when nobody else does', () =>
  simulate(Dot, {}, async (_, t) => {
    await sleep(20);
    await expect(t.withTimeout(new Promise(() => {}), 10)).rejects.toThrow('is not over after 10 cycles');
    expect(t.cycle).toBe(10);
  }));

test('withTimeout gives the result or says what did not come', () =>
  simulate(Dot, {}, async (dut, t) => {
    const late = t.withTimeout(dut.out.recv(), 30);
    await expect(late).rejects.toThrow(SimTimeout);
    await expect(late).rejects.toThrow('recv on out (0 of 1 taken) is not over after 30 cycles, at cycle 30');
    await expect(t.withTimeout(dut.out.recv(), '50ns')).rejects.toThrow(
      'is not over after 50ns, at cycle 35',
    );
    const sum = t.withTimeout(dut.out.recv(), 30);
    await dut.in.send(beat(9));
    const value: bigint = await sum;
    expect(value).toBe(9n);
    await expect(t.withTimeout(Promise.reject(new Error('own')), 5)).rejects.toThrow('own');
    expect(t.cycle).toBeLessThan(40);
  }));

test('a cancelled task is told where it waits, and cleans up', () =>
  simulate(Dot, {}, async (dut, t) => {
    const log: string[] = [];
    const stepper = t.fork(async (own) => {
      try {
        for (;;) await own.step();
      } catch (error) {
        log.push(`${(error as Error).name} at ${own.cycle}`);
        throw error;
      }
    });
    const receiver = t.fork(async (own) => own.own(dut.out.recv()));
    await t.step(4);
    stepper.cancel('enough');
    receiver.cancel();
    await expect(stepper.join()).rejects.toThrow(new TaskCancelled('enough'));
    await expect(receiver.join()).rejects.toThrow('the task was cancelled');
    expect([log, stepper.done, t.cycle]).toEqual([['TaskCancelled at 4'], true, 4]);
    await t.step();
    expect(dut.out.ready.peek()).toBe(false);
    const sum = dut.out.recv();
    await dut.in.send(beat(8));
    expect(await sum).toBe(8n);
    // Nobody joins it: being cancelled is no failure.
    t.fork(async (own) => own.timer('1ms')).cancel();
    await t.step(3);
  }));

test('a value that is offered stays offered when its send is taken back', () =>
  simulate(Dot, {}, async (dut, t) => {
    await dut.in.send(beat(1));
    const sender = t.fork((own) => own.own(dut.in.send(beat(2), beat(3), beat(4))));
    await t.step(3);
    expect([dut.in.valid.peek(), dut.in.ready.peek()]).toEqual([true, false]);
    sender.cancel();
    await expect(sender.join()).rejects.toThrow(TaskCancelled);
    await t.step();
    expect(dut.in.valid.peek()).toBe(true);
    expect(await dut.out.take(2)).toEqual([1n, 2n]);
    await expect(t.withTimeout(dut.out.recv(), 20)).rejects.toThrow('is not over');
  }));

test('maxCycles ends a test that never would, and says who waits', async () => {
  const run = simulate(Counter, {}, { maxCycles: 100 }, async (dut, t) => {
    t.fork(async () => {
      for (;;) await t.step(7);
    });
    const never = t.event('done');
    t.fork(() => never.wait());
    await t.risingEdge(dut.en);
  });
  const message = await messageOf(run);
  expect(message).toContain('the test is not over after 100 cycles (maxCycles); waiting at cycle 100:');
  for (const wait of ['risingEdge of en (since cycle 0)', 'step until cycle 105', 'wait on done'])
    expect(message).toContain(`\n  ${wait}\n`);
  await expect(
    simulate(Counter, {}, { maxCycles: 10 }, (_, t) => {
      for (;;) t.tick();
    }),
  ).rejects.toThrow('not over after 10 cycles');
});

test('an abort signal ends a run, and says who waits', async () => {
  // Built before: the signal would end the build as well.
  const dut = await openDut(Counter.elaborate({}));
  const run = dut.run(
    async (_, t) => {
      for (;;) await t.step();
    },
    { signal: AbortSignal.timeout(50) },
  );
  expect(await messageOf(run)).toMatch(
    /^the run was aborted \(.*timeout.*\); waiting at cycle \d+:\n {2}step /,
  );
  const late = dut.run((_, t) => t.step(), { signal: AbortSignal.abort() });
  expect(await messageOf(late)).toContain('the run was aborted');
  dut.close();
});

test('tasks that only wait for each other are told so', async () => {
  const run = simulate(Counter, {}, async (_, t) => {
    const [a, b] = [t.lock('a'), t.lock('b')];
    const task = t.fork(() =>
      a.use(async () => {
        await t.step();
        await b.acquire();
      }),
    );
    await b.use(async () => {
      await t.step();
      await a.acquire();
    });
    await task.join();
  });
  const message = await messageOf(run);
  expect(message).toContain('nobody waits for time to pass, so nothing can happen; waiting at cycle 1:');
  expect(message).toContain('acquire of a\n  acquire of b');
});
