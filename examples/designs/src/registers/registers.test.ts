// The register block against what the access kinds say, bit by bit, and against the rules of AXI4-Lite.

import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectReviewedVerilog } from '../../test/verilog-of.ts';
import { DmaRegisters } from './dma-registers.ts';
import { registerBlock } from './register-block.ts';

test('the Verilog is as reviewed, and clean in three tools', () =>
  expectReviewedVerilog(DmaRegisters.elaborate(), import.meta.dirname));

/** The registers as a table of bits: what each is, and which hardware value it shows. */
class Model {
  mode = 1;
  burst = 0;
  events = 0;
  target = 0;
  write(at: number, data: number, strb: number): string {
    for (let bit = 0; bit < 32; bit++) {
      if (((strb >> (bit >> 3)) & 1) === 0) continue;
      const one = (data >>> bit) & 1;
      const put = (word: number, place: number): number => ((word & ~(1 << place)) | (one << place)) >>> 0;
      if (at === 0x00 && bit >= 4 && bit < 6) this.mode = put(this.mode, bit - 4);
      if (at === 0x00 && bit >= 12 && bit < 20) this.burst = put(this.burst, bit - 12);
      if (at === 0x08 && bit < 4 && one) this.events &= ~(1 << bit);
      if (at === 0x10) this.target = put(this.target, bit);
    }
    return [0x00, 0x08, 0x10].includes(at) ? 'Okay' : 'SlvErr';
  }
  read(at: number, busy: number, left: number): { data: bigint; resp: string } {
    const words: Record<number, number> = {
      0: (this.mode << 4) | (this.burst << 12),
      4: busy + left * 65536,
      8: this.events,
      16: this.target,
    };
    const data = words[at];
    return data === undefined ? { data: 0n, resp: 'SlvErr' } : { data: BigInt(data), resp: 'Okay' };
  }
}

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const at = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0, 4, 8, 16) }, fc.integer({ min: 0, max: 31 }));
const operation = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), at, data: word, strb: fc.integer({ min: 0, max: 15 }) }),
  fc.record({ kind: fc.constant('read' as const), at }),
  fc.record({ kind: fc.constant('event' as const), bits: fc.integer({ min: 0, max: 15 }) }),
  fc.record({ kind: fc.constant('status' as const), busy: fc.nat(1), left: fc.nat(65535) }),
);

test('random writes, reads and hardware events, with stalls', () =>
  fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 60 }), fc.nat(), (operations, seed) =>
      simulate(DmaRegisters, {}, { stalls: { seed } }, async (dut, t) => {
        const model = new Model();
        let hardware = { busy: 0, left: 0 };
        for (const op of operations) {
          if (op.kind === 'write') {
            await Promise.all([dut.aw.send(op.at), dut.w.send({ data: op.data, strb: op.strb })]);
            expect(await dut.b.recv()).toBe(model.write(op.at, op.data, op.strb));
          } else if (op.kind === 'read') {
            await dut.ar.send(op.at);
            expect(await dut.r.recv()).toEqual(model.read(op.at, hardware.busy, hardware.left));
          } else if (op.kind === 'event') {
            dut.status.poke({ ...hardware, events: op.bits });
            await t.step();
            dut.status.poke({ ...hardware, events: 0 });
            model.events |= op.bits;
          } else {
            hardware = op;
            dut.status.poke({ busy: op.busy, left: op.left, events: 0 });
          }
          const { mode, burst, target } = dut.settings.peek();
          expect([mode, burst, target]).toEqual([model.mode, model.burst, model.target].map(BigInt));
        }
      }),
    ),
    { numRuns: 25 },
  ));

test('a pulse lasts one cycle; a bit that is set while it is cleared stays set', () =>
  simulate(DmaRegisters, {}, async (dut, t) => {
    const write = (at: number, data: number) =>
      Promise.all([dut.aw.send(at), dut.w.send({ data, strb: 15 })]);
    await write(0x00, 1);
    expect(dut.settings.peek().start).toBe(1n);
    await t.step();
    expect(dut.settings.peek().start).toBe(0n);
    dut.status.poke({ busy: 0, left: 0, events: 0b0101 });
    await t.step();
    dut.status.poke({ busy: 0, left: 0, events: 0b0001 });
    expect(await dut.b.recv()).toBe('Okay');
    await write(0x08, 0b0101);
    dut.status.poke({ busy: 0, left: 0, events: 0 });
    await dut.ar.send(0x08);
    expect((await dut.r.recv()).data).toBe(0b0001n);
  }));

test('one write and one read per cycle, when answers are taken', () =>
  simulate(DmaRegisters, {}, async (dut, t) => {
    const beats = Array.from({ length: 50 }, (_, i) => ({ data: i, strb: 15 }));
    await Promise.all([
      dut.aw.sendAll(beats.map(() => 0x10)),
      dut.w.sendAll(beats),
      dut.b.take(50),
      dut.ar.sendAll(beats.map(() => 0x10)),
      dut.r.take(50),
    ]);
    expect(t.cycle).toBe(51);
  }));

test('the types of the ports follow from the table', () => {
  const types = (): Promise<void> =>
    simulate(DmaRegisters, {}, (dut) => {
      const mode: bigint = dut.settings.peek().mode;
      // @ts-expect-error - busy is not a setting: software cannot write it
      dut.settings.peek().busy;
      // @ts-expect-error - mode is not a status: hardware cannot write it
      dut.status.poke({ busy: 0, left: 0, events: 0, mode });
    });
  expect(types).toBeTypeOf('function');
});

test('a table that cannot be built says why', () => {
  const a = { access: 'rw', at: 0, low: 0, width: 8 } as const;
  expect(() => registerBlock('Bad', { a, b: { ...a, low: 7 } })).toThrow(
    'fields a and b share a bit of the register at 0',
  );
  expect(() => registerBlock('Bad', { a: { ...a, low: 25 } })).toThrow('bits 32..25 at 0 are not within');
  expect(() => registerBlock('Bad', { a: { ...a, at: 2 } })).toThrow('a multiple of 4');
});
