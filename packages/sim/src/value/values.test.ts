// Values: what goes in comes out, for every kind and width; what does not fit is refused with its path.

import {
  bundle,
  defineModule,
  type InputValue,
  input,
  output,
  sint,
  uint,
  type ValueOf,
} from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type payload, Slice } from '../../test/designs.ts';
import { openDut } from '../testbench/open-dut.ts';
import { simulate } from '../testbench/simulate.ts';

type Payload = ValueOf<typeof payload>;

const unsigned = (width: bigint) => fc.bigInt({ min: 0n, max: (1n << width) - 1n });
const signed = (width: bigint) => fc.bigInt({ min: -(1n << (width - 1n)), max: (1n << (width - 1n)) - 1n });
const cell = fc.record({ re: signed(5n), im: unsigned(5n) });
const row = fc.array(cell, { minLength: 3, maxLength: 3 });
const anyPayload: fc.Arbitrary<Payload> = fc.record({
  flag: fc.boolean(),
  mode: fc.constantFrom('Idle', 'Run', 'Halt'),
  u1: unsigned(1n),
  u8: unsigned(8n),
  s7: signed(7n),
  u16: unsigned(16n),
  s13: signed(13n),
  u32: unsigned(32n),
  s31: signed(31n),
  s33: signed(33n),
  u64: unsigned(64n),
  s64: signed(64n),
  u65: unsigned(65n),
  s96: signed(96n),
  s130: signed(130n),
  grid: fc.array(row, { minLength: 2, maxLength: 2 }),
});

test('every kind and width survives a register and plain wires', async () => {
  const dut = await openDut(Slice.elaborate({}));
  const property = fc.asyncProperty(fc.array(anyPayload, { minLength: 1, maxLength: 20 }), async (values) => {
    await dut.run(
      async ({ in: input, out, plain, seen }) => {
        const [received] = await Promise.all([out.take(values.length), input.sendAll(values)]);
        expect(received).toEqual(values);
        for (const value of values) {
          plain.poke(value);
          expect(plain.peek()).toEqual(value);
          expect(seen.peek()).toEqual(value);
        }
      },
      { stalls: { seed: values.length } },
    );
  });
  await fc.assert(property, { numRuns: 50 });
  dut.close();
});

const zero: InputValue<typeof payload> = {
  flag: false,
  mode: 'Idle',
  u1: 0,
  u8: 0,
  s7: 0,
  u16: 0,
  s13: 0,
  u32: 0,
  s31: 0,
  s33: 0,
  u64: 0,
  s64: 0,
  u65: 0,
  s96: 0,
  s130: 0,
  grid: [0, 1].map(() => [0, 1, 2].map(() => ({ re: 0, im: 0 }))),
};

test('numbers stand for integers where they are exact', () =>
  simulate(Slice, {}, (dut) => {
    dut.plain.poke({ ...zero, s33: -5, u64: 2 ** 53 - 1, s130: -1, u32: 2 ** 32 - 1, s31: -(2 ** 30) });
    const { s33, u64, s130, u32, s31 } = dut.seen.peek();
    expect([s33, u64, s130, u32, s31]).toEqual([-5n, 2n ** 53n - 1n, -1n, 2n ** 32n - 1n, -(2n ** 30n)]);
  }));

test('a leaf without bits has no wire and is always 0', async () => {
  const type = bundle({ none: uint(0), a: sint(5) });
  const Wires = defineModule({
    name: 'Wires',
    params: z.object({}),
    ports: () => ({ x: input(type), y: output(type) }),
    build: (io) => io.y.set(io.x),
  });
  await simulate(Wires, {}, (dut) => {
    dut.x.poke({ none: 0, a: -16 });
    expect(dut.y.peek()).toEqual({ none: 0n, a: -16n });
    expect(() => dut.x.poke({ none: 1, a: 0 })).toThrow('x.none: 1 does not fit uint(0) (0..0)');
  });
});

test('a value that does not fit is refused, with its path and what would fit', async () => {
  const problems = await simulate(Slice, {}, (dut) => {
    dut.plain.poke({ ...zero, u8: 77 });
    const grid = (re: number) =>
      [0, 1].map((i) => [0, 1, 2].map((k) => ({ re: i && k > 1 ? re : 0, im: 0 })));
    const wrong: [keyof Payload, unknown][] = [
      ['s7', 64],
      ['s7', -65n],
      ['u8', -1],
      ['u8', 1.5],
      ['u8', Number.NaN],
      ['u8', '3'],
      ['u8', undefined],
      ['u32', 2n ** 64n],
      ['s33', 2 ** 33],
      ['u64', 2 ** 60],
      ['s130', 2n ** 129n],
      ['flag', 1],
      ['mode', 'Rnu'],
      ['grid', []],
      ['grid', 5],
      ['grid', grid(300)],
      ['grid', [[{ re: 1 }, zero, zero], []]],
    ];
    return wrong.map(([field, value]) => {
      try {
        dut.plain.poke({ ...zero, [field]: value });
        return 'accepted';
      } catch (error) {
        expect(dut.plain.peek().u8).toBe(77n);
        return (error as Error).message;
      }
    });
  });
  expect(problems.join('\n')).toMatchInlineSnapshot(`
    "plain.s7: 64 does not fit sint(7) (-64..63)
    plain.s7: -65 does not fit sint(7) (-64..63)
    plain.u8: -1 does not fit uint(8) (0..255)
    plain.u8: 1.5 is not an integer
    plain.u8: NaN is not an integer
    plain.u8: expected an integer (bigint or number), got "3"
    plain: field u8 is missing
    plain.u32: 18446744073709551616 does not fit uint(32) (0..4294967295)
    plain.s33: 8589934592 does not fit sint(33) (-4294967296..4294967295)
    plain.u64: 1152921504606847000 is beyond the integers that a number can hold exactly; write a bigint
    plain.s130: 680564733841876926926749214863536422912 does not fit sint(130) (-2^129..2^129-1)
    plain.flag: expected true or false, got 1
    plain.mode: expected one of Idle, Run, Halt, got "Rnu"
    plain.grid: expected 2 elements, got 0
    plain.grid: expected an array of 2, got 5
    plain.grid[1][2].re: 300 does not fit sint(5) (-16..15)
    plain.grid[0][0]: field im is missing"
  `);
});

test('a bad value in a send rejects it before anything is sent', () =>
  simulate(Slice, {}, async (dut, t) => {
    const bad = { ...zero, s13: 5000 };
    await expect(dut.in.send(zero, bad)).rejects.toThrow('in.s13: 5000 does not fit sint(13) (-4096..4095)');
    await t.step(3);
    expect(dut.in.valid.peek()).toBe(false);
  }));

test('a bad value in a send that nobody awaits fails the run, at its line or when it is due', async () => {
  const bad = { ...zero, s13: 5000 };
  const faults = [
    await simulate(Slice, {}, async (dut, t) => {
      void dut.in.send(zero, bad);
      await t.step(10);
    }).catch((error: Error) => error),
    await simulate(Slice, {}, async (dut) => {
      void dut.in.sendAll(Array.from({ length: 3000 }, (_, i) => (i === 2000 ? bad : zero)));
      await dut.out.take(3000);
    }).catch((error: Error) => error),
  ] as Error[];
  for (const fault of faults)
    expect(fault.message).toContain('in.s13: 5000 does not fit sint(13) (-4096..4095)');
  expect(faults[0]!.stack!.split('\n    at ').slice(1, 5).join()).toContain('values.test.ts');
});
