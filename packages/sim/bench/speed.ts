// The speed of testbenches: every way to drive a design beside a plain C++ harness on the same Verilated model, in one run.
// Invariant: only ratios are reported. Each round measures the harness and all ways one after the other, for some tens of
// milliseconds each; the figure is the harness's fastest round by that of the way, which others on the machine disturb least.
// What can be chosen: `npm run speed -- --help`.

import { parseArgs } from 'node:util';
import type { Circuit, Ports } from '@gatewright/hdl-core';
import { MixPeArray, MixPeLane, mixpe, mixpeArray } from '@gatewright/pe-gen';
import { type Dut, openDut } from '../src/index.ts';
import { Dot } from '../test/designs.ts';
import { Irregular, Systolic, TinyMac } from './designs.ts';
import { buildHarness } from './harness.ts';
import { dataFile, randomData, type StreamData, unitData } from './stream-data.ts';
import { measure, pokes, run, streams, type Way } from './ways.ts';

const help = `npm run speed [-- [DESIGN...] [--way WAY] [--backend BACKEND] [--rounds N]]

  DESIGN      how the name of a design begins: TinyMac, Mac, Systolic, 'MixPE lane', 'MixPE array', Irregular; all by default
  --way       how the name of a row begins: 'step(n)', 'poke, tick', 'poke, await', 'two tasks', sendColumns, sendAll;
              may be given several times; all by default
  --backend   verilator or native; may be given several times; both by default
  --rounds    rounds per row, 11 by default: more of them on a busier machine`;
const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', default: false },
    way: { type: 'string', multiple: true, default: [''] },
    backend: { type: 'string', multiple: true, default: ['verilator', 'native'] },
    rounds: { type: 'string', default: '11' },
  },
});
if (options.help) {
  console.log(help);
  process.exit();
}
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new RangeError(`--rounds ${options.rounds}: pass a whole number from 1`);
const backends = options.backend.map((name) => {
  if (name === 'verilator' || name === 'native') return name;
  throw new RangeError(`--backend ${name}: there is verilator, and native`);
});
const begins = (name: string, words: readonly string[]): boolean =>
  words.some((word) => name.startsWith(word));

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

const mac = Dot.elaborate({ lanes: 8 }) as unknown as Circuit<Ports>;
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
          const dut = d as unknown as Dut<ReturnType<typeof Dot.ports>>;
          await Promise.all([dut.in.sendColumns(macColumns), dut.out.takeColumns(sums)]);
        },
      },
      {
        name: 'sendAll, take',
        mode: 'stream',
        async body(d) {
          const dut = d as unknown as Dut<ReturnType<typeof Dot.ports>>;
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

const wanted = cases
  .filter(({ name }) => chosen.length === 0 || begins(name, chosen))
  .map((one) => ({ ...one, ways: one.ways.filter(({ name }) => begins(name, options.way)) }))
  .filter(({ ways }) => ways.length > 0);
if (wanted.length === 0) throw new RangeError(`nothing is chosen; what there is:\n${help}`);

for (const { name, circuit, poke, peek, hold = {}, cycles, ways, data } of wanted) {
  const open = (backend: 'verilator' | 'native') => openDut(circuit, { backend, optimise: 'O3' });
  const duts = await Promise.all(backends.map(open));
  // The harness is built around the model of Verilator, measured or not.
  const model = duts.find(({ backend }) => backend === 'verilator') ?? (await open('verilator'));
  const harness = await buildHarness(circuit, model.verilogDirectory!, {
    ...(poke !== undefined && { poke }),
    ...(peek !== undefined && { peek }),
    hold,
  });
  const rows = data && { counts: data.map(({ count }) => count), file: dataFile(data) };
  console.log(`\n${name.padEnd(36)} ${['C++', ...backends].map((head) => head.padStart(10)).join('')}`);
  for (const way of ways) {
    const base: number[] = [];
    const own = backends.map((): number[] => []);
    for (const dut of duts) await measure(dut, way, cycles, hold);
    for (let round = 0; round < rounds; round++) {
      base.push(harness.measure(way.mode, cycles, rows));
      for (const [i, dut] of duts.entries()) own[i]!.push(await measure(dut, way, cycles, hold));
    }
    const figures = ['1.00', ...own.map((list) => (Math.min(...base) / Math.min(...list)).toFixed(2))];
    console.log(`  ${way.name.padEnd(34)} ${figures.map((figure) => figure.padStart(10)).join('')}`);
  }
  for (const dut of new Set([...duts, model])) dut.close();
}
