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
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { simulate } from '../testbench/simulate.ts';
import { UninitialisedRead } from './power-up-compare.ts';

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

/** Words at once, on request; and some of a memory of which three begin with a value. */
const Lookup = defineModule({
  name: 'Lookup',
  params: z.object({}),
  ports: () => ({
    we: input(bool),
    at: input(uint(4)),
    value: input(uint(40)),
    look: input(bool),
    entry: output(uint(40)),
    step: output(uint(9)),
  }),
  build(io) {
    const entries = mem('entries', { depth: 16, type: uint(40) });
    const steps = mem('steps', { depth: 16, type: uint(9), init: [1, 2, 3] });
    when(io.we, () => {
      entries.write(io.at, io.value);
      steps.write(io.at, io.value.trunc(9));
    });
    io.entry.set(0);
    when(io.look.and(io.we.not()), () => io.entry.set(entries.readAsync(io.at, { name: 'entry_word' })));
    io.step.set(0);
    when(io.look.and(io.we), () => io.step.set(steps.readAsync(io.at, { name: 'step_word' })));
  },
});

/** The message up to the wave, without the folders of places. */
const said = (error: Error): string => error.message.split('\n\n')[0]!.replaceAll(/at \S*\//g, 'at …/');

describe.each(['native', 'verilator'] as const)('%s', (backend) => {
  const compare = { powerUp: 'compare', backend } as const;

  test('a register that nothing has set is named where an output shows it', async () => {
    const error = await failureOf(
      simulate(Sum, {}, compare, async (dut, t) => {
        await t.step(2);
        dut.shown.poke(true);
        await t.step(2);
      }),
    );
    expect(error).toBeInstanceOf(UninitialisedRead);
    expect(error.message.replaceAll(/at \S*\//g, 'at …/')).toMatchInlineSnapshot(`
      "sum shows what was never set: 0xa0 or 0x5f, by the bits at power-up
      it comes from total, declared at …/power-up-compare.test.ts:27:32

      at cycle 2, seed 1 (GATEWRIGHT_SEED=1 runs it again):
        cycle   0   1   2
                       ┌───
        shown  ────────┘
               ────────┬───
        sum     0      │160
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
    expect(said(error)).toMatchInlineSnapshot(`
      "out_data shows what was never set: 0x2a or 0x15, by the bits at power-up
      it comes from held, declared at …/power-up-compare.test.ts:53:28
      other state that nothing has set:
        words[0..4], words[6..7], declared at …/power-up-compare.test.ts:52:19"
    `);
  });

  test('a word that an output shows at once is named by its address', async () => {
    const look = (address: number) =>
      simulate(Lookup, {}, compare, async (dut, t) => {
        dut.we.poke(true);
        for (let at = 0; at < 16; at++) {
          if (at === 13) continue;
          dut.at.poke(at);
          dut.value.poke(at + 1);
          await t.step();
        }
        dut.we.poke(false);
        dut.at.poke(address);
        dut.look.poke(true);
        await t.step();
        return dut.entry.peek();
      });
    expect(await look(12)).toBe(13n);
    expect(said(await failureOf(look(13)))).toMatchInlineSnapshot(`
      "entry shows what was never set: 0x000000a3d7ff26d2 or 0x0000005c2800d92d, by the bits at power-up
      it comes from entries[13], declared at …/power-up-compare.test.ts:80:21
      other state that nothing has set:
        steps[13], declared at …/power-up-compare.test.ts:81:19"
    `);
  });

  test('initial words are set, those after them are not', async () => {
    const look = (address: number) =>
      simulate(Lookup, {}, compare, (dut) => {
        dut.at.poke(address);
        dut.we.poke(true);
        dut.look.poke(true);
        return dut.step.peek();
      });
    expect(await look(2)).toBe(3n);
    expect(said(await failureOf(look(7)))).toMatchInlineSnapshot(`
      "step shows what was never set: 0x0138 or 0x00c7, by the bits at power-up
      it comes from steps[7], declared at …/power-up-compare.test.ts:81:19
      other state that nothing has set:
        entries[0..15], declared at …/power-up-compare.test.ts:80:21
        steps[3..6], steps[8..15], declared at …/power-up-compare.test.ts:81:19"
    `);
  });
});

test('two back ends at once cannot', async () => {
  const run = simulate(Sum, {}, { powerUp: 'compare', backend: 'both' }, () => {});
  await expect(run).rejects.toThrow('powerUp: compare needs one back end, not native and verilator');
});
