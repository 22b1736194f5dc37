// The speed of testbenches: every way to drive a design beside a plain C++ harness on the same Verilated model, in one run.
// Invariant: only ratios are reported. Each round measures the harness and all ways one after the other, for some tens of
// milliseconds each; the figure is the harness's fastest round by that of the way, which others on the machine disturb least.
//
//   npm run speed                 all designs
//   npm run speed -- TinyMac      some
//   ROUNDS=25 npm run speed       more rounds

import type { Circuit, Ports } from '@gatewright/hdl-core';
import { MixPeArray, MixPeLane, mixpe, mixpeArray } from '@gatewright/pe-gen';
import { type Dut, openDut } from '../src/index.ts';
import { Irregular, Mac, Systolic, TinyMac } from './designs.ts';
import { buildHarness } from './harness.ts';
import { dataFile, randomData, type StreamData, unitData } from './stream-data.ts';
import { measure, pokes, run, streams, type Way } from './ways.ts';

const rounds = Number(process.env.ROUNDS ?? 11);
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
  /** What its input streams send. */
  readonly data?: readonly StreamData[];
}

const mac = Mac.elaborate({}) as unknown as Circuit<Ports>;
const macData = randomData(mac, 200_000);
const macColumns = macData[0]!.columns as {
  readonly a: Int8Array;
  readonly b: Int8Array;
  readonly last: Uint8Array;
};
const sums = macColumns.last.reduce((sum, bit) => sum + bit, 0);
const macValues = Array.from({ length: macColumns.last.length }, (_, i) => {
  const part = (array: Int8Array) => Array.from(array.subarray(8 * i, 8 * i + 8));
  return { a: part(macColumns.a), b: part(macColumns.b), last: macColumns.last[i] === 1 };
});
const lane = MixPeLane.elaborate({}) as unknown as Circuit<Ports>;
const laneData = unitData(lane, mixpe, 50_000);
const array = MixPeArray.elaborate({}) as unknown as Circuit<Ports>;
const arrayData = unitData(array, mixpeArray, 10_000);

const cases: readonly Case[] = [
  {
    name: 'TinyMac',
    circuit: TinyMac.elaborate({}) as unknown as Circuit<Ports>,
    poke: 'clear',
    peek: 'sum',
    cycles: 200_000,
    ways: [run, ...pokes('clear', 'sum')],
  },
  {
    name: 'Mac, 8 lanes',
    circuit: mac,
    cycles: 200_000,
    data: macData,
    ways: [
      run,
      {
        name: 'sendColumns, takeColumns',
        mode: 'stream',
        async body(d) {
          const dut = d as unknown as Dut<ReturnType<typeof Mac.ports>>;
          await Promise.all([dut.in.sendColumns(macColumns), dut.out.takeColumns(sums)]);
        },
      },
      {
        name: 'sendAll, take',
        mode: 'stream',
        async body(d) {
          const dut = d as unknown as Dut<ReturnType<typeof Mac.ports>>;
          await Promise.all([dut.in.sendAll(macValues), dut.out.take(sums)]);
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
    cycles: 20_000,
    ways: [run, ...pokes('clear', 'corner')],
  },
  {
    name: 'MixPE lane',
    circuit: lane,
    cycles: 50_000,
    data: laneData,
    ways: [run, streams(lane, laneData)],
  },
  {
    name: 'MixPE array, 8 x 8',
    circuit: array,
    cycles: 10_000,
    data: arrayData,
    ways: [run, streams(array, arrayData)],
  },
  {
    name: 'Irregular, 1500 registers',
    circuit: Irregular.elaborate({}) as unknown as Circuit<Ports>,
    poke: 'seed',
    peek: 'folded',
    cycles: 5_000,
    ways: [run, ...pokes('seed', 'folded')],
  },
];

for (const { name, circuit, poke, peek, hold = {}, cycles, ways, data } of cases) {
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
  const rows = data && { counts: data.map(({ count }) => count), file: dataFile(data) };
  console.log(`\n${name.padEnd(36)} ${['C++', ...backends].map((head) => head.padStart(10)).join('')}`);
  for (const way of ways) {
    const base: number[] = [];
    const own = backends.map((): number[] => []);
    for (const { dut } of duts) await measure(dut, way, cycles, hold);
    for (let round = 0; round < rounds; round++) {
      base.push(harness.measure(way.mode, cycles, rows));
      for (const [i, { dut }] of duts.entries()) own[i]!.push(await measure(dut, way, cycles, hold));
    }
    const figures = ['1.00', ...own.map((list) => (Math.min(...base) / Math.min(...list)).toFixed(2))];
    console.log(`  ${way.name.padEnd(34)} ${figures.map((figure) => figure.padStart(10)).join('')}`);
  }
  for (const { dut } of duts) dut.close();
}
