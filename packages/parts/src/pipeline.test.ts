// Pipelined parts: the result of every stage count is the combinational one, `stages` enabled edges later, whatever
// `enable` does in between. And where the registers stand.

import { addFloatRne, convertFloatRne, mixedMultiplyAddFloatRne, multiplyFloatRne } from '@gatewright/golden';
import { simulate } from '@gatewright/sim';
import { expect, test } from 'vitest';
import {
  cornerAndRandomTriples,
  FP8_E4M3,
  FP16,
  FP32,
  paramsOf,
  paramsOfSecond,
  randomNumbers,
} from '../test/float-formats.ts';
import { FloatAdd } from './float/float-add.ts';
import { FloatConvert } from './float/float-convert.ts';
import { FloatDivide } from './float/float-divide.ts';
import { FloatExp } from './float/float-exp.ts';
import { FloatFma } from './float/float-fma.ts';
import { FloatMultiply } from './float/float-multiply.ts';
import { registerPlaces } from './pipeline.ts';

test('registers stand where the longest path between them is shortest', () => {
  const delays = { a: 4, b: 4, c: 2, d: 6, e: 3 };
  expect([...registerPlaces(0, delays)]).toEqual([]);
  expect([...registerPlaces(1, delays)]).toEqual(['c']);
  expect([...registerPlaces(2, delays)]).toEqual(['b', 'd']);
  expect([...registerPlaces(5, delays)]).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(() => registerPlaces(6, delays)).toThrow('6 stages, but 5 places for registers');
});

const format = paramsOf(FP16);
const flush = { flushSubnormals: true };
const cases = [
  ...[1, 2, 3, 4, 5].map((stages) => ({
    module: FloatAdd,
    params: { ...format, stages },
    inputs: ['a', 'b'],
    output: 'sum',
    expected: (a: number, b: number) => addFloatRne(FP16, a, b),
  })),
  ...[1, 2, 3].map((stages) => ({
    module: FloatMultiply,
    params: { ...format, ...flush, stages },
    inputs: ['a', 'b'],
    output: 'product',
    expected: (a: number, b: number) => multiplyFloatRne(FP16, a, b, flush),
  })),
  ...[1, 2, 3, 4, 5].map((stages) => ({
    module: FloatFma,
    params: { ...format, ...paramsOfSecond('sum', FP32), stages },
    inputs: ['a', 'b', 'c'],
    output: 'sum',
    expected: (a: number, b: number, c: number) => mixedMultiplyAddFloatRne(FP16, FP32, a, b, c),
  })),
  ...[1, 2].map((stages) => ({
    module: FloatConvert,
    params: { ...format, ...paramsOfSecond('to', FP8_E4M3), saturate: true, stages },
    inputs: ['x'],
    output: 'y',
    expected: (x: number) => convertFloatRne(FP16, FP8_E4M3, x, { saturate: true }),
  })),
];

test('no stage count leaves a register that nothing reads', () => {
  const warned: string[] = [];
  const judge = (module: typeof FloatAdd, params: object): void => {
    for (const { message } of module.elaborate(params as typeof format).warnings)
      warned.push(`${module.name} ${JSON.stringify(params)}: ${message}`);
  };
  for (const { module, params } of cases) judge(module as typeof FloatAdd, params);
  for (const stages of [1, 2, 3, 4]) {
    judge(FloatDivide as unknown as typeof FloatAdd, { ...format, method: 'reciprocal', stages });
    judge(FloatExp as unknown as typeof FloatAdd, { ...format, kind: 'quadratic_4', stages });
  }
  expect(warned).toEqual([]);
});

interface Pin {
  poke(value: number): void;
  peek(): bigint;
}

test.each(cases)('$module.name with $params.stages stages', async (c) => {
  const rows = [...cornerAndRandomTriples(FP16, c.inputs.length === 3 ? FP32 : FP16, 500)];
  const random = randomNumbers(7);
  const elaborated = c.module as typeof FloatAdd;
  const wrong: string[] = [];
  let compared = 0;
  await simulate(elaborated, c.params, async (dut, t) => {
    const pins = dut as unknown as Record<string, Pin>;
    const inFlight: number[][] = [];
    for (let next = 0; next < rows.length; ) {
      const enabled = random() % 4 > 0;
      const row = rows[next]!;
      c.inputs.forEach((name, i) => void pins[name]!.poke(row[i]!));
      pins.enable!.poke(enabled ? 1 : 0);
      await t.step();
      if (enabled) {
        inFlight.push(row);
        next++;
      }
      if (inFlight.length < c.params.stages) continue;
      const operands = inFlight[inFlight.length - c.params.stages]!;
      const expected = BigInt((c.expected as (...x: number[]) => number)(...operands));
      compared++;
      if (pins[c.output]!.peek() !== expected)
        wrong.push(`${operands}: ${pins[c.output]!.peek()}, not ${expected}`);
    }
  });
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(compared).toBeGreaterThan(rows.length - c.params.stages);
});
