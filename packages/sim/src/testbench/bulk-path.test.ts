// The bulk path against the path cycle by cycle: the same values in the same cycles, for every kind of leaf.

import { defineModule, type InputValue, input, output, regs, stream, uint, when } from '@gatewright/hdl-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Dot, type payload, Slice } from '../../test/designs.ts';
import type { Backend, Instance } from '../backend/backend.ts';
import { backendOf } from '../backend/backends.ts';
import type { ColumnsOf } from '../value/typed-columns.ts';
import { openDut } from './open-dut.ts';

const both = ['native', 'verilator'] as const;

/** A back end with the bulk path as it is, counted, or without it. */
function counting(on: boolean, inner: Backend): { readonly backend: Backend; readonly cycles: () => number } {
  let cycles = 0;
  const wrap = (instance: Instance): Instance => {
    const { bulk } = instance;
    return {
      memory: instance.memory,
      ports: instance.ports,
      setReset: (active, index) => instance.setReset(active, index),
      settle: () => instance.settle(),
      rise: (count) => instance.rise(count),
      setClocks: (levels) => instance.setClocks(levels),
      close: () => instance.close(),
      ...(instance.record && { record: (depth: number) => instance.record!(depth) }),
      ...(on &&
        bulk && {
          bulk: {
            memory: bulk.memory,
            streams: bulk.streams,
            run(limit) {
              const passed = bulk.run(limit);
              cycles += passed;
              return passed;
            },
          },
        }),
    };
  };
  const backend: Backend = {
    name: inner.name,
    async build(design, options) {
      const model = await inner.build(design, options);
      return { start: (start) => wrap(model.start(start)) };
    },
  };
  return { backend, cycles: () => cycles };
}

const beats = (count: number, last: (i: number) => boolean) =>
  Array.from({ length: count }, (_, i) => ({
    a: [(i % 256) - 128, ((i * 7) % 256) - 128],
    b: [((i * 3) % 256) - 128, 5],
    last: last(i),
  }));

test.each(both)('%s: values, cycles and traffic are those of the path cycle by cycle', async (name) => {
  const [bulk, slow] = [counting(true, backendOf(name)), counting(false, backendOf(name))];
  const results = [];
  for (const { backend } of [bulk, slow]) {
    const dut = await openDut(Dot.elaborate({}), { backend });
    results.push(
      await dut.run(async ({ in: input, out }, t) => {
        const log: unknown[] = [];
        const sums = out.take(6000);
        await input.sendAll(beats(5000, () => true));
        log.push(t.cycle);
        await input.sendAll(beats(9000, (i) => i % 9 === 8));
        log.push(t.cycle, await sums, t.cycle);
        // Nobody takes: the design fills up, and time passes all the same.
        const stuck = input.sendAll(beats(100, () => true));
        await t.step(3000);
        log.push(t.cycle, input.valid.peek(), input.data.peek(), await out.take(100), t.cycle);
        await stuck;
        return [log, [...dut.ends.values()].map(({ traffic }) => traffic)];
      }),
    );
    dut.close();
  }
  expect(results[0]).toEqual(results[1]);
  expect([bulk.cycles() > 14_000, slow.cycles()]).toEqual([true, 0]);
});

/** No register between its streams; drops zeros. */
const Filter = defineModule({
  name: 'Filter',
  params: z.object({}),
  ports: () => ({ in: input(stream(uint(8))), out: output(stream(uint(9))) }),
  build(io) {
    const { passed } = regs({ passed: uint(8) }, { passed: 0 });
    const isZero = io.in.data.eq(0);
    io.in.ready.set(isZero.or(io.out.ready));
    io.out.valid.set(io.in.valid.and(isZero.not()));
    io.out.data.set(io.in.data.add(passed));
    when(io.out.fire, () => passed.next(passed.addWrap(1)));
  },
});

test.each(both)('%s: handshakes and payloads may follow payloads within the cycle', async (name) => {
  const { backend, cycles } = counting(true, backendOf(name));
  const values = Array.from({ length: 3000 }, (_, i) => (i * 7) % 11);
  const kept = values.filter((value) => value !== 0);
  const dut = await openDut(Filter.elaborate({}), { backend });
  const got = await dut.run(async (ports) => {
    const [taken] = await Promise.all([ports.out.take(kept.length), ports.in.sendAll(values)]);
    return taken;
  });
  dut.close();
  expect(got.map(Number)).toEqual(kept.map((value, i) => value + (i % 256)));
  expect(cycles()).toBeGreaterThan(2800);
});

