// The folder of a batch: what its tasks are to do, for processes on other machines that share the file system.
// Invariant: written whole before anything is submitted; a task reads its own file and no other.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job } from '../measure/measure-point.ts';
import { planSchema } from '../measure/plan.ts';
import { writeWhole } from '../results/shard.ts';
import type { WorkerEntry } from './executor.ts';

const batchSchema = z.strictObject({
  plan: planSchema,
  /** The folder of the shards. */
  rows: z.string(),
  /** Worker processes in each task. */
  workers: z.number(),
  memoryLimit: z.number(),
  timeoutSeconds: z.number(),
});
export type BatchSettings = z.output<typeof batchSchema>;

/** A batch on the disk. */
export class BatchFolder {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }

  /** Writes a batch with its tasks, and a script that runs the task whose number it is given. */
  static make(
    path: string,
    settings: BatchSettings,
    tasks: readonly (readonly Job[])[],
    entry: WorkerEntry,
  ): BatchFolder {
    const batch = new BatchFolder(path);
    mkdirSync(join(path, 'log'), { recursive: true });
    mkdirSync(join(path, 'beat'), { recursive: true });
    tasks.forEach((jobs, i) => writeWhole(join(path, 'tasks', `${i}.json`), JSON.stringify(jobs)));
    writeWhole(join(path, 'batch.json'), JSON.stringify(settings));
    const words = [process.execPath, ...entry.execArgv, entry.module, 'task', path].map(shellWord);
    writeFileSync(batch.script, `#!/bin/sh\nexec ${words.join(' ')} "\${1:-$SLURM_ARRAY_TASK_ID}"\n`, {
      mode: 0o755,
    });
    return batch;
  }

  get script(): string {
    return join(this.path, 'task.sh');
  }

  settings(): BatchSettings {
    return batchSchema.parse(JSON.parse(readFileSync(join(this.path, 'batch.json'), 'utf8')));
  }

  jobs(task: number): Job[] {
    return JSON.parse(readFileSync(join(this.path, 'tasks', `${task}.json`), 'utf8')) as Job[];
  }

  /** Touched by a task while it works; see `beatOf`. */
  beatPath(task: number): string {
    return join(this.path, 'beat', String(task));
  }

  /** What the queue calls the batch, once it was submitted. */
  get handle(): string | undefined {
    const path = join(this.path, 'submitted');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }
  set handle(handle: string) {
    writeWhole(join(this.path, 'submitted'), handle);
  }

  /** Whether nobody needs to wait for it any more. */
  get ended(): boolean {
    return existsSync(join(this.path, 'ended'));
  }
  end(): void {
    writeFileSync(join(this.path, 'ended'), '');
  }

  /** The batches of a sweep's folder that were submitted and not seen to end. */
  static unfinished(folder: string): BatchFolder[] {
    const root = join(folder, 'batch');
    if (!existsSync(root)) return [];
    return readdirSync(root)
      .map((name) => new BatchFolder(join(root, name)))
      .filter((batch) => batch.handle !== undefined && !batch.ended);
  }
}

/** A word for sh. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
