// The stream combinators: what goes in comes out, in order, under random stalls on every side, in the native back end and
// in Verilator at once, which must agree in every cycle; and what is offered stays until it is taken.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openDut, simulate } from '../src/index.ts';
import {
  arbiterOf,
  Chain,
  Demux,
  Diamond,
  Evens,
  Fork,
  Join,
  Mux,
  queueOf,
  stageOf,
} from './stream-designs.ts';

const bytes = (seed: number, count: number, max = 255n): bigint[] =>
  fc.sample(fc.bigInt(0n, max), { seed, numRuns: count });

const stalls = [
  { in: 0, out: 0 },
  { in: 0.5, out: 0 },
  { in: 0, out: 0.5 },
  { in: 0.4, out: 0.6 },
] as const;
const backend = 'both';
const sent = bytes(3, 120);

describe('one way', () => {
  const cases = [
    ['a queue of 1', queueOf(1), sent],
    ['a queue of 2', queueOf(2), sent],
    ['a queue of 5', queueOf(5), sent],
    ['a forward stage', stageOf('forward'), sent],
    ['a backward stage', stageOf('backward'), sent],
    ['a full stage', stageOf('full'), sent],
    ['a filter', Evens, sent.filter((v) => v % 2n === 0n).map((v) => v + 1n)],
    ['a chain', Chain, sent.filter((v) => v !== 7n)],
  ] as const;

  test.each(cases)('%s keeps the order and loses nothing', async (_, module, expected) => {
    const dut = await openDut(module.elaborate({}), { backend });
    try {
      for (const stall of stalls) {
        const got = await dut.run(
          async (d) => {
            const [received] = await Promise.all([d.out.take(expected.length), d.in.sendAll(sent)]);
            return received;
          },
          { stalls: { ...stall, seed: 5 } },
        );
        expect(got).toEqual(expected);
      }
    } finally {
      dut.close();
    }
  });

  test.each([
    ['forward', 1],
    ['backward', 0],
    ['full', 1],
  ] as const)('a %s stage takes a transfer every cycle, %i later', async (kind, latency) => {
    await simulate(stageOf(kind), {}, { backend }, async (dut, t) => {
      const all = dut.out.take(50);
      await dut.in.sendAll(sent.slice(0, 50));
      const start = t.cycle;
      await all;
      expect([start, t.cycle - start]).toEqual([50, latency]);
    });
  });

  test('a queue is full after as many as its depth, and empties into a stalled reader later', async () => {
    await simulate(queueOf(3), {}, { backend }, async (dut, t) => {
      const sending = dut.in.send(0, 1, 2, 3, 4);
      const ready: boolean[] = [];
      for (let i = 0; i < 5; i++) {
        await t.readOnly();
        ready.push(dut.in.ready.peek());
        await t.step();
      }
      expect(ready).toEqual([true, true, true, false, false]);
      expect(await dut.out.take(5)).toEqual([0n, 1n, 2n, 3n, 4n]);
      await sending;
      expect(dut.out.valid.peek()).toBe(false);
    });
  });
});

