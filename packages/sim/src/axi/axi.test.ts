// The AXI models against small designs, right ones and ones that break a rule of AXI on purpose.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Copier, Inverter, Registers } from '../../test/axi-designs.ts';
import { Counter, Dot } from '../../test/designs.ts';
import { simulate } from '../testbench/simulate.ts';
import { AxiLiteMaster } from './axi-lite-master.ts';
import { AxiMemory } from './axi-memory.ts';
import { AxiStreamSink, AxiStreamSource } from './axi-stream.ts';
import { beatAddresses, burstOf } from './burst.ts';
import { AxiError } from './channel.ts';

test('registers over AXI4-Lite, with stalls', () =>
  simulate(Registers, {}, { stalls: {}, protocol: 'axi' }, async (dut) => {
    const bus = new AxiLiteMaster(dut);
    expect(await bus.write(0, 0xbeef)).toBe('Okay');
    expect(await bus.write(2, 0x1234)).toBe('Okay');
    expect(await bus.write(0, 0x5500, 0b10)).toBe('Okay');
    expect(await bus.write(4, 1)).toBe('DecErr');
    expect(await bus.read(0)).toEqual({ data: 0x55efn, resp: 'Okay' });
    expect((await bus.read(2)).data).toBe(0x1234n);
    expect((await bus.read(6)).resp).toBe('DecErr');
    const many = await Promise.all([bus.read(0), bus.read(2), bus.read(0)]);
    expect(many.map(({ data }) => data)).toEqual([0x55efn, 0x1234n, 0x55efn]);
  }));

test('a memory behind an AXI4 master, with latency and back-pressure', () =>
  fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 60 }), fc.nat({ max: 60 }), (seed, from, to) =>
      simulate(Copier, {}, { stalls: { seed }, protocol: 'axi' }, async (dut, t) => {
        const memory = new AxiMemory(t, dut, { size: 4096, latency: [0, 9], seed });
        const words = Array.from({ length: 4 }, (_, i) => BigInt((seed + i * 0x01234567) >>> 0));
        words.forEach((word, i) => memory.write(from * 16 + 4 * i, 4, word));
        await Promise.all([dut.command.send({ from: from * 16, to: to * 16 }), dut.done.recv()]);
        expect(words.map((_, i) => memory.read(to * 16 + 4 * i, 4))).toEqual(words);
        expect(memory.count).toEqual({ reads: 1, writes: 1 });
      }),
    ),
    { seed: 1, numRuns: 20 },
  ));

test('latency takes its time, and an address outside answers DecErr', () =>
  simulate(Copier, {}, async (dut, t) => {
    void new AxiMemory(t, dut, { size: 256, base: 0x1000, latency: [50, 50] });
    const begin = t.cycle;
    void dut.command.send({ from: 0x1000, to: 0x1100 });
    expect(await dut.done.recv()).toBe(3n);
    expect(t.cycle - begin).toBeGreaterThan(100);
  }));

test('a master that breaks the rules fails the simulation', async () => {
  const copy = (from: number, [what, by]: readonly [string, string]) =>
    simulate(
      Copier,
      {},
      {
        rewrite: (files) =>
          files.map((file) => {
            expect(file.text).toContain(what);
            return { ...file, text: file.text.replace(what, by) };
          }),
      },
      async (dut, t) => {
        void new AxiMemory(t, dut);
        void dut.command.send({ from, to: 0 });
        await dut.done.recv();
      },
    );
  const same = ['endmodule', 'endmodule'] as const;
  await expect(copy(0xff8, same)).rejects.toThrow(
    'ar: the burst at 0xff8 of 4 beats of 4 bytes crosses a boundary of 4 KiB',
  );
  await expect(copy(0, ["beat == 2'd3;", "beat == 2'd2;"])).rejects.toThrow(
    'w: last is 1 in beat 3 of the 4 that aw announced',
  );
  await expect(copy(0, ['w_data_strb', 'w_data_strb'])).rejects.toThrow();
});

test('frames over AXI4-Stream', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1 }), (frames) =>
      simulate(Inverter, {}, { stalls: {} }, async (dut) => {
        const [source, sink] = [new AxiStreamSource(dut.in), new AxiStreamSink(dut.out)];
        for (const frame of frames) void source.send(frame);
        for (const frame of frames) expect(await sink.recv()).toEqual(frame.map((byte) => ~byte));
      }),
    ),
    { seed: 1, numRuns: 20 },
  ));

test('a frame with a hole', () =>
  simulate(Inverter, {}, async (dut) => {
    void dut.in.send({ data: 0, keep: 0b0111, last: false }, { data: 0, keep: 15, last: true });
    await expect(new AxiStreamSink(dut.out).recv()).rejects.toThrow(
      'keep 111 leaves bytes out before the end of the frame (after 0 bytes)',
    );
    await expect(new AxiStreamSource(dut.in).send(new Uint8Array())).rejects.toThrow(AxiError);
  }));

test('ports that are no AXI channels', async () => {
  await simulate(Dot, {}, (dut, t) => {
    expect(() => new AxiStreamSource(dut.in)).toThrow(
      'the stream needs the field data; its payload has a, b, last',
    );
    expect(() => new AxiMemory(t, { ar: dut.out })).toThrow('a read needs the channels ar and r');
  });
  await simulate(Counter, {}, (dut) => {
    // @ts-expect-error - plain ports are no channels
    expect(() => new AxiStreamSink(dut.count)).toThrow();
  });
});

test('bursts, by the formulas of A3.4.1', () => {
  const beats = (request: Record<string, number>) =>
    beatAddresses(
      burstOf('ar', Object.fromEntries(Object.entries(request).map(([k, v]) => [k, BigInt(v)])), 8),
    ).map(Number);
  expect(beats({ addr: 0x104 })).toEqual([0x104]);
  // Unaligned: the first beat carries less, the others are aligned.
  expect(beats({ addr: 0x103, len: 2, size: 2, burst: 1 })).toEqual([0x103, 0x104, 0x108]);
  expect(beats({ addr: 0x34, len: 3, size: 2, burst: 2 })).toEqual([0x34, 0x38, 0x3c, 0x30]);
  expect(beats({ addr: 0x10, len: 2, size: 1, burst: 0 })).toEqual([0x10, 0x10, 0x10]);
  expect(() => beats({ addr: 0, len: 2, size: 2, burst: 2 })).toThrow('wraps after 3 beats');
  expect(() => beats({ addr: 2, len: 3, size: 2, burst: 2 })).toThrow('is not aligned');
  expect(() => beats({ addr: 0, len: 16, size: 2, burst: 0 })).toThrow('is fixed and has 17 beats');
  expect(() => beats({ addr: 0, size: 4 })).toThrow('has beats of 16 bytes on a bus of 8');
  expect(() => beats({ addr: 0, burst: 3 })).toThrow('reserved');
});
