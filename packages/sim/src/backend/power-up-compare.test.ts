// What was never set is found when an output shows it, and named; what is set in time passes.

import {
  bool,
  bundle,
  defineModule,
  input,
  mem,
  output,
  regs,
  sint,
  stream,
  uint,
  when,
} from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../testbench/simulate.ts';
import { UninitialisedRead } from './power-up-compare.ts';

const compare = { powerUp: 'compare' } as const;

/** A sum that begins at whatever its register held, unless it is cleared. */
const Sum = defineModule({
  name: 'Sum',
  params: z.object({}),
  ports: () => ({ x: input(uint(8)), clear: input(bool), shown: input(bool), sum: output(uint(8)) }),
  build(io) {
    const { total, settled } = regs({ total: uint(8), settled: uint(4) }, { settled: 3 });
    total.next(total.addWrap(io.x));
    when(io.clear, () => total.next(0));
    settled.next(settled);
    io.sum.set(0);
    when(io.shown, () => io.sum.set(total));
  },
});

const failureOf = (run: Promise<unknown>): Promise<Error> =>
  run.then(
    () => expect.unreachable('it did not fail'),
    (error: Error) => error,
  );

test('a register that nothing has set is named where an output shows it', async () => {
  const error = await failureOf(
    simulate(Sum, {}, compare, async (dut, t) => {
      await t.step(2);
      dut.shown.poke(true);
      await t.step(2);
    }),
  );
  expect(error).toBeInstanceOf(UninitialisedRead);
  expect(error.message.replace(/[^ ]*power-up-compare/, '…')).toMatchInlineSnapshot(`
    "sum shows what was never set: 0x6b or 0x94, by the bits at power-up
    registers without a reset or an initial value that hold such bits:
      total, declared at ….test.ts:29:32

    at cycle 2, seed 1 (GATEWRIGHT_SEED=1 runs it again):
      cycle   0   1   2
                     ┌───
      shown  ────────┘
             ────────┬───
      sum     0      │107
      unchanged in cycles 0..2: x = 0, clear = 0"
  `);
});

test('a register that was set in time passes, and so does one that nobody looks at', async () => {
  await simulate(Sum, {}, compare, async (dut, t) => {
    dut.x.poke(3);
    dut.clear.poke(true);
    await t.step();
    dut.clear.poke(false);
    dut.shown.poke(true);
    await t.step(2);
    expect(dut.sum.peek()).toBe(6n);
  });
});

/** Words of a memory, on request: one that was never written is sent as it is. */
const Words = defineModule({
  name: 'Words',
  params: z.object({}),
  ports: () => ({
    write: input(stream(bundle({ place: uint(3), value: sint(6) }))),
    read: input(stream(uint(3))),
    out: output(stream(sint(6))),
  }),
  build(io) {
    const words = mem('words', { depth: 8, type: sint(6) });
    const { held, full } = regs({ held: sint(6), full: bool }, { full: false });
    io.write.ready.set(true);
    when(io.write.fire, () => words.write(io.write.data.place, io.write.data.value));
    io.read.ready.set(full.not());
    when(io.out.fire, () => full.next(false));
    when(io.read.fire, () => {
      held.next(words.readAsync(io.read.data));
      full.next(true);
    });
    io.out.valid.set(full);
    io.out.data.set(held);
  },
});

test('a memory word that was written passes, one that was not is found when it is offered', async () => {
  const read = (place: number) =>
    simulate(Words, {}, compare, async (dut) => {
      await dut.write.send({ place: 5, value: -7 });
      void dut.read.send(place);
      return dut.out.recv();
    });
  expect(await read(5)).toBe(-7n);
  const error = await failureOf(read(4));
  expect(error).toBeInstanceOf(UninitialisedRead);
  expect(error.message).toContain('out_data shows what was never set');
  expect(error.message).toContain('hold such bits:\n  held, declared at');
});

test('Verilator finds it with two seeds; two back ends at once cannot', async () => {
  const body = async (
    dut: { shown: { poke(value: boolean): void } },
    t: { step(n: number): Promise<void> },
  ) => {
    dut.shown.poke(true);
    await t.step(2);
  };
  const error = await failureOf(simulate(Sum, {}, { ...compare, backend: 'verilator' }, body));
  expect(error).toBeInstanceOf(UninitialisedRead);
  await expect(simulate(Sum, {}, { ...compare, backend: 'both' }, body)).rejects.toThrow(
    'powerUp: compare needs one back end, not native and verilator',
  );
});
