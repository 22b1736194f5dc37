// Waves as text, of real runs: what `t.wave` draws and what a failing test shows.

import { expect, test } from 'vitest';
import { Alu, Counter, Dot, Slice } from '../../test/designs.ts';
import { simulate } from '../testbench/simulate.ts';
import { asciiWave } from './ascii-wave.ts';
import { failureWave } from './failure-wave.ts';
import { bitsText, type Samples, selected } from './samples.ts';
import { waveSvg } from './wavedrom.ts';

test('a wave of a stream, in the order of the patterns', () =>
  simulate(Dot, {}, async (dut, t) => {
    const sent = dut.in.send({ a: [1, -2], b: [3, 4], last: false }, { a: [100, 5], b: [-7, 0], last: true });
    await Promise.all([sent, dut.out.recv()]);
    await t.step();
    expect(t.wave('in_valid', 'in_ready', 'in_a_*', 'in_last', 'out_*')).toMatchInlineSnapshot(`
      "cycle       0    1    2    3    4
                 ──────────┐
      in_valid             └──────────────
                 ─────────────────────────
      in_ready
                 ─────┬───────────────────
      in_a_0      1   │100
                 ─────┬───────────────────
      in_a_1      -2  │5
                      ┌───────────────────
      in_last    ─────┘
                           ┌────┐
      out_valid  ──────────┘    └─────────
                 ───────────────┐
      out_ready                 └─────────
                 ─────┬────┬────┬─────────
      out_data    0   │-5  │-705│0"
    `);
    expect(t.wave('out_data', { last: 2, radix: 'hex' })).toMatchInlineSnapshot(`
      "cycle      3     4
                ────────────
      out_data   0x00000000"
    `);
  }));

test('enum labels, and the present moment as the last column', () =>
  simulate(Alu, {}, async (dut, t) => {
    dut.a.poke(-100);
    dut.b.poke(-28);
    for (const mode of ['Add', 'Sub', 'Pass'] as const) {
      dut.mode.poke(mode);
      await t.step();
    }
    dut.a.poke(0);
    expect(t.wave('mode', 'a', 'y')).toMatchInlineSnapshot(`
      "cycle   0    1    2    3
             ─────┬────┬─────────
      mode    Add │Sub │Pass
             ───────────────┬────
      a       -100          │0
             ─────┬────┬────┬────
      y       -128│-72 │-100│0"
    `);
  }));

test('a long run keeps its last cycles', () =>
  simulate(Counter, {}, { history: 3 }, async (dut, t) => {
    await t.step(2);
    dut.en.poke(true);
    await t.step(20);
    expect(t.wave()).toMatchInlineSnapshot(`
      "cycle       19  20  21  22
                 ────────────────
      en
                 ────┬───┬───┬───
      count       17 │18 │19 │20
                 ────┬───┬───┬───
      following   18 │19 │20 │21"
    `);
    await t.step(2);
    expect(t.wave('count')).toMatchInlineSnapshot(`
      "cycle   21  22  23  24
             ────┬───┬───┬───
      count   19 │20 │21 │22"
    `);
  }));

test('ports of every width are shown as they are peeked', () =>
  simulate(Slice, {}, async (dut, t) => {
    const value = {
      ...{ flag: true, mode: 'Halt', u1: 1, u8: 255, s7: -64, u16: 65_535, s13: -4096 },
      ...{ u32: 2 ** 32 - 1, s31: -(2 ** 30), s33: -(2 ** 32), u64: 2n ** 64n - 1n, s64: -(2n ** 63n) },
      ...{ u65: 2n ** 64n + 5n, s96: -1n, s130: -(2n ** 129n) },
      grid: [-16, -1, 0, 1, 2, 15].map((re, i) => ({ re, im: i })),
    };
    const grid = [value.grid.slice(0, 3), value.grid.slice(3)];
    dut.plain.poke({ ...value, mode: 'Halt', grid });
    await t.step();
    expect(t.wave('seen_*', { last: 1 })).toMatchInlineSnapshot(`
      "cycle              1
                        ────────────────────────────────────
      seen_flag
                        ────────────────────────────────────
      seen_mode          Halt
                        ────────────────────────────────────
      seen_u1            1
                        ────────────────────────────────────
      seen_u8            255
                        ────────────────────────────────────
      seen_s7            -64
                        ────────────────────────────────────
      seen_u16           65535
                        ────────────────────────────────────
      seen_s13           -4096
                        ────────────────────────────────────
      seen_u32           4294967295
                        ────────────────────────────────────
      seen_s31           -1073741824
                        ────────────────────────────────────
      seen_s33           -4294967296
                        ────────────────────────────────────
      seen_u64           18446744073709551615
                        ────────────────────────────────────
      seen_s64           -9223372036854775808
                        ────────────────────────────────────
      seen_u65           0x10000000000000005
                        ────────────────────────────────────
      seen_s96           0xffffffffffffffffffffffff
                        ────────────────────────────────────
      seen_s130          0x200000000000000000000000000000000
                        ────────────────────────────────────
      seen_grid_0_0_re   -16
                        ────────────────────────────────────
      seen_grid_0_0_im   0
                        ────────────────────────────────────
      seen_grid_0_1_re   -1
                        ────────────────────────────────────
      seen_grid_0_1_im   1
                        ────────────────────────────────────
      seen_grid_0_2_re   0
                        ────────────────────────────────────
      seen_grid_0_2_im   2
                        ────────────────────────────────────
      seen_grid_1_0_re   1
                        ────────────────────────────────────
      seen_grid_1_0_im   3
                        ────────────────────────────────────
      seen_grid_1_1_re   2
                        ────────────────────────────────────
      seen_grid_1_1_im   4
                        ────────────────────────────────────
      seen_grid_1_2_re   15
                        ────────────────────────────────────
      seen_grid_1_2_im   5"
    `);
  }));

