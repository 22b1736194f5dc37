// Executors that hand points to a queue: many points per task, rows by way of the shared file system.
// Invariant: a point is given out again only when the queue says that its task is over and no row came; a queue that does
// not answer is waited for, never taken for an empty one.

import { join } from 'node:path';
import type { Job } from '../measure/measure-point.ts';
import { SweepError } from '../sweep/sweep-error.ts';
import { BatchFolder } from './batch-folder.ts';
import type { Execution, Executor, WorkerEntry } from './executor.ts';

/** A queue: Slurm, or a command of the user's. */
export interface Queue {
  readonly name: string;
  /** Submits all tasks of a batch; returns what the queue calls it. */
  submit(batch: BatchFolder, tasks: number): Promise<string>;
  /** Whether any task waits or works; undefined when the queue cannot say now. */
  alive(batch: BatchFolder, tasks: number): Promise<boolean | undefined>;
  /** Ends what is left of it. */
  cancel(batch: BatchFolder): Promise<void>;
}

export interface BatchOptions {
  readonly queue: Queue;
  readonly entry: WorkerEntry;
  /** At most so many tasks, which share the points. */
  readonly tasks: number;
  readonly workers: number;
  readonly memoryLimit: number;
  readonly timeoutSeconds: number;
  /** Between two looks at the results; 500 by default. */
  readonly pollMs?: number;
}

/** Batches in which a point may be lost (a node that dies, a task that is ended) before it counts as failed. */
const ATTEMPTS = 3;

export const batchExecutor = (options: BatchOptions): Executor => ({
  name: options.queue.name,
  run: (execution) => run(options, execution),
});

async function run(options: BatchOptions, execution: Execution): Promise<void> {
  const { queue } = options;
  for (const batch of BatchFolder.unfinished(execution.folder)) {
    execution.onNote(`waiting for ${queue.name} ${batch.handle}, which an earlier sweep submitted`);
    await follow(options, execution, batch, Number.POSITIVE_INFINITY, new Set());
  }
  let missing = new Map<string, Job>();
  for (const job of execution.jobs) missing.set(job.key, job);
  for (let attempt = 1; missing.size > 0 && !execution.signal.aborted; attempt++) {
    if (attempt > ATTEMPTS) {
      for (const { key, unit, params } of missing.values())
        execution.onRow({
          ...{ key, unit, params: { ...params }, measured: {}, seconds: 0 },
          error: { metric: 'process', message: `its task ended without a result, ${ATTEMPTS} times` },
        });
      return;
    }
    if (attempt > 1) execution.onNote(`${missing.size} points are without a result: submitted again`);
    missing = await runBatch(options, execution, missing, attempt);
  }
}

/** Submits a batch and returns the jobs that it did not end. */
async function runBatch(
  options: BatchOptions,
  execution: Execution,
  jobs: ReadonlyMap<string, Job>,
  attempt: number,
): Promise<Map<string, Job>> {
  const { queue, entry, workers, memoryLimit, timeoutSeconds } = options;
  const count = Math.min(options.tasks, jobs.size);
  // Dealt like cards: neighbours in a sweep cost alike, so every task gets some of each.
  const tasks: Job[][] = Array.from({ length: count }, () => []);
  [...jobs.values()].forEach((job, i) => void tasks[i % count]!.push(job));
  const path = join(execution.folder, 'batch', `${Date.now().toString(36)}-${attempt}`);
  const settings = {
    ...{ plan: execution.plan, rows: join(execution.folder, 'rows') },
    ...{ workers, memoryLimit, timeoutSeconds },
  };
  const batch = BatchFolder.make(path, settings, tasks, entry);
  batch.handle = await queue.submit(batch, count);
  execution.onNote(`submitted to ${queue.name} as ${batch.handle}: ${jobs.size} points in ${count} tasks`);
  const missing = new Map(jobs);
  await follow(options, execution, batch, count, missing);
  return missing;
}

/** Waits for a batch, taking in rows; ends when nothing is missing or the queue has nothing of it left. */
async function follow(
  { queue, pollMs = 500 }: BatchOptions,
  execution: Execution,
  batch: BatchFolder,
  tasks: number,
  missing: Pick<Map<string, unknown>, 'delete' | 'size'>,
): Promise<void> {
  const whole = missing.size > 0;
  const collect = (): void => {
    for (const key of execution.collect()) missing.delete(key);
  };
  let over = 0;
  let silent = false;
  // The queue is asked less often than the file system is looked at.
  for (let look = 0; ; look++) {
    collect();
    if (whole && missing.size === 0) break;
    if (execution.signal.aborted) {
      await queue.cancel(batch);
      collect();
      break;
    }
    if (look % 4 === 3) {
      const alive = await queue.alive(batch, tasks);
      if (alive === undefined && !silent) execution.onNote(`${queue.name} does not answer; waiting`);
      silent = alive === undefined;
      // Seen over twice: what the last task wrote may take a moment to be seen here.
      over = alive === false ? over + 1 : 0;
      if (over >= 2) {
        // Nothing of it may begin later, beside the batch that follows.
        await queue.cancel(batch);
        collect();
        break;
      }
    }
    await pause(pollMs, execution.signal);
  }
  batch.end();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}

/** A tool of a queue that is not there. */
export const missingTool = (tool: string, help: string): SweepError =>
  new SweepError('', `${tool} is not installed`, help);
