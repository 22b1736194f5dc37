// Cycles per second of the bridge: streams of wide bundles, and plain ports. One iteration is 10,000 cycles.

import { afterAll, bench, describe } from 'vitest';
import { Counter, Dot } from '../../test/designs.ts';
import { openDut } from './open-dut.ts';

const cycles = 10_000;
const dot = await openDut(Dot.elaborate({ lanes: 16 }));
const counter = await openDut(Counter.elaborate({ width: 32 }));
afterAll(() => {
  dot.close();
  counter.close();
});

const beats = Array.from({ length: cycles }, (_, i) => ({
  a: Array.from({ length: 16 }, (_, k) => ((i * 7 + k) % 256) - 128),
  b: Array.from({ length: 16 }, (_, k) => BigInt(((i * 5 + k * 3) % 256) - 128)),
  last: true,
}));

describe('10,000 cycles', () => {
  bench('stream of 33 leaves in, one out: sendAll and take', async () => {
    await dot.run(async ({ in: input, out }) => {
      await Promise.all([input.sendAll(beats), out.take(cycles)]);
    });
  });

  bench('the same, 5,000 round trips of send and recv', async () => {
    await dot.run(async ({ in: input, out }) => {
      for (let i = 0; i < cycles / 2; i++) {
        void input.send(beats[i]!);
        await out.recv();
      }
    });
  });

  bench('plain ports: poke, step, peek', async () => {
    await counter.run(async (dut, t) => {
      for (let i = 0; i < cycles; i++) {
        dut.en.poke(i % 3 !== 0);
        await t.step();
        dut.count.peek();
      }
    });
  });

  bench('plain ports: one step of 10,000 cycles', async () => {
    await counter.run((_, t) => t.step(cycles));
  });
});
