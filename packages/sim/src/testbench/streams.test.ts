// Streams: transfers, back-pressure, stalls, handshake rules.

import { expect, test } from 'vitest';
import { Dot, Slice } from '../../test/designs.ts';
import { openDut } from './open-dut.ts';
import { simulate } from './simulate.ts';

const beat = (a: number, b: number, last = true) => ({ a: [a, 0], b: [b, 0], last });

test('values go through in order, one per cycle', async () => {
  const sums = await simulate(Dot, { lanes: 2 }, async (dut, t) => {
    const sent = dut.in.send(
      { a: [1, 2], b: [3, 4], last: false },
      { a: [-1n, 0], b: [3, 4], last: true },
      { a: [-128, -128], b: [-128, -128], last: true },
    );
    const first: bigint = await dut.out.recv();
    expect(t.cycle).toBe(3);
    const rest: bigint[] = await dut.out.take(1);
    await sent;
    expect(t.cycle).toBe(4);
    return [first, ...rest];
  });
  expect(sums).toEqual([8n, 32768n]);
});

test('calls are served in order; nothing to do is done at once', () =>
  simulate(Dot, {}, async (dut, t) => {
    await Promise.all([dut.in.send(), dut.in.sendAll([]), dut.out.take(0)]);
    expect(t.cycle).toBe(0);
    const sends = [
      dut.in.send(beat(2, 3)),
      dut.in.sendAll([beat(4, 5), beat(6, 7)]),
      dut.in.send(beat(8, 9)),
    ];
    const [a, b, c] = await Promise.all([dut.out.recv(), dut.out.take(2), dut.out.recv()]);
    await Promise.all(sends);
    expect([a, b, c]).toEqual([6n, [20n, 42n], 72n]);
  }));

test('ready is high only while a value is wanted, valid until it is accepted', () =>
  simulate(Dot, {}, async (dut, t) => {
    let accepted = 0;
    const sending = t.fork(async () => {
      for (const x of [1, 2]) {
        await dut.in.send(beat(x, 10));
        accepted = x;
      }
    });
    await t.step(5);
    // The first sum fills the output register; the second beat is offered and not taken.
    expect([accepted, dut.out.valid.peek(), dut.out.ready.peek(), dut.out.data.peek()]).toEqual([
      1,
      true,
      false,
      10n,
    ]);
    expect([dut.in.valid.peek(), dut.in.ready.peek()]).toEqual([true, false]);
    expect(await dut.out.recv()).toBe(10n);
    await sending.join();
    expect(t.cycle).toBe(6);
    expect(await dut.out.recv()).toBe(20n);
    await t.step();
    expect([dut.in.valid.peek(), dut.out.ready.peek()]).toEqual([false, false]);
  }));

test('stalls are reproducible by seed and change nothing but time', async () => {
  const dut = await openDut(Dot.elaborate({ lanes: 2 }));
  const beats = Array.from({ length: 500 }, (_, i) => beat((i % 200) - 100, 3));
  const run = (stalls?: { in?: number; out?: number; seed?: number }) =>
    dut.run(
      async ({ in: input, out }, t) => {
        const [sums] = await Promise.all([out.take(500), input.sendAll(beats)]);
        return { sums, cycles: t.cycle };
      },
      { stalls },
    );
  const straight = await run();
  const [a, again, b, heavy] = [
    await run({ seed: 5 }),
    await run({ seed: 5 }),
    await run({ seed: 6 }),
    await run({ in: 0.9, out: 0 }),
  ];
  dut.close();
  expect(straight.cycles).toBe(501);
  for (const stalled of [a, b, heavy]) expect(stalled.sums).toEqual(straight.sums);
  expect(a).toEqual(again);
  expect(a.cycles).not.toBe(b.cycles);
  expect(a.cycles).toBeGreaterThan(900);
  expect(heavy.cycles).toBeGreaterThan(4000);
  await expect(
    openDut(Dot.elaborate({})).then((d) => d.run(() => {}, { stalls: { in: 1 } })),
  ).rejects.toThrow('stalls.in: 1 is not a probability below 1');
});

test('the payload of an idle input is noise while stalls are on, within the widths of its leaves', () =>
  simulate(Slice, {}, { stalls: { in: 0.9, out: 0 } }, async (dut, t) => {
    const value = dut.in.data.peek();
    const taking = dut.out.take(20);
    const sending = dut.in.sendAll(Array.from({ length: 20 }, () => value));
    const noise = new Set<string>();
    for (let i = 0; i < 50; i++) {
      await t.step();
      if (dut.in.valid.peek()) continue;
      const { u1, u8, s7, s13, u65, s130 } = dut.in.data.peek();
      noise.add(`${u8}`);
      expect(u1 < 2n && u8 < 256n && -64n <= s7 && s7 < 64n && -4096n <= s13 && s13 < 4096n).toBe(true);
      expect(u65 < 1n << 65n && s130 < 1n << 129n).toBe(true);
    }
    expect(noise.size).toBeGreaterThan(10);
    expect(await taking).toEqual(Array.from({ length: 20 }, () => value));
    await sending;
  }));

test('a list longer than a chunk is sent whole; a bad value late in it fails the send', () =>
  simulate(Dot, {}, async (dut) => {
    const beats = Array.from({ length: 5000 }, (_, i) => beat(i % 100, 1));
    const sent = dut.in.sendAll(beats);
    expect(await dut.out.take(5000)).toEqual(beats.map(({ a }) => BigInt(a[0]!)));
    await sent;
    const late = dut.in.sendAll(beats.with(3000, beat(0, 999)));
    const taking = dut.out.take(2048);
    await expect(late).rejects.toThrow('in.b[0]: 999 does not fit sint(8) (-128..127)');
    expect((await taking).at(-1)).toBe(47n);
  }));

test('one model serves many bodies, one at a time', async () => {
  const dut = await openDut(Dot.elaborate({}));
  const once = (x: number) =>
    dut.run(async ({ in: input, out }) => {
      await input.send(beat(x, x, false));
      await input.send(beat(1, 1));
      return out.recv();
    });
  expect([await once(2), await once(3)]).toEqual([5n, 10n]);
  await Promise.all([
    dut.run((_, t) => t.step(5)),
    expect(dut.run(() => {})).rejects.toThrow('another body is using this design'),
  ]);
  const leaked = await dut.run((d) => d);
  await dut.run(async () => {
    expect(() => leaked.out.valid.peek()).toThrow('peek on out.valid: the simulation has ended');
  });
  dut.close();
  dut.close();
  await expect(dut.run(() => {})).rejects.toThrow('the simulation is closed');
});

test('the types of streams', async () => {
  const types = (): Promise<void> =>
    simulate(Slice, {}, async (dut) => {
      // @ts-expect-error - fields are missing
      await dut.in.send({ flag: true });
      // @ts-expect-error - an output stream does not send
      await dut.out.send({});
      // @ts-expect-error - an input stream does not receive
      await dut.in.recv();
      const mode: 'Idle' | 'Run' | 'Halt' = (await dut.out.recv()).mode;
      const re: bigint | undefined = (await dut.out.take(1))[0]?.grid[0]?.[1]?.re;
      void [mode, re];
    });
  await expect(types()).rejects.toThrow('in: field mode');
});