test('WaveDrom: JSON for documents, and its SVG', () =>
  simulate(Alu, {}, async (dut, t) => {
    dut.a.poke(-100);
    await t.step(2);
    dut.mode.poke('Sub');
    const wave = t.waveDrom('mode', 'a', { radix: { a: 'hex' } });
    expect(wave).toEqual({
      signal: [
        { name: 'clk', wave: 'p..' },
        { name: 'mode', wave: '=.=', data: ['Add', 'Sub'] },
        { name: 'a', wave: '=..', data: ['0x9c'] },
      ],
      head: { tick: 0 },
    });
    const svg = await waveSvg(wave);
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    for (const text of ['mode', 'Sub', '0x9c']) expect(svg).toContain(`>${text}<`);
    expect(await waveSvg(wave)).toBe(svg);
  }));

test('a pattern that matches nothing is an error that lists what there is', () =>
  simulate(Counter, {}, (_, t) => {
    expect(() => t.wave('cuont')).toThrow(
      new RangeError('no signal is called cuont; there are en, count, following'),
    );
    expect(() => t.wave('c.unt')).toThrow(RangeError);
  }));

test('a history is bounded, and says so', async () => {
  const run = simulate(Counter, {}, { history: 0 }, () => {});
  await expect(run).rejects.toThrow(
    'history: 0 is not a number of cycles from 1 to 1000000; use vcd for longer runs',
  );
});

test('cycles that nobody looked at leave a seam', () => {
  expect(asciiWave(samplesOf({ a: [1, 1, 2] }, [4, 5, 90]))).toMatchInlineSnapshot(`
    "cycle   4   5   90
           ────────┄───
    a       1      ┊2"
  `);
});

const samplesOf = (rows: Record<string, readonly number[]>, cycles?: readonly number[]): Samples => ({
  signals: Object.keys(rows).map((name) => ({ name, type: { kind: 'uint', width: 16 } })),
  cycles: cycles ?? Object.values(rows)[0]!.map((_, i) => i),
  bits: (signal, column) => BigInt(Object.values(rows)[signal]![column]!),
});

test('a failure shows what moved, and when nothing did, the cycles before that', () => {
  const busy = samplesOf({ a: [1, 1, 2], b: [7, 7, 7] });
  expect(failureWave(busy)).toEqual([
    ...asciiWave(selected(busy, ['a'])).split('\n'),
    'unchanged in cycles 0..2: b = 7',
  ]);
  const stuck = samplesOf({ a: [0, 1, 2, ...Array(40).fill(3)], b: Array(43).fill(7) });
  expect(failureWave(stuck).join('\n')).toMatchInlineSnapshot(`
    "cycle   0   1   2   3   4
           ────┬───┬───┬───────
    a       0  │1  │2  │3
    unchanged in cycles 0..4: b = 7
    nothing changes from cycle 3 to 42"
  `);
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, [0, 1]]));
  expect(failureWave(samplesOf(many))).toContain('and 4 more that change');
});

test('values as people read them', () => {
  expect(bitsText({ kind: 'sint', width: 8 }, 0xf0n)).toBe('-16');
  expect(bitsText({ kind: 'sint', width: 8 }, 0xf0n, 'bin')).toBe('0b11110000');
  expect(bitsText({ kind: 'uint', width: 12 }, 0x2an, 'hex')).toBe('0x02a');
  expect(bitsText({ kind: 'uint', width: 65 }, 3n)).toBe('0x00000000000000003');
  expect(bitsText({ kind: 'enum', width: 2, labels: ['A', 'B', 'C'] }, 3n)).toBe('<3>');
});
