// The ways to drive a design that the benches measure, written as a test would be.
// Invariant: each does the work of its mode in harness.ts once per cycle, through the public interface alone.

import type { Ports } from '@gatewright/hdl-core';
import type { Dut, OpenDut, Testbench } from '../src/index.ts';
import type { Mode } from './harness.ts';

/** Runs so many cycles. */
export type Body = (dut: Dut<Ports>, t: Testbench, cycles: number) => Promise<void> | void;

export interface Way {
  readonly name: string;
  readonly mode: Mode;
  readonly body: Body;
}

/** A port as the loops below use it, whatever it is. */
interface Plain {
  peek(): unknown;
  poke(value: unknown): void;
}
const plain = (dut: Dut<Ports>, name: string): Plain => (dut as unknown as Record<string, Plain>)[name]!;

/** Cycles that nobody looks at. */
export const run: Way = { name: 'step(n)', mode: 'run', body: (_, t, cycles) => t.step(cycles) };

/** One poke and one peek per cycle, in the ways that there are. */
export const pokes = (input: string, output: string): Way[] => [
  {
    name: 'poke, tick, peek',
    mode: 'poke',
    body(dut, t, cycles) {
      const [i, o] = [plain(dut, input), plain(dut, output)];
      for (let n = 0; n < cycles; n++) {
        i.poke((n & 1) === 1);
        t.tick();
        o.peek();
      }
    },
  },
  {
    name: 'poke, await step, peek',
    mode: 'poke',
    async body(dut, t, cycles) {
      const [i, o] = [plain(dut, input), plain(dut, output)];
      for (let n = 0; n < cycles; n++) {
        i.poke((n & 1) === 1);
        await t.step();
        o.peek();
      }
    },
  },
  {
    name: 'two tasks, each awaits every cycle',
    mode: 'poke',
    async body(dut, t, cycles) {
      const [i, o] = [plain(dut, input), plain(dut, output)];
      const clock = t.clock();
      const monitor = t.fork(async () => {
        for (let n = 0; n < cycles; n++) {
          await t.risingEdge(clock);
          o.peek();
        }
      });
      for (let n = 0; n < cycles; n++) {
        i.poke((n & 1) === 1);
        await t.risingEdge(clock);
      }
      await monitor.join();
    },
  },
];

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Nanoseconds per cycle. */
export async function measure(dut: OpenDut<Ports>, { body }: Way, cycles: number): Promise<number> {
  let took = 0;
  await dut.run(async (ports, t) => {
    const begin = performance.now();
    await body(ports, t, cycles);
    took = performance.now() - begin;
  });
  return (took * 1e6) / cycles;
}
