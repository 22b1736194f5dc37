// The contract's types: a unit is inferred from its module, and every unit is an AnyUnit.

import { defineModule, input, output, stream, uint } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type AnyUnit, defineUnit, type OutputsOf, type ParamsOf } from './unit.ts';
import { verifyUnit } from './verify-unit.ts';

const Inverter = defineModule({
  name: 'Inverter',
  params: z.object({ width: z.int().min(1).max(16).default(8) }),
  ports: (p) => ({ in: input(stream(uint(p.width))), out: output(stream(uint(p.width))) }),
  build(io) {
    io.out.data.set(io.in.data.not());
    io.out.valid.set(io.in.valid);
    io.in.ready.set(io.out.ready);
  },
});

const inverter = defineUnit({
  name: 'inverter',
  summary: 'Inverts every bit.',
  paper: { title: 'None', reference: 'none' },
  module: Inverter,
  golden: (p, { in: values }) => ({ out: values.map((v) => (1n << BigInt(p.width)) - 1n - BigInt(v)) }),
  stimulus: (p) => ({
    directed: [{ name: 'zero', inputs: { in: [0] } }],
    random: fc.record({ in: fc.array(fc.nat((1 << p.width) - 1)) }),
  }),
  performance: (_, { in: values }) => ({ cycles: values.length, macs: 0 }),
  configurations: [{}, { width: 3 }],
});

test('a unit without a register passes a value in one cycle', async () => {
  for (const params of inverter.configurations)
    expect(await verifyUnit(inverter, params)).toMatchObject({ ok: true, mismatchCount: 0 });
});

test('a unit keeps its types and loses them as an AnyUnit', () => {
  const out: bigint[] = [...inverter.golden({ width: 8 }, { in: [1, 2n] }).out];
  expect(out).toEqual([254n, 253n]);
  const registry: AnyUnit[] = [inverter];
  expect(registry[0]?.golden({ width: 8 }, { in: [1] })).toEqual({ out: [254n] });
  const params: ParamsOf<typeof inverter> = { width: 2 };
  const outputs: OutputsOf<typeof inverter> = { out: [1n] };
  // @ts-expect-error - the golden model must get every input stream
  const missing = () => inverter.golden({ width: 8 }, {});
  // @ts-expect-error - `width` is a number
  const wrong: ParamsOf<typeof inverter> = { width: 'x' };
  expect([params, outputs, missing, wrong]).toHaveLength(4);
});
