// Slurm as a queue: one job array per batch.
// Invariant: tasks are requeueable; whether they live is squeue's word, and its silence is no word.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SweepError } from '../sweep/sweep-error.ts';
import { missingTool, type Queue } from './batch.ts';

const run = promisify(execFile);

interface Failure {
  readonly code?: string | number;
  readonly stderr?: string;
  readonly message: string;
}

/**
 * A task that nothing more will come of. One that could not be launched (its node or the controller died at that moment) is
 * requeued and held for ever: its points are for another batch.
 */
const OVER =
  /^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|BOOT_FAIL|DEADLINE) |launch.failed.requeued.held/i;

/** Slurm; `options` are further words for sbatch, such as `--partition=eda`. */
export const slurm = (options: readonly string[] = []): Queue => ({
  name: 'slurm',

  async submit(batch, tasks) {
    const words = [
      ...['--parsable', '--job-name=gatewright', `--array=0-${tasks - 1}`, '--requeue', '--open-mode=append'],
      ...[`--output=${join(batch.path, 'log', '%a.txt')}`, `--chdir=${batch.path}`, ...options, batch.script],
    ];
    // A controller that is being restarted is given a minute.
    for (let attempt = 0; ; attempt++) {
      try {
        const { stdout } = await run('sbatch', words);
        return stdout.trim().split(';')[0]!;
      } catch (error) {
        const { code, stderr = '', message } = error as Failure;
        if (code === 'ENOENT') throw missingTool('sbatch', 'install Slurm’s client, or use --executor local');
        if (attempt < 12 && isUnreachable(stderr)) {
          await new Promise((resolve) => setTimeout(resolve, 5000));
          continue;
        }
        throw new SweepError('', `sbatch refuses the batch: ${stderr.trim() || message}`);
      }
    }
  },

  async alive(batch) {
    try {
      const words = ['--noheader', '--array', '--format=%T %r', `--jobs=${batch.handle}`];
      const { stdout } = await run('squeue', words, { timeout: 60_000 });
      return stdout.split('\n').some((line) => line.trim() !== '' && !OVER.test(line));
    } catch (error) {
      // Long after its end Slurm does not know a job any more.
      return /Invalid job id/i.test((error as Failure).stderr ?? '') ? false : undefined;
    }
  },

  async cancel(batch) {
    await run('scancel', [batch.handle!]).catch(() => {});
  },
});

const isUnreachable = (stderr: string): boolean =>
  /unable to contact|connection refused|socket timed out|zero bytes/i.test(stderr);
