// The ways to drive a design that the benches measure, written as a test would be.
// Invariant: each does the work of its mode in harness.ts once per cycle, through the public interface alone.

import type { Circuit, Ports } from '@gatewright/hdl-core';
import type { Dut, OpenDut, Testbench } from '../src/index.ts';
import type { Mode } from './harness.ts';
import type { StreamData } from './stream-data.ts';

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

/** What a port is poked with, in turn. */
const levelsOf = (port: Plain): readonly unknown[] => (port.peek() === false ? [false, true] : [0, 1]);

/** Cycles that nobody looks at. */
export const run: Way = { name: 'step(n)', mode: 'run', body: (_, t, cycles) => t.step(cycles) };

/** One poke and one peek per cycle, in the ways that there are. */
export const pokes = (input: string, output: string): Way[] => [
  {
    name: 'poke, tick, peek',
    mode: 'poke',
    body(dut, t, cycles) {
      const [i, o] = [plain(dut, input), plain(dut, output)];
      const levels = levelsOf(i);
      for (let n = 0; n < cycles; n++) {
        i.poke(levels[n & 1]);
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
      const levels = levelsOf(i);
      for (let n = 0; n < cycles; n++) {
        i.poke(levels[n & 1]);
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
      const levels = levelsOf(i);
      const clock = t.clock();
      const monitor = t.fork(async () => {
        for (let n = 0; n < cycles; n++) {
          await t.risingEdge(clock);
          o.peek();
        }
      });
      for (let n = 0; n < cycles; n++) {
        i.poke(levels[n & 1]);
        await t.risingEdge(clock);
      }
      await monitor.join();
    },
  },
];

interface Streams {
  sendColumns(columns: unknown): Promise<void>;
  takeColumns(count: number): Promise<unknown>;
}

/** Columns of values through all streams of a design; it runs as many cycles as they need. */
export function streams(circuit: Circuit<Ports>, data: readonly StreamData[]): Way {
  const outputs = circuit.top.groups.filter(
    ({ type, direction }) => type.kind === 'stream' && direction === 'out',
  );
  return {
    name: 'sendColumns, takeColumns',
    mode: 'stream',
    async body(dut, _, cycles) {
      const handles = dut as unknown as Record<string, Streams>;
      for (const { name } of outputs) void handles[name]!.takeColumns(cycles);
      // Streams do not need equally many values: the first that runs dry ends it.
      await Promise.race(data.map(({ name, columns }) => handles[name]!.sendColumns(columns)));
    },
  };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Nanoseconds per cycle. */
export async function measure(
  dut: OpenDut<Ports>,
  { body }: Way,
  cycles: number,
  hold: Readonly<Record<string, unknown>> = {},
): Promise<number> {
  let took = 0;
  let passed = 1;
  await dut.run(async (ports, t) => {
    for (const [name, value] of Object.entries(hold)) plain(ports, name).poke(value);
    const begin = performance.now();
    await body(ports, t, cycles);
    took = performance.now() - begin;
    passed = t.cycle;
  });
  return (took * 1e6) / passed;
}