/** Any value of `payload`, with corners. */
const int = (low: bigint, high: bigint) => fc.bigInt({ min: low, max: high });
const unsigned = (width: bigint) => int(0n, 2n ** width - 1n);
const signed = (width: bigint) => int(-(2n ** (width - 1n)), 2n ** (width - 1n) - 1n);
const anyPayload = fc.record({
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
  grid: fc.array(fc.array(fc.record({ re: signed(5n), im: unsigned(5n) }), { minLength: 3, maxLength: 3 }), {
    minLength: 2,
    maxLength: 2,
  }),
});

test.each(both)('%s: every kind of leaf keeps its value, as values and as typed arrays', async (name) => {
  const { backend, cycles } = counting(true, backendOf(name));
  const values: InputValue<typeof payload>[] = fc.sample(anyPayload, { numRuns: 300, seed: 3 });
  const dut = await openDut(Slice.elaborate({}), { backend });
  await dut.run(async ({ in: input, out }) => {
    const sent = input.sendAll(values);
    expect(await out.take(300)).toEqual(values);
    await sent;
    // Typed arrays out, the same arrays in again, values out.
    const first = input.sendAll(values);
    const columns: ColumnsOf<typeof payload> = await out.takeColumns(300);
    await first;
    expect(columns.s7).toEqual(Int8Array.from(values, ({ s7 }) => Number(s7)));
    expect(columns.s33).toEqual(BigInt64Array.from(values, ({ s33 }) => BigInt(s33)));
    expect(columns.grid.re).toEqual(
      Int8Array.from(values.flatMap(({ grid }) => grid.flatMap((row) => row.map(({ re }) => Number(re))))),
    );
    const again = input.sendColumns(columns);
    expect(await out.take(300)).toEqual(values);
    await again;
  });
  dut.close();
  expect(cycles()).toBeGreaterThan(300);
});

test.each(both)('typed arrays go cycle by cycle as well, into arrays of the test: %s', async (name) => {
  for (const { backend } of [counting(true, backendOf(name)), counting(false, backendOf(name))]) {
    const dut = await openDut(Dot.elaborate({}), { backend });
    const count = 2000;
    const columns = {
      a: Int8Array.from({ length: 2 * count }, (_, i) => i),
      b: Int8Array.from({ length: 2 * count }, (_, i) => i * 3),
      last: new Uint8Array(count).fill(1),
    };
    const sums = await dut.run(
      async ({ in: input, out }) => {
        const [result] = await Promise.all([
          out.takeColumns(new Int32Array(count)),
          input.sendColumns(columns),
        ]);
        const typed: Int32Array = result;
        return typed;
      },
      { stalls: { in: 0.1, out: 0.1 } },
    );
    dut.close();
    const { a, b } = columns;
    expect(sums).toEqual(
      Int32Array.from({ length: count }, (_, i) => a[2 * i]! * b[2 * i]! + a[2 * i + 1]! * b[2 * i + 1]!),
    );
  }
});

test('arrays that do not fit are refused, with the place', async () => {
  const dut = await openDut(Slice.elaborate({}), { backend: 'native' });
  await dut.run(async ({ in: input, out }) => {
    const sent = input.sendAll(fc.sample(anyPayload, { numRuns: 3, seed: 3 }));
    const columns = await out.takeColumns(3);
    await sent;
    const s7 = Int8Array.from([0, 64, 0]);
    await expect(input.sendColumns({ ...columns, s7 })).rejects.toThrow(
      'in.s7[1]: 64 does not fit sint(7) (-64..63)',
    );
    const mode = Uint8Array.from([0, 3, 0]);
    await expect(input.sendColumns({ ...columns, mode })).rejects.toThrow('in.mode[1]: 3 does not fit enum');
    await expect(input.sendColumns({ ...columns, u8: new Uint8Array(4) })).rejects.toThrow(
      'in: the arrays hold unequal numbers of values',
    );
    // @ts-expect-error - an array of another kind
    await expect(input.sendColumns({ ...columns, s64: new Float64Array(3) })).rejects.toThrow(
      'in.s64: expected a BigInt64Array',
    );
    // @ts-expect-error - a column is missing
    await expect(input.sendColumns({ u8: columns.u8 })).rejects.toThrow('in.flag: expected a Uint8Array');
    await expect(
      input.sendColumns({ ...columns, grid: { ...columns.grid, re: new Int8Array(5) } }),
    ).rejects.toThrow('in.grid.re: 5 elements are no multiple of 6');
  });
  dut.close();
});
