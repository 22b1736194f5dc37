// The stream parts: order and contents against their models under random stalls, and throughput without any.

import { type NarrowBeat, narrowBeats, type WideBeat, widenBeats } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import { describe, expect, test } from 'vitest';
import { randomNumbers } from '../../test/float-formats.ts';
import { SkidBuffer } from './skid-buffer.ts';
import { StreamArbiter } from './stream-arbiter.ts';
import { StreamFifo } from './stream-fifo.ts';
import { WidthDownConverter, WidthUpConverter } from './width-converter.ts';

const numbers = (count: number, seed = 1): bigint[] => {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, () => BigInt(random()));
};
const stalled = [
  { stalls: undefined },
  { stalls: { in: 0.5, out: 0.5, seed: 3 } },
  { stalls: { in: 0, out: 0.8, seed: 4 } },
  { stalls: { in: 0.8, out: 0, seed: 5 } },
];

describe.each([
  ...(['forward', 'backward', 'full'] as const).map((kind) => ({
    module: SkidBuffer,
    params: { kind },
    latency: 1,
  })),
  ...[2, 3, 8, 100].map((depth) => ({ module: StreamFifo, params: { depth }, latency: 2 })),
])('$module.name $params', ({ module, params, latency }) => {
  const words = numbers(300);

  test.each(stalled)('keeps the order, stalls $stalls', async (options) => {
    const got = await simulate(module as typeof SkidBuffer, params as object, options, async (dut, t) => {
      const sent = t.fork(() => dut.in.sendAll(words));
      const received = await dut.out.take(words.length);
      await sent.join();
      return received;
    });
    expect(got).toEqual(words);
  });

  test('a word per cycle', async () => {
    const cycles = await simulate(module as typeof SkidBuffer, params as object, async (dut, t) => {
      const start = t.cycle;
      t.fork(() => dut.in.sendAll(words));
      await dut.out.take(words.length);
      return t.cycle - start;
    });
    expect(cycles).toBeLessThanOrEqual(words.length + latency);
  });
});

test.each([2, 3, 16])('StreamFifo holds depth + 1 words, depth %d, and says how many', async (depth) => {
  await simulate(StreamFifo, { depth }, async (dut, t) => {
    const words = numbers(depth + 2);
    t.fork(() => dut.in.sendAll(words));
    await t.step(depth + 4);
    expect(dut.in.ready.peek()).toBe(false);
    expect(dut.level.peek()).toBe(BigInt(depth));
    expect(await dut.out.take(words.length)).toEqual(words);
    await t.step();
    expect(dut.level.peek()).toBe(0n);
  });
});

describe('StreamArbiter', () => {
  const from = (index: number, count: number) =>
    Array.from({ length: count }, (_, i) => BigInt(index * 1000 + i));
  type Ends = Record<`in_${number}`, { sendAll(values: readonly bigint[]): Promise<void> }>;

  test.each(['priority', 'round-robin'] as const)(
    '%s: all transfers, each input in order',
    async (policy) => {
      for (const stalls of [undefined, { in: 0.4, out: 0.4, seed: 2 }]) {
        await simulate(StreamArbiter, { inputs: 3, policy }, { stalls }, async (dut, t) => {
          const ends = dut as unknown as Ends;
          for (let i = 0; i < 3; i++) t.fork(() => ends[`in_${i}`]!.sendAll(from(i, 50)));
          const got = await dut.out.take(150);
          for (const { payload, grant } of got) expect(grant).toBe(1n << (payload / 1000n));
          for (let i = 0; i < 3; i++)
            expect(got.map((g) => g.payload).filter((p) => p / 1000n === BigInt(i))).toEqual(from(i, 50));
        });
      }
    },
  );

  test.each([
    ['priority', [0, 0, 0, 1, 1, 1, 2, 2, 2]],
    ['round-robin', [0, 1, 2, 0, 1, 2, 0, 1, 2]],
  ] as const)('%s: the order when all are waiting', async (policy, order) => {
    const got = await simulate(StreamArbiter, { inputs: 3, policy }, async (dut, t) => {
      const ends = dut as unknown as Ends;
      for (let i = 0; i < 3; i++) t.fork(() => ends[`in_${i}`]!.sendAll(from(i, 3)));
      await t.step(3);
      return dut.out.take(9);
    });
    expect(got.map(({ payload }) => Number(payload / 1000n))).toEqual(order);
  });
});

describe.each([2, 3, 4, 8])('width converters, ratio %d', (ratio) => {
  const random = randomNumbers(ratio);
  const narrow: NarrowBeat[] = Array.from({ length: 400 }, () => ({
    payload: BigInt(random() & 0xff),
    last: random() % 5 === 0,
  }));
  narrow.push({ payload: 1n, last: true });
  const wide = widenBeats(narrow, ratio);
  const pins = ({ lanes, last }: WideBeat) => ({
    payload: Array.from({ length: ratio }, (_, i) => lanes[i] ?? 0n),
    keep: (1n << BigInt(lanes.length)) - 1n,
    last,
  });

  test.each(stalled)('up, stalls $stalls', async (options) => {
    const got = await simulate(WidthUpConverter, { ratio }, options, (dut, t) => {
      t.fork(() => dut.in.sendAll(narrow));
      return dut.out.take(wide.length);
    });
    const kept = got.map(({ payload, keep, last }) => ({
      lanes: payload.filter((_, i) => (keep >> BigInt(i)) % 2n === 1n),
      last,
    }));
    expect(kept).toEqual(wide);
  });

  test.each(stalled)('down, stalls $stalls', async (options) => {
    const got = await simulate(WidthDownConverter, { ratio }, options, (dut, t) => {
      t.fork(() => dut.in.sendAll(wide.map(pins)));
      return dut.out.take(narrow.length);
    });
    expect(got).toEqual(narrowBeats(wide));
  });

  test('a narrow beat per cycle, both ways', async () => {
    const up = await simulate(WidthUpConverter, { ratio }, async (dut, t) => {
      t.fork(() => dut.in.sendAll(narrow));
      await dut.out.take(wide.length);
      return t.cycle;
    });
    const down = await simulate(WidthDownConverter, { ratio }, async (dut, t) => {
      t.fork(() => dut.in.sendAll(wide.map(pins)));
      await dut.out.take(narrow.length);
      return t.cycle;
    });
    expect(Math.max(up, down)).toBeLessThanOrEqual(narrow.length + 3);
  });
});
