// Whole sweeps in real worker processes: results, cache, resumption, and points that fail in every way.

import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checked, newFolder, pool, sweepInto } from '../test/surroundings.ts';
import { ResultStore } from './results/result-store.ts';
import { readResults } from './results/result-table.ts';

const small = checked({
  name: 'small',
  units: [{ unit: 'mac', parameters: { lanes: { pow2: [1, 4] }, bits: [4, 8] } }],
  workloads: [{ name: 'gemm', gemm: { tokens: 2, depth: 16, outputs: 3 } }],
  metrics: ['design', 'simulation'],
  derived: { macPerBit: 'gemm.macPerCycle / bits' },
  objectives: ['max gemm.macPerCycle', 'min bits'],
});

test('figures that are known by hand, in the order of the sweep, as JSONL and CSV', async () => {
  const folder = newFolder();
  const outcome = await sweepInto(folder, small);
  expect(outcome).toMatchObject({ total: 6, done: 6, cached: 0, failed: 0, wrong: 0, interrupted: false });
  const { rows } = readResults(folder);
  expect(rows.map((r) => [r.params.lanes, r.params.bits])).toEqual([
    ...[
      [1, 4],
      [1, 8],
      [2, 4],
      [2, 8],
      [4, 4],
      [4, 8],
    ],
  ]);
  for (const { params, measured, value } of rows) {
    const lanes = params.lanes as number;
    // 2 x 3 dot products of 16: 96 MAC in 96 / lanes beats, and a cycle for the last sum.
    expect(measured).toMatchObject({
      ...{ 'gemm.macs': 96, 'gemm.cycles': 96 / lanes + 1, 'gemm.predictedCycles': 96 / lanes + 1 },
      ...{ 'gemm.checks': 6, 'gemm.mismatches': 0 },
    });
    expect(value('macPerBit')).toBeCloseTo(96 / (96 / lanes + 1) / (params.bits as number), 12);
  }
  // More bits, less error.
  expect(rows[1]!.measured['gemm.relativeRms']).toBeLessThan(rows[0]!.measured['gemm.relativeRms']! / 4);
  const [head, first, ...rest] = readFileSync(join(folder, 'results.csv'), 'utf8').split('\r\n');
  expect(head).toMatch(
    /^unit,lanes,bits,fault,pause,design\.elaborationMs,.*,gemm\.cycles,.*,macPerBit,error,seconds$/,
  );
  expect(first).toMatch(/^mac,1,4,none,0,.*,97,97,96,/);
  expect(rest).toHaveLength(6);
});

test('a second run is answered from the cache; a wider sweep runs only what is new', async () => {
  const folder = newFolder();
  await sweepInto(folder, small);
  const before = readFileSync(join(folder, 'results.jsonl'), 'utf8');
  expect(await sweepInto(folder, small)).toMatchObject({ done: 6, cached: 6 });
  expect(readFileSync(join(folder, 'results.jsonl'), 'utf8')).toBe(before);
  const [space] = small.sweep.units;
  const wider = checked({
    ...small.sweep,
    units: [{ ...space!, parameters: { lanes: { pow2: [1, 8] }, bits: [4, 8] } }],
  });
  expect(await sweepInto(folder, wider)).toMatchObject({ total: 8, cached: 6 });
  // Other code, other seed: other results.
  expect(await sweepInto(folder, small, { fingerprint: 'new' })).toMatchObject({ cached: 0 });
  expect(await sweepInto(folder, small, { seed: 9 })).toMatchObject({ cached: 0 });
});

