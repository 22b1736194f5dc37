// Both ends against the frame's definition: levels over time, written down bit by bit.

import { simulate } from '@gatewright/sim';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectReviewedVerilog } from '../../test/verilog-of.ts';
import { UartRx, UartTx } from './uart.ts';

/** Start, eight bits from the lowest, stop. */
const frame = (byte: number): boolean[] => [
  false,
  ...Array.from({ length: 8 }, (_, i) => ((byte >> i) & 1) === 1),
  true,
];
/** The line, cycle by cycle, of a sender whose bit lasts `clocks` of ours, which need not be whole. */
function line(bytes: readonly number[], clocks: number, gap = 0): boolean[] {
  const bits = bytes.flatMap((b) => [...frame(b), ...Array(gap).fill(true)]);
  const cycles = Math.ceil(bits.length * clocks);
  return Array.from({ length: cycles }, (_, t) => bits[Math.floor(t / clocks)]!);
}

test('the Verilog is as reviewed, and clean in three tools', async () => {
  await expectReviewedVerilog(UartTx.elaborate(), import.meta.dirname);
  await expectReviewedVerilog(UartRx.elaborate(), import.meta.dirname);
});

test('bytes sent back to back: every level of the line', () =>
  simulate(UartTx, { clocksPerBit: 5 }, async (dut, t) => {
    const bytes = [0x00, 0xff, 0x55, 0x81];
    const levels: boolean[] = [];
    const sent = dut.in.sendAll(bytes);
    for (let i = 0; i < 220; i++) {
      await t.step();
      levels.push(dut.tx.peek());
    }
    await sent;
    // Two cycles from acceptance to the start bit, and one idle cycle between frames.
    const expected = bytes.flatMap((b) => [true, ...line([b], 5)]);
    expect(levels.slice(0, expected.length)).toEqual(expected);
    expect(levels.slice(expected.length).every(Boolean)).toBe(true);
  }));

const receive = (clocksPerBit: number, levels: readonly boolean[], count: number, take = true) =>
  simulate(UartRx, { clocksPerBit }, async (dut, t) => {
    let [bad, lost] = [0, 0];
    const got = take ? dut.out.take(count) : undefined;
    for (const level of [true, true, true, ...levels, ...Array(clocksPerBit + 4).fill(true)]) {
      dut.rx.poke(level);
      await t.step();
      if (dut.badFrame.peek()) bad++;
      if (dut.overrun.peek()) lost++;
    }
    return { bytes: (await got)?.map(Number), bad, lost, last: dut.out.data.peek() };
  });

test.each([0.97, 0.99, 1, 1.01, 1.03])('a sender whose clock runs at %d of ours', async (ratio) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 12 }),
      fc.nat(3),
      async (bytes, gap) => {
        const { bytes: got, bad, lost } = await receive(16, line(bytes, 16 * ratio, gap), bytes.length);
        expect([got, bad, lost]).toEqual([bytes, 0, 0]);
      },
    ),
    { numRuns: 10 },
  );
});

test('a short dip is no start bit', async () => {
  const levels = [...Array(7).fill(false), ...Array(40).fill(true), ...line([0xa5], 16)];
  expect(await receive(16, levels, 1)).toMatchObject({ bytes: [0xa5], bad: 0 });
});

test('a byte without its stop bit is dropped and told', async () => {
  const broken = line([0x3c], 16)
    .slice(0, 16 * 9)
    .concat(Array(16).fill(false), Array(32).fill(true));
  expect(await receive(16, [...broken, ...line([0x42], 16)], 1)).toMatchObject({ bytes: [0x42], bad: 1 });
});

test('a byte that nobody took stays, those after it are dropped and told', async () => {
  const { lost, last } = await receive(8, line([1, 2, 3], 8), 0, false);
  expect([lost, last]).toEqual([2, 1n]);
});

test('the smallest and a large divider', async () => {
  expect((await receive(4, line([0x5a, 0xc3], 4), 2)).bytes).toEqual([0x5a, 0xc3]);
  expect((await receive(868, line([0x5a], 868), 1)).bytes).toEqual([0x5a]);
});