describe('several ways', () => {
  test.each(stalls)('a fork gives each branch everything: stalls %o', async (stall) => {
    await simulate(Fork, {}, { backend, stalls: { ...stall, seed: 9 } }, async (dut) => {
      const [a, b, c] = await Promise.all([
        dut.a.take(sent.length),
        dut.b.take(sent.length),
        dut.c.take(sent.length),
        dut.in.sendAll(sent),
      ]);
      expect([a, b, c]).toEqual([sent, sent, sent]);
    });
  });

  test('branches of a fork do not wait for each other', async () => {
    await simulate(Fork, {}, { backend }, async (dut) => {
      const sending = dut.in.send(1, 2);
      expect(await dut.a.recv()).toBe(1n);
      expect(await dut.c.recv()).toBe(1n);
      expect(dut.in.ready.peek()).toBe(false);
      expect(await dut.b.take(2)).toEqual([1n, 2n]);
      expect(await Promise.all([dut.a.recv(), dut.c.recv()])).toEqual([2n, 2n]);
      await sending;
    });
  });

  test.each(stalls)('a join pairs its streams: stalls %o', async (stall) => {
    const other = bytes(4, sent.length, 15n);
    await simulate(Join, {}, { backend, stalls: { ...stall, seed: 2 } }, async (dut) => {
      const [pairs] = await Promise.all([
        dut.out.take(sent.length),
        dut.a.sendAll(sent),
        dut.b.sendAll(other),
      ]);
      expect(pairs).toEqual(sent.map((a, i) => ({ a, b: other[i]! })));
    });
  });

  test.each(stalls)('a fork and a join around a stage do not block: stalls %o', async (stall) => {
    await simulate(Diamond, {}, { backend, stalls: { ...stall, seed: 2 } }, async (dut) => {
      const [pairs] = await Promise.all([dut.out.take(sent.length), dut.in.sendAll(sent)]);
      expect(pairs).toEqual(sent.map((v) => ({ old: v, new: (v + 3n) % 256n })));
    });
  });

  test.each(stalls)('a demultiplexer sends each where it belongs: stalls %o', async (stall) => {
    const to = (place: bigint): bigint[] => sent.filter((v) => (v % 4n > 1n ? 2n : v % 4n) === place);
    await simulate(Demux, {}, { backend, stalls: { ...stall, seed: 2 } }, async (dut) => {
      const [a, b, c] = await Promise.all([
        dut.a.take(to(0n).length),
        dut.b.take(to(1n).length),
        dut.c.take(to(2n).length),
        dut.in.sendAll(sent),
      ]);
      expect([a, b, c]).toEqual([to(0n), to(1n), to(2n)]);
    });
  });

  test('a multiplexer passes on the chosen stream and holds the other', async () => {
    await simulate(Mux, {}, { backend }, async (dut) => {
      const sending = Promise.all([dut.a.sendAll([1, 2]), dut.b.sendAll([3, 4])]);
      dut.choice.poke(1n);
      expect(await dut.out.take(2)).toEqual([3n, 4n]);
      dut.choice.poke(0n);
      expect(await dut.out.take(2)).toEqual([1n, 2n]);
      await sending;
    });
  });
});

describe('arbiters', () => {
  const lists = [sent.slice(0, 40), sent.slice(40, 80), sent.slice(80, 120)] as const;

  test.each((['priority', 'round-robin'] as const).flatMap((p) => stalls.map((s) => [p, s] as const)))(
    '%s: everything arrives, in the order of its stream, and an offer stands: stalls %o',
    async (policy, stall) => {
      await simulate(arbiterOf(policy), {}, { backend, stalls: { ...stall, seed: 6 } }, async (dut, t) => {
        const sending = Promise.all([
          dut.a.sendAll(lists[0]),
          dut.b.sendAll(lists[1]),
          dut.c.sendAll(lists[2]),
        ]);
        const seen: [bigint[], bigint[], bigint[]] = [[], [], []];
        const receiving = dut.out.take(120);
        let offered: string | undefined;
        while (seen.flat().length < 120) {
          await t.readOnly();
          const offer = `${dut.grant.peek()} ${dut.out.data.peek()}`;
          if (offered !== undefined) expect(offer).toBe(offered);
          const [valid, ready] = [dut.out.valid.peek(), dut.out.ready.peek()];
          if (valid && ready) seen[[1n, 2n, 4n].indexOf(dut.grant.peek())]!.push(dut.out.data.peek());
          offered = valid && !ready ? offer : undefined;
          await t.step();
        }
        expect(seen).toEqual(lists);
        await Promise.all([sending, receiving]);
      });
    },
  );

  const grants = async (policy: 'priority' | 'round-robin'): Promise<bigint[]> =>
    simulate(arbiterOf(policy), {}, { backend }, async (dut, t) => {
      const all = Promise.all([dut.a.send(1, 2, 3), dut.b.send(4, 5), dut.c.send(6, 7, 8), dut.out.take(8)]);
      const list: bigint[] = [];
      for (let i = 0; i < 8; i++) {
        await t.readOnly();
        list.push(dut.grant.peek());
        await t.step();
      }
      await all;
      return list;
    });
  test('round-robin takes turns, and passes over who has nothing', async () => {
    expect(await grants('round-robin')).toEqual([1n, 2n, 4n, 1n, 2n, 4n, 1n, 4n]);
  });
  test('priority serves the first', async () => {
    expect(await grants('priority')).toEqual([1n, 1n, 1n, 2n, 2n, 4n, 4n, 4n]);
  });
});
