// A long run of the FP16 units: npm run deep -w @gatewright/parts [-- --operands 2000000 --seed 1 --only FloatAdd]
// Corners and random operands, each result compared with golden's. Exit code 1 when any differs.

import { parseArgs } from 'node:util';
import {
  floatToNumber,
  fusedMultiplyAddFloatRne,
  mixedMultiplyAddFloatRne,
  numberToFloatRne,
} from '@gatewright/golden';
import { type AnyModule, openDut } from '@gatewright/sim';
import { FloatAdd, FloatFma, FloatMultiply } from '../src/index.ts';
import {
  cornerAndRandomPairs,
  cornerAndRandomTriples,
  FP16,
  FP32,
  paramsOf,
  paramsOfSecond,
} from './float-formats.ts';

const { values } = parseArgs({
  options: {
    operands: { type: 'string', default: '2000000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const operands = Number(values.operands);
const seed = Number(values.seed);

const number = Float64Array.from({ length: 65_536 }, (_, code) => floatToNumber(FP16, code));
// Sums and products of FP16 numbers are exact in binary64 (at most 41 and 22 bits), so this rounds once.
const rounded = (x: number): number => numberToFloatRne(FP16, x);
const flush = { flushSubnormals: true };
const flushed = (code: number): number => ((code & 0x7c00) === 0 ? (code & 0x8000 ? -0 : 0) : number[code]!);
const format = paramsOf(FP16);
const mixed = { ...format, ...paramsOfSecond('sum', FP32) };

interface Run {
  readonly module: AnyModule;
  readonly params: object;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly rows: () => Iterable<readonly number[]>;
  readonly expected: (a: number, b: number, c: number) => number;
}
const pairs = () => cornerAndRandomPairs(FP16, operands, seed);
const runs: Run[] = [
  {
    ...{ module: FloatAdd, params: format, inputs: ['a', 'b'], output: 'sum', rows: pairs },
    expected: (a, b) => rounded(number[a]! + number[b]!),
  },
  {
    ...{ module: FloatAdd, params: { ...format, ...flush }, inputs: ['a', 'b'], output: 'sum', rows: pairs },
    expected: (a, b) => numberToFloatRne(FP16, flushed(a) + flushed(b), flush),
  },
  {
    ...{ module: FloatMultiply, params: format, inputs: ['a', 'b'], output: 'product', rows: pairs },
    expected: (a, b) => rounded(number[a]! * number[b]!),
  },
  {
    ...{
      module: FloatMultiply,
      params: { ...format, ...flush },
      inputs: ['a', 'b'],
      output: 'product',
      rows: pairs,
    },
    expected: (a, b) => numberToFloatRne(FP16, flushed(a) * flushed(b), flush),
  },
  {
    ...{ module: FloatFma, params: format, inputs: ['a', 'b', 'c'], output: 'sum' },
    rows: () => cornerAndRandomTriples(FP16, FP16, operands, seed),
    expected: (a, b, c) => fusedMultiplyAddFloatRne(FP16, a, b, c),
  },
  {
    ...{ module: FloatFma, params: mixed, inputs: ['a', 'b', 'c'], output: 'sum' },
    rows: () => cornerAndRandomTriples(FP16, FP32, operands, seed),
    expected: (a, b, c) => mixedMultiplyAddFloatRne(FP16, FP32, a, b, c),
  },
];

interface Pin {
  poke(value: number): void;
  peek(): bigint;
}

for (const run of runs.filter((r) => !values.only || r.module.name === values.only)) {
  const dut = await openDut(run.module.elaborate(run.params as Record<string, unknown>));
  const started = performance.now();
  let count = 0;
  let wrong = 0;
  await dut.run((handles) => {
    const pins = handles as unknown as Record<string, Pin>;
    const inputs = run.inputs.map((name) => pins[name]!);
    const output = pins[run.output]!;
    for (const row of run.rows()) {
      inputs.forEach((pin, i) => void pin.poke(row[i]!));
      const got = Number(output.peek());
      const expected = run.expected(row[0]!, row[1]!, row[2] ?? 0);
      count++;
      if (got !== expected && wrong++ < 5)
        console.log(
          `  ${row.map((x) => x.toString(16)).join(', ')}: got ${got.toString(16)}, expected ${expected.toString(16)}`,
        );
    }
  });
  dut.close();
  const seconds = (performance.now() - started) / 1000;
  const name = `${run.module.name} ${JSON.stringify(run.params)}`;
  console.log(`${name}: ${count} operands, ${wrong} wrong, ${seconds.toFixed(1)} s (${dut.backend})`);
  if (wrong > 0) process.exitCode = 1;
}
