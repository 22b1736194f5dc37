// The page of a unit that the native simulator cannot run: its timing diagram is drawn from a run in Verilator.

import { bool, defineModule, externModule, input, output, stream, uint } from '@gatewright/hdl-core';
import { type AnyUnit, defineUnit } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { unitPage } from './unit-page.ts';

const Inverter = externModule({
  name: 'VENDOR_INVERTER',
  params: z.object({}),
  ports: () => ({ a: input(uint(4)), y: output(uint(4)) }),
  verilog: 'module VENDOR_INVERTER (input wire [3:0] a, output wire [3:0] y);\n  assign y = ~a;\nendmodule\n',
});

const Inverting = defineModule({
  name: 'Inverting',
  params: z.object({}),
  ports: () => ({
    in: input(stream(uint(4))),
    out: output(stream(uint(4))),
    busy: output(bool),
  }),
  build(io) {
    const cell = Inverter.inst('u_cell', {});
    const held = io.in.queue(2);
    cell.a.set(held.data);
    held.ready.set(io.out.ready);
    io.out.valid.set(held.valid);
    io.out.data.set(cell.y);
    io.busy.set(held.valid);
  },
});

const unit: AnyUnit = defineUnit({
  name: 'inverting',
  summary: 'Inverts four bits by a cell of a vendor.',
  paper: { title: 'On Inverters', reference: 'nowhere 1.2' },
  module: Inverting,
  golden: (_, inputs) => ({ out: inputs.in.map((v) => 15n - BigInt(v)) }),
  stimulus: () => ({
    directed: [{ name: 'all', inputs: { in: Array.from({ length: 16 }, (_, i) => i) } }],
    random: fc.array(fc.nat(15)).map((values) => ({ in: values })),
  }),
  performance: (_, inputs) => ({ cycles: inputs.in.length + 1, macs: 0 }),
  configurations: [{}],
});

test('a unit with a cell written in Verilog has a timing diagram', async () => {
  const page = await unitPage(unit, {}, { number: 1, generate: 'generate', verify: 'verify' });
  expect(page.wave).toContain('<svg');
  for (const signal of ['in_valid', 'in_data', 'out_valid', 'out_data'])
    expect(page.wave).toContain(`>${signal}<`);
  expect(page.files.map((f) => f.name)).toContain('Inverting.v');
}, 300_000);
