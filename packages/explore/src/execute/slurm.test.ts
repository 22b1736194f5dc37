// A sweep on a real Slurm cluster of three nodes, of which one dies and whose controller dies while it runs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SlurmCluster, whyNoSlurm } from '../../test/slurm-cluster.ts';
import { checked, entry, newFolder, sweepInto } from '../../test/surroundings.ts';
import { readResults } from '../results/result-table.ts';
import { batchExecutor } from './batch.ts';
import { slurm } from './slurm.ts';

const why = whyNoSlurm();
const where = why === undefined ? '' : ` (SKIPPED: ${why})`;

const sweep = checked({
  name: 'slurm',
  units: [{ unit: 'mac', parameters: { lanes: { range: [1, 6] }, bits: [4, 6, 8], pause: 1000 } }],
  workloads: [{ name: 'gemm', gemm: { tokens: 1, depth: 8, outputs: 1 } }],
  metrics: ['simulation'],
});
const POINTS = 18;

const executor = (tasks: number) =>
  batchExecutor({
    queue: slurm(),
    entry: entry(),
    tasks,
    workers: 1,
    memoryLimit: 2 ** 31,
    timeoutSeconds: 120,
  });

describe.skipIf(why !== undefined)(`on Slurm${where}`, () => {
  let cluster: SlurmCluster;
  const before = { ...process.env };
  beforeAll(async () => {
    cluster = await SlurmCluster.start(3);
    process.env.SLURM_CONF = cluster.conf;
  }, 300_000);
  afterAll(async () => {
    await cluster?.stop();
    process.env = before;
  }, 60_000);

  test('a node dies, the controller dies: every point ends exactly once', async () => {
    const folder = newFolder();
    const starts = join(folder, 'starts.txt');
    process.env.SWEEP_TEST_STARTS = starts;
    const notes: string[] = [];
    let [killed, restarted] = [0, false];
    const outcome = await sweepInto(folder, sweep, {
      executor: executor(6),
      onNote: (text) => void notes.push(text),
      onProgress({ done }) {
        if (done >= 3 && killed === 0) {
          killed = cluster.killNode(1);
          notes.push(`node 1 killed with ${killed} processes, ${done} points done`);
        }
        if (done >= 6 && !restarted) {
          restarted = true;
          cluster.killController();
          notes.push(`controller killed, ${done} points done`);
          setTimeout(() => cluster.startController(), 3000);
          setTimeout(() => cluster.startNode(1), 6000);
        }
      },
    });
    console.log(notes.join('\n'));
    expect(outcome).toMatchObject({ total: POINTS, done: POINTS, failed: 0, wrong: 0 });
    // The daemon, the step, the script, the pool and its worker.
    expect(killed).toBeGreaterThanOrEqual(3);
    expect(restarted).toBe(true);
    const { rows } = readResults(folder);
    expect(new Set(rows.map((r) => r.key)).size).toBe(POINTS);
    expect(rows.every((r) => r.measured['gemm.mismatches'] === 0)).toBe(true);
    // Begun twice is at most the point that the node was at when it died, and one whose row was not yet written.
    const begun = readFileSync(starts, 'utf8').trim().split('\n');
    expect(begun.length).toBeGreaterThanOrEqual(POINTS);
    expect(begun.length).toBeLessThanOrEqual(POINTS + 2);
    // And all that is finished is answered from the cache.
    expect(await sweepInto(folder, sweep, { executor: executor(6) })).toMatchObject({ cached: POINTS });
    expect(readFileSync(starts, 'utf8').trim().split('\n')).toHaveLength(begun.length);
  }, 900_000);

  test('an interrupted sweep cancels its tasks and goes on later', async () => {
    const folder = newFolder();
    const interruption = new AbortController();
    const first = await sweepInto(folder, sweep, {
      executor: executor(3),
      signal: interruption.signal,
      onProgress: ({ done }) => done >= 2 && interruption.abort(),
    });
    expect(first.interrupted).toBe(true);
    expect(existsSync(join(folder, 'batch'))).toBe(true);
    const second = await sweepInto(folder, sweep, { executor: executor(3) });
    expect(second).toMatchObject({ done: POINTS, failed: 0 });
    expect(second.cached).toBeGreaterThanOrEqual(2);
  }, 900_000);
});
