// Streams: transfers, back-pressure, stalls.

import {
  bool,
  bundle,
  defineModule,
  input,
  output,
  regs,
  sint,
  stream,
  sumTree,
  vec,
  when,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from './simulate.ts';

/** Accumulates dot products until `last`, then offers the sum. */
const Dot = defineModule({
  name: 'Dot',
  params: z.object({ lanes: z.int().min(1).default(4) }),
  ports: (p) => ({
    in: input(stream(bundle({ a: vec(p.lanes, sint(8)), b: vec(p.lanes, sint(8)), last: bool }))),
    out: output(stream(sint(32))),
  }),
  build(io) {
    const { acc, full } = regs({ acc: sint(32), full: bool }, { acc: 0n, full: false });
    const { a, b, last } = io.in.data;
    const sum = sumTree(a.map((x, i) => x.mul(b.at(i))));
    io.in.ready.set(full.not().or(io.out.ready));
    io.out.valid.set(full);
    io.out.data.set(acc);
    when(io.out.fire, () => {
      full.next(false);
      acc.next(0);
    });
    when(io.in.fire, () => {
      full.next(last);
      acc.next(acc.add(sum).trunc(32));
      when(full, () => acc.next(sum));
    });
  },
});

test('values go through in order', async () => {
  const sums = await simulate(Dot, { lanes: 2 }, async (dut, t) => {
    const sent = dut.in.send(
      { a: [1, 2], b: [3, 4], last: false },
      { a: [-1n, 0], b: [3, 4], last: true },
      { a: [-128, -128], b: [-128, -128], last: true },
    );
    const first: bigint = await dut.out.recv();
    const rest = await dut.out.take(1);
    await sent;
    expect(t.cycle).toBe(4);
    return [first, ...rest];
  });
  expect(sums).toEqual([8n, 32768n]);
});
