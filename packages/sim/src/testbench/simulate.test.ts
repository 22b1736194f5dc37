// Plain ports and time: peek, poke, step, reset, and the ordering rule.

import { bool, defineModule, input, output, regs, type StreamOutputs, uint } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Alu, Counter } from '../../test/designs.ts';
import { simulate } from './simulate.ts';

test('a counter counts while enabled', async () => {
  const seen = await simulate(Counter, { width: 4 }, async (dut, t) => {
    expect(t.cycle).toBe(0);
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

test('a combinational output follows a poke before the edge, a register only after it', () =>
  simulate(Counter, {}, async (dut, t) => {
    expect(dut.following.peek()).toBe(0n);
    dut.en.poke(true);
    expect(dut.en.peek()).toBe(true);
    expect(dut.following.peek()).toBe(1n);
    expect(dut.count.peek()).toBe(0n);
    await t.step();
    expect(dut.count.peek()).toBe(1n);
    expect(dut.following.peek()).toBe(2n);
  }));

/** A register behind combinational logic on inputs. */
const Behind = defineModule({
  name: 'Behind',
  params: z.object({}),
  ports: () => ({ a: input(uint(8)), b: input(uint(8)), y: output(uint(16)) }),
  build(io) {
    const { held } = regs({ held: uint(16) }, { held: 0 });
    held.next(io.a.mul(io.b).xor(0x5555));
    io.y.set(held);
  },
});

test('an edge sees inputs through combinational logic, however they were poked', () =>
  simulate(Behind, {}, async (dut, t) => {
    const y = (a: number, b: number): bigint => BigInt((a * b) ^ 0x5555);
    dut.a.poke(3);
    dut.b.poke(5);
    await t.step();
    expect(dut.y.peek()).toBe(y(3, 5));
    // Poked and changed in the same edge, after a peek has settled the low phase.
    dut.a.poke(7);
    expect(dut.y.peek()).toBe(y(3, 5));
    dut.a.poke(200);
    dut.b.poke(255);
    await t.step();
    expect(dut.y.peek()).toBe(y(200, 255));
    for (let i = 0; i < 50; i++) {
      dut.a.poke(i);
      if (i % 3 === 0) dut.y.peek();
      dut.b.poke(255 - i);
      await t.step();
      expect(dut.y.peek()).toBe(y(i, 255 - i));
    }
  }));

test('a design without a clock is combinational, and time passes all the same', () =>
  simulate(Alu, {}, async (dut, t) => {
    dut.a.poke(-128);
    dut.b.poke(-1n);
    expect(dut.y.peek()).toBe(-129n);
    dut.mode.poke('Sub');
    expect(dut.y.peek()).toBe(-127n);
    await t.step(3);
    dut.mode.poke('Pass');
    await t.step();
    expect([dut.y.peek(), dut.was.peek(), t.cycle]).toEqual([-128n, 'Pass', 4]);
  }));

test('every run begins with inputs at 0 and a reset', async () => {
  for (let i = 0; i < 2; i++)
    await simulate(Counter, {}, async (dut, t) => {
      expect(dut.en.peek()).toBe(false);
      dut.en.poke(true);
      await t.step(5);
      expect(dut.count.peek()).toBe(5n);
    });
});

test('several designs run at once, each with its own state', async () => {
  const counts = await Promise.all(
    [3, 50, 700].map((cycles) =>
      simulate(Counter, { width: 16 }, async (dut, t) => {
        dut.en.poke(true);
        for (let i = 0; i < cycles; i++) await t.step();
        return dut.count.peek();
      }),
    ),
  );
  expect(counts).toEqual([3n, 50n, 700n]);
  const nested = await simulate(Counter, {}, async (outer, t) => {
    outer.en.poke(true);
    await t.step();
    const inner = await simulate(Counter, {}, async (dut, u) => {
      dut.en.poke(true);
      await u.step(9);
      return dut.count.peek();
    });
    return [outer.count.peek(), inner];
  });
  expect(nested).toEqual([1n, 9n]);
});

/** Port names that mean something in C++ or in Verilator's classes, or that Verilator encodes. */
const Names = defineModule({
  name: 'Names',
  params: z.object({}),
  ports: () => ({
    name: input(uint(8)),
    eval: input(uint(8)),
    double: input(bool),
    exp: input(uint(8)),
    a__b: input(uint(8)),
    trace: output(uint(8)),
    int16_t: output(uint(8)),
  }),
  build(io) {
    io.trace.set(io.name.addWrap(io.eval));
    io.int16_t.set(io.exp.addWrap(io.a__b).addWrap(io.double.asUInt()));
  },
});

test('ports may have any name that Verilog allows', () =>
  simulate(Names, {}, (dut) => {
    dut.name.poke(1);
    dut.eval.poke(2);
    dut.double.poke(true);
    dut.exp.poke(30);
    dut.a__b.poke(4);
    expect([dut.trace.peek(), dut.int16_t.peek()]).toEqual([3n, 35n]);
  }));

test('a broken design and a stopped one are told apart from a wrong result', async () => {
  const rewriteTo = (text: string) => ({
    rewrite: (files: { name: string; module: string; text: string }[]) =>
      files.map((file) => ({ ...file, text: file.text.replace('endmodule', `${text}\nendmodule`) })),
  });
  await expect(simulate(Counter, {}, rewriteTo('assign nonsense'), () => {})).rejects.toThrow(/Verilator/);
  const stop = rewriteTo('always @(posedge clk) if (count == 8\'d3) $fatal(1, "three is too many");');
  await expect(
    simulate(Counter, {}, stop, async (dut, t) => {
      dut.en.poke(true);
      await t.step(100);
    }),
  ).rejects.toThrow(/Counter\.v:\d+.*three is too many/);
});

test('the types of a dut follow from its ports', async () => {
  const types = (): Promise<void> =>
    simulate(Alu, {}, (dut) => {
      const y: bigint = dut.y.peek();
      const was: 'Add' | 'Sub' | 'Pass' = dut.was.peek();
      // @ts-expect-error - an output cannot be poked
      dut.y.poke(y);
      // @ts-expect-error - no such label
      dut.mode.poke('Ad');
      // @ts-expect-error - an integer, not a boolean
      dut.a.poke(true);
      // @ts-expect-error - no such port
      dut.q.peek();
      // @ts-expect-error - a plain port has nothing to send
      dut.a.send(1);
      void was;
    });
  await expect(types()).rejects.toThrow();
  const none: StreamOutputs<ReturnType<typeof Alu.ports>> = {};
  expect(none).toEqual({});
});