test('points that are wrong, throw, kill their process or hang are rows, and the others are measured', async () => {
  const folder = newFolder();
  const sweep = checked({
    ...{ name: 'faults', metrics: ['design', 'simulation'] },
    units: [
      { unit: 'mac', parameters: { fault: ['none', 'wrong', 'throws', 'dies', 'hangs'], lanes: [1, 2] } },
    ],
    objectives: ['max scenarios.macPerCycle'],
  });
  const outcome = await sweepInto(folder, sweep, { executor: pool(3) });
  expect(outcome).toMatchObject({ total: 10, done: 10, failed: 6, wrong: 2 });
  const { rows } = readResults(folder);
  expect(rows.map((r) => [r.params.fault, r.wrong, r.error?.metric, r.error?.message])).toEqual(
    ['none', 'wrong', 'throws', 'dies', 'hangs'].flatMap((fault) =>
      [1, 2].map(() => [
        fault,
        fault === 'wrong',
        ...(fault === 'throws'
          ? ['design', expect.stringContaining('this point cannot be built')]
          : fault === 'dies'
            ? ['process', 'its process ended (exit code 7)']
            : fault === 'hangs'
              ? ['process', 'it took longer than 3 s']
              : [undefined, undefined]),
      ]),
    ),
  );
  // Failed points stay failed, unless they are to be tried again.
  expect(await sweepInto(folder, sweep)).toMatchObject({ cached: 10, failed: 6 });
  const throws = checked({
    ...sweep.sweep,
    units: [{ unit: 'mac', parameters: { fault: ['none', 'throws'], lanes: 1 } }],
  });
  expect(await sweepInto(folder, throws, { retryFailed: true })).toMatchObject({ cached: 1, failed: 1 });
}, 300_000);

test('an interrupted sweep keeps what is finished and goes on from there', async () => {
  const folder = newFolder();
  const interruption = new AbortController();
  const many = checked({
    ...small.sweep,
    units: [{ unit: 'mac', parameters: { lanes: { range: [1, 8] }, bits: { range: [2, 8] } } }],
  });
  const first = await sweepInto(folder, many, {
    executor: pool(60, 1),
    signal: interruption.signal,
    onProgress: ({ done }) => done >= 5 && interruption.abort(),
  });
  expect(first).toMatchObject({ total: 56, interrupted: true });
  expect(first.done).toBeGreaterThanOrEqual(5);
  expect(first.done).toBeLessThan(56);
  expect(readResults(folder).rows).toHaveLength(first.done);
  const second = await sweepInto(folder, many);
  expect(second).toMatchObject({ done: 56, cached: first.done, interrupted: false });
  const keys = readResults(folder).rows.map((r) => r.key);
  expect(new Set(keys).size).toBe(56);
});

test('a process beyond its memory is replaced', async () => {
  const folder = newFolder();
  expect(await sweepInto(folder, small, { executor: pool(60, 1, 1) })).toMatchObject({ done: 6, failed: 0 });
});

test('broken and foreign rows are told with file and line; the others stay', async () => {
  const folder = newFolder();
  await sweepInto(folder, small);
  const [shard] = readdirSync(join(folder, 'rows'));
  const path = join(folder, 'rows', shard!);
  const text = readFileSync(path, 'utf8');
  appendFileSync(path, '{"key": "cut off');
  await expect(sweepInto(folder, small)).rejects.toThrow(
    `${path}:${text.split('\n').length}: this line is cut off or no JSON`,
  );
  writeFileSync(path, text);
  writeFileSync(join(folder, 'rows', 'foreign.jsonl'), '{"temperature": 21}\n');
  await expect(sweepInto(folder, small)).rejects.toThrow('foreign.jsonl:1: this is no row of a sweep');
  rmSync(join(folder, 'rows', 'foreign.jsonl'));
  expect(await sweepInto(folder, small)).toMatchObject({ cached: 6 });
  await expect(async () => readResults(join(folder, 'rows'))).rejects.toThrow('this is no folder of a sweep');
});

test('one sweep at a time in a folder; the lock of a dead process is no lock', async () => {
  const folder = newFolder();
  const store = new ResultStore(folder);
  await expect(sweepInto(folder, small)).rejects.toThrow(`process ${process.pid} on`);
  store.close();
  writeFileSync(join(folder, 'lock'), `${(await import('node:os')).hostname()} 999999999\n`);
  expect(await sweepInto(folder, small)).toMatchObject({ done: 6 });
});
