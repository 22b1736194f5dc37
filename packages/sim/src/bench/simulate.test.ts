// Plain ports and time: peek, poke, step, reset, and the ordering rule.

import { bool, defineModule, input, output, regs, uint } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from './simulate.ts';

const Counter = defineModule({
  name: 'Counter',
  params: z.object({ width: z.int().min(1).max(32).default(8) }),
  ports: (p) => ({ en: input(bool), count: output(uint(p.width)), following: output(uint(p.width)) }),
  build(io, p) {
    const { value } = regs({ value: uint(p.width) }, { value: 0 });
    const next = value.addWrap(io.en.asUInt());
    value.next(next);
    io.count.set(value);
    io.following.set(next);
  },
});

test('a counter counts while enabled', async () => {
  const seen = await simulate(Counter, { width: 4 }, async (dut, t) => {
    const values: bigint[] = [dut.count.peek()];
    dut.en.poke(true);
    for (let i = 0; i < 3; i++) {
      await t.step();
      values.push(dut.count.peek());
    }
    dut.en.poke(false);
    await t.step(1000);
    values.push(dut.count.peek());
    expect(t.cycle).toBe(1003);
    return values;
  });
  expect(seen).toEqual([0n, 1n, 2n, 3n, 3n]);
});
