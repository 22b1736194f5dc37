// The speed of testbenches: every way to drive a design beside a plain C++ harness on the same Verilated model, in one run.
// Invariant: only ratios are reported. Each round measures the harness and all ways one after the other; the figure is the
// median over the rounds, so that a busy machine moves all of them alike.
//
//   npm run speed                 all designs
//   npm run speed -- TinyMac      some
//   ROUNDS=9 npm run speed        more rounds

import type { Circuit, Ports } from '@gatewright/hdl-core';
import { MixPeArray, MixPeLane } from '@gatewright/pe-gen';
import { type Dut, openDut } from '../src/index.ts';
import { Irregular, Mac, Systolic, TinyMac } from './designs.ts';
import { buildHarness } from './harness.ts';
import { measure, median, pokes, run, streams, type Way } from './ways.ts';

const rounds = Number(process.env.ROUNDS ?? 5);
const chosen = process.argv.slice(2);
const backends = (process.env.BACKENDS ?? 'verilator,native').split(',') as ('verilator' | 'native')[];

interface Case {
  readonly name: string;
  readonly circuit: Circuit<Ports>;
  readonly poke?: string;
  readonly peek?: string;
  /** Inputs that hold a value all the time, so that the design works: by port, with what a test pokes. */
  readonly hold?: Readonly<Record<string, unknown>>;
  /** Cycles per measurement. */
  readonly cycles: number;
  readonly ways: readonly Way[];
}

const column = <A extends { [i: number]: number }>(array: A & { length: number }, mask: number): A => {
  let seed = 1;
  for (let i = 0; i < array.length; i++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    array[i] = (seed >>> 8) & mask;
  }
  return array;
};

const macColumns = (cycles: number) => ({
  a: column(new Int8Array(8 * cycles), 255),
  b: column(new Int8Array(8 * cycles), 255),
  last: column(new Uint8Array(cycles), 1),
});
const once = <T>(make: (cycles: number) => T): ((cycles: number) => T) => {
  let made: { readonly cycles: number; readonly value: T } | undefined;
  return (cycles) => {
    if (made?.cycles !== cycles) made = { cycles, value: make(cycles) };
    return made.value;
  };
};
const macData = once(macColumns);
const macValues = once((cycles) => {
  const { a, b, last } = macColumns(cycles);
  const part = (array: Int8Array, i: number) => Array.from(array.subarray(8 * i, 8 * i + 8));
  return Array.from({ length: cycles }, (_, i) => ({ a: part(a, i), b: part(b, i), last: last[i] === 1 }));
});
const lasts = once((cycles) => macData(cycles).last.reduce((sum, bit) => sum + bit, 0));

const lane = MixPeLane.elaborate({}) as unknown as Circuit<Ports>;
const array = MixPeArray.elaborate({}) as unknown as Circuit<Ports>;

const cases: readonly Case[] = [
  {
    name: 'TinyMac',
    circuit: TinyMac.elaborate({}) as unknown as Circuit<Ports>,
    poke: 'clear',
    peek: 'sum',
    cycles: 1_000_000,
    ways: [run, ...pokes('clear', 'sum')],
  },
  {
    name: 'Mac, 8 lanes',
    circuit: Mac.elaborate({}) as unknown as Circuit<Ports>,
    cycles: 1_000_000,
    ways: [
      run,
      {
        name: 'sendColumns, takeColumns',
        mode: 'stream',
        async body(d, _, cycles) {
          const dut = d as unknown as Dut<ReturnType<typeof Mac.ports>>;
          const data = macData(cycles);
          await Promise.all([dut.in.sendColumns(data), dut.out.takeColumns(lasts(cycles))]);
        },
      },
      {
        name: 'sendAll, take',
        mode: 'stream',
        async body(d, _, cycles) {
          const dut = d as unknown as Dut<ReturnType<typeof Mac.ports>>;
          const data = macValues(cycles);
          await Promise.all([dut.in.sendAll(data), dut.out.take(data.filter(({ last }) => last).length)]);
        },
      },
    ],
  },
  {
    name: 'Systolic, 16 x 16',
    circuit: Systolic.elaborate({}) as unknown as Circuit<Ports>,
    poke: 'clear',
    peek: 'corner',
    hold: {
      enable: true,
      left: Array.from({ length: 16 }, (_, i) => 7 * i - 50),
      above: Array.from({ length: 16 }, (_, i) => 90 - 11 * i),
    },
    cycles: 100_000,
    ways: [run, ...pokes('clear', 'corner')],
  },
  {
    name: 'MixPE lane',
    circuit: lane,
    cycles: 200_000,
    ways: [run, streams(lane)],
  },
  {
    name: 'MixPE array, 8 x 8',
    circuit: array,
    cycles: 20_000,
    // Random values do not make whole tiles: the array would wait for ever.
    ways: [run],
  },
  {
    name: 'Irregular, 1500 registers',
    circuit: Irregular.elaborate({}) as unknown as Circuit<Ports>,
    poke: 'seed',
    peek: 'folded',
    cycles: 50_000,
    ways: [run, ...pokes('seed', 'folded')],
  },
];

for (const { name, circuit, poke, peek, hold = {}, cycles, ways } of cases) {
  if (chosen.length > 0 && !chosen.some((word) => name.startsWith(word))) continue;
  const duts = await Promise.all(
    backends.map(async (backend) => ({ backend, dut: await openDut(circuit, { backend, optimise: 'O3' }) })),
  );
  const model = duts.find(({ backend }) => backend === 'verilator')!.dut.verilogDirectory!;
  const harness = await buildHarness(circuit, model, {
    ...(poke !== undefined && { poke }),
    ...(peek !== undefined && { peek }),
    hold,
  });
  console.log(`\n${name.padEnd(36)} ${['C++', ...backends].map((head) => head.padStart(10)).join('')}`);
  for (const way of ways) {
    const ratios = backends.map((): number[] => []);
    for (const { dut } of duts) await measure(dut, way, cycles, hold);
    for (let round = 0; round < rounds; round++) {
      const base = harness.measure(way.mode, cycles);
      for (const [i, { dut }] of duts.entries())
        ratios[i]!.push(base / (await measure(dut, way, cycles, hold)));
    }
    const figures = ['1.00', ...ratios.map((list) => median(list).toFixed(2))];
    console.log(`  ${way.name.padEnd(34)} ${figures.map((figure) => figure.padStart(10)).join('')}`);
  }
  for (const { dut } of duts) dut.close();
}
