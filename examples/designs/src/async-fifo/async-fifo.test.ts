// The queue between clocks of many ratios and phases: nothing lost, nothing twice, in order, and full when it should be.

import { defineModule, inDomain, input, output, regs, uint } from '@gatewright/hdl-core';
import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { expectReviewedVerilog } from '../../test/verilog-of.ts';
import { AsyncFifo, writer } from './async-fifo.ts';

const streamClocks = { in: 'writer_clk', out: 'clk' };
const words = Array.from({ length: 200 }, (_, i) => (i * 40503) & 0xffff);

test('the Verilog is as reviewed, and clean in three tools', async () => {
  await expectReviewedVerilog(AsyncFifo.elaborate(), import.meta.dirname);
});

test.each(['native', 'verilator'] as const)(
  'clocks of any ratio and phase, under back-pressure: %s',
  async (backend) => {
    const timing = fc.record({
      write: fc.integer({ min: 3, max: 30 }),
      read: fc.integer({ min: 3, max: 30 }),
      phase: fc.integer({ min: 0, max: 10 }),
      stallIn: fc.constantFrom(0, 0.3, 0.8),
      stallOut: fc.constantFrom(0, 0.3, 0.8),
    });
    await fc.assert(
      fc.asyncProperty(timing, async ({ write, read, phase, stallIn, stallOut }) => {
        const clocks = {
          writer_clk: { period: `${write}ns`, phase: `${phase}ns` },
          clk: { period: `${read}ns` },
        } as const;
        const stalls = { in: stallIn, out: stallOut };
        const got = await simulate(AsyncFifo, {}, { backend, clocks, streamClocks, stalls }, async (dut) => {
          const sent = dut.in.sendAll(words);
          const received = await dut.out.take(words.length);
          await sent;
          return received.map(Number);
        });
        expect(got).toEqual(words);
      }),
      { numRuns: 15 },
    );
  },
);

test.each([2, 8, 32])('%d words fit while nobody reads, and no more', (depth) =>
  simulate(AsyncFifo, { depth }, { streamClocks }, async (dut, t) => {
    let sent = 0;
    t.fork(async () => {
      for (const word of words) {
        await dut.in.send(word);
        sent++;
      }
    });
    await t.clockCycles(10 * depth);
    expect(sent).toBe(depth);
    expect(Number(await dut.out.recv())).toBe(words[0]);
  }),
);

test('the same crossing without its synchronisers is an error', () => {
  const Bare = defineModule({
    name: 'Bare',
    params: z.object({}),
    ports: () => ({ d: input(uint(4)), q: output(uint(4)) }),
    build(io) {
      const { made } = inDomain(writer, () => regs({ made: uint(4) }));
      inDomain(writer, () => made.next(io.d));
      const { taken } = regs({ taken: uint(4) });
      taken.next(made);
      io.q.set(taken);
    },
  });
  expect(() => Bare.elaborate()).toThrow('error[E08]');
});
