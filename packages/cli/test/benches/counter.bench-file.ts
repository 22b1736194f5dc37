// A testbench file as a user writes it: two benches that hold, one that does not.

import { bool, defineModule, input, output, regs, uint, when } from '@gatewright/hdl-core';
import { bench } from '@gatewright/sim';
import { z } from 'zod';

const Counter = defineModule({
  name: 'Counter',
  params: z.object({ width: z.int().min(1).max(32).default(8) }),
  ports: (p) => ({ en: input(bool), count: output(uint(p.width)) }),
  build(io, p) {
    const { value } = regs({ value: uint(p.width) }, { value: 0 });
    when(io.en, () => value.next(value.addWrap(1)));
    io.count.set(value);
  },
});

export const counts = bench('counts', Counter, { width: 4 }, async (dut, t) => {
  dut.en.poke(true);
  await t.step(20);
  if (dut.count.peek() !== 4n) throw new Error(`it should have wrapped to 4, not ${dut.count.peek()}`);
  console.log('counted');
});

export const more = [
  bench('holds while it is not enabled', Counter, {}, { history: 4 }, async (dut, t) => {
    await t.step(100);
    if (dut.count.peek() !== 0n) throw new Error('it counted');
  }),
  bench('counts down', Counter, { width: 4 }, async (dut, t) => {
    dut.en.poke(true);
    await t.step(3);
    if (dut.count.peek() !== 13n) throw new Error(`expected 13, got ${dut.count.peek()}`);
  }),
];
