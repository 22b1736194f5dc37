// Wave files: what a reader finds in them is what the testbench saw.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bool, defineModule, input, output, uint, vec } from '@gatewright/hdl-core';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Counter, Slice } from '../../test/designs.ts';
import { readVcd, type Vcd } from '../../test/read-vcd.ts';
import type { Backend } from '../backend/backend.ts';
import { verilator } from '../backend/verilator/verilator.ts';
import { simulate } from '../testbench/simulate.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatewright-waves-'));
/** Verilator's models without the means to trace: as any back end that only has ports. */
const portsOnly: Backend = {
  name: 'ports',
  build: (design, { trace: _, ...options }) => verilator.build(design, options),
};

/** Counts in bursts, and returns what was peeked just before each edge. */
const count = (options: object): Promise<bigint[]> =>
  simulate(Counter, { width: 12 }, options, async (dut, t) => {
    const seen: bigint[] = [];
    for (let i = 0; i < 30; i++) {
      dut.en.poke(i % 3 !== 0);
      seen.push(dut.following.peek());
      await t.step();
    }
    dut.en.poke(true);
    await t.step(2000);
    return seen;
  });

/** Reset takes two cycles; the moment before edge n is time 2(n + 2). */
const following = (vcd: Vcd, scope: string): bigint[] =>
  Array.from({ length: 30 }, (_, i) => BigInt(`0b${vcd.at(`${scope}.following`, 2 * (i + 2))}`));

test('the ports, where a back end has no more', async () => {
  const path = join(folder, 'deep', 'ports.vcd');
  const seen = await count({ backend: portsOnly, vcd: path });
  const vcd = readVcd(path);
  expect([...vcd.widths]).toEqual([
    ['Counter.clk', 1],
    ['Counter.en', 1],
    ['Counter.count', 12],
    ['Counter.following', 12],
  ]);
  expect(following(vcd, 'Counter')).toEqual(seen);
  expect([vcd.at('Counter.clk', 20), vcd.at('Counter.clk', 21)]).toEqual(['0', '1']);
  expect(vcd.end).toBe(2 * 2032);
  expect(BigInt(`0b${vcd.at('Counter.count', vcd.end)}`)).toBe(2020n);
  const again = join(folder, 'again.vcd');
  await count({ backend: portsOnly, vcd: again });
  expect(readFileSync(again, 'utf8')).toBe(readFileSync(path, 'utf8'));
});

test('ports and registers, from the native back end', async () => {
  const path = join(folder, 'native.vcd');
  const seen = await count({ backend: 'native', vcd: path });
  const vcd = readVcd(path);
  expect([...vcd.widths.keys()]).toEqual([
    'Counter.clk',
    'Counter.en',
    'Counter.count',
    'Counter.following',
    'Counter.value',
  ]);
  expect(following(vcd, 'Counter')).toEqual(seen);
  expect(BigInt(`0b${vcd.at('Counter.value', vcd.end)}`)).toBe(2020n);
});

test('a register of an instance is in a scope of its own, as viewers expect', async () => {
  const Pair = defineModule({
    name: 'Pair',
    params: z.object({}),
    ports: () => ({ en: input(bool), count: output(vec(2, uint(4))) }),
    build(io) {
      const counters = ['left', 'right'].map((name) => Counter.inst(name, { width: 4 }));
      for (const counter of counters) counter.en.set(io.en);
      io.count.set(counters.map((counter) => counter.count));
    },
  });
  const path = join(folder, 'pair.vcd');
  await simulate(Pair, {}, { backend: 'native', vcd: path, watch: ['right.*'] }, async (dut, t) => {
    dut.en.poke(true);
    await t.step(3);
  });
  const text = readFileSync(path, 'utf8');
  expect(
    [...text.matchAll(/^\$(?:scope module|var wire \d+ \S+|upscope) ?(\S*)/gm)].map((m) => m[1]),
  ).toEqual([
    'Pair',
    'clk',
    'en',
    'count_0',
    'count_1',
    'right',
    'value',
    '$end',
    'left',
    'value',
    '$end',
    '$end',
  ]);
  const vcd = readVcd(path);
  expect([vcd.at('Pair.left.value', vcd.end), vcd.at('Pair.right.value', vcd.end)]).toEqual(['11', '11']);
});

test('every signal, from Verilator', async () => {
  const path = join(folder, 'verilator.vcd');
  const seen = await count({ backend: 'verilator', vcd: path });
  const vcd = readVcd(path);
  const names = ['clk', 'count', 'en', 'following', 'rst', 'value'];
  for (const name of names) expect([...vcd.widths.keys()]).toContain(`TOP.Counter_bench.dut.${name}`);
  // Nothing of what is around the design.
  expect([...vcd.widths.keys()].filter((name) => !name.includes('.dut.'))).toEqual([]);
  expect(following(vcd, 'TOP.Counter_bench.dut')).toEqual(seen);
  expect(BigInt(`0b${vcd.at('TOP.Counter_bench.dut.value', vcd.end)}`)).toBe(2020n);
});

test('FST, from Verilator', async () => {
  const path = join(folder, 'counter.fst');
  await count({ fst: path });
  const bytes = readFileSync(path);
  // The header block: its kind and length, then first and last time, …, scopes and variables.
  expect([bytes[0], Number(bytes.readBigUInt64BE(1))]).toEqual([0, 329]);
  expect(Number(bytes.readBigUInt64BE(17))).toBe(2 * 2032);
  expect(Number(bytes.readBigUInt64BE(41))).toBe(3);
  expect(Number(bytes.readBigUInt64BE(49))).toBeGreaterThanOrEqual(6);
});

test('wide values and enum codes', async () => {
  const path = join(folder, 'slice.vcd');
  await simulate(Slice, {}, { backend: portsOnly, vcd: path }, async (dut, t) => {
    const value = dut.plain.peek();
    dut.plain.poke({ ...value, mode: 'Halt', s130: -(2n ** 129n) });
    await t.step();
  });
  const vcd = readVcd(path);
  expect(vcd.at('Slice.seen_s130', 4)).toBe(`1${'0'.repeat(129)}`);
  expect(vcd.at('Slice.seen_mode', 4)).toBe('10');
  expect(readFileSync(path, 'utf8')).toContain('$comment seen_mode: 0 Idle, 1 Run, 2 Halt $end');
});

test('what cannot be written is said', async () => {
  await expect(count({ vcd: 'a.vcd', fst: 'a.fst' })).rejects.toThrow('waves: choose one of vcd and fst');
  await expect(count({ backend: portsOnly, fst: 'a.fst' })).rejects.toThrow(
    'the back end ports writes no FST; use vcd, or the back end verilator',
  );
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(count({ vcd: join(file, 'a.vcd') })).rejects.toThrow(/ENOTDIR|EEXIST/);
});
