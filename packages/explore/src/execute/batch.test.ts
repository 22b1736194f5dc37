// Batches by a command of the user's: here a shell that starts each task in the background.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checked, entry, newFolder, sweepInto } from '../../test/surroundings.ts';
import { readResults } from '../results/result-table.ts';
import { batchExecutor } from './batch.ts';
import { slurm } from './slurm.ts';
import { submitCommand } from './submit-command.ts';

const sweep = checked({
  name: 'batch',
  units: [
    {
      unit: 'mac',
      parameters: { lanes: { range: [1, 6] }, fault: ['none', 'dies'] },
      constraints: ['fault == "none" || lanes == 2'],
    },
  ],
  workloads: [{ name: 'gemm', gemm: { tokens: 1, depth: 8, outputs: 1 } }],
  metrics: ['simulation'],
});

const options = { workers: 1, memoryLimit: 2 ** 31, timeoutSeconds: 60, pollMs: 100 };

test('a submit command: points in tasks, one that dies among them', async () => {
  const folder = newFolder();
  const queue = submitCommand('{command} > {log} 2>&1 &');
  const executor = batchExecutor({ queue, entry: entry(), tasks: 3, ...options });
  expect(await sweepInto(folder, sweep, { executor })).toMatchObject({ total: 7, done: 7, failed: 1 });
  const { rows } = readResults(folder);
  expect(rows.filter((r) => r.error).map((r) => [r.params.lanes, r.error!.message])).toEqual([
    [2, 'its process ended (exit code 7)'],
  ]);
  const [batch] = readdirSync(join(folder, 'batch'));
  expect(readdirSync(join(folder, 'batch', batch!, 'tasks'))).toEqual(['0.json', '1.json', '2.json']);
});

test('tasks that end without results are submitted again, and in the end their points have failed', async () => {
  const folder = newFolder();
  const notes: string[] = [];
  // It pretends to work: the task is said to have ended, and nothing was run.
  const executor = batchExecutor({
    ...{ queue: submitCommand(': {command}; printf ended > beat/{task}'), entry: entry(), tasks: 2 },
    ...{ ...options, pollMs: 20 },
  });
  const outcome = await sweepInto(folder, sweep, { executor, onNote: (text) => void notes.push(text) });
  expect(outcome).toMatchObject({ total: 7, done: 7, failed: 7 });
  expect(readResults(folder).rows[0]!.error).toEqual({
    metric: 'process',
    message: 'its task ended without a result, 3 times',
  });
  expect(notes.filter((n) => n.includes('submitted again'))).toHaveLength(2);
});

test('a command that fails or says too little, and a tool that is missing', async () => {
  const run = (queue: Parameters<typeof batchExecutor>[0]['queue']) =>
    sweepInto(newFolder(), sweep, {
      executor: batchExecutor({ queue, entry: entry(), tasks: 2, ...options }),
    });
  expect(() => submitCommand('bsub')).toThrow("--submit 'bsub' lacks {command}");
  await expect(run(submitCommand('echo no such queue >&2; false # {command}'))).rejects.toThrow(
    'no such queue',
  );
  const path = process.env.PATH;
  process.env.PATH = '/nowhere';
  try {
    await expect(run(slurm())).rejects.toThrow('sbatch is not installed');
  } finally {
    process.env.PATH = path;
  }
});
