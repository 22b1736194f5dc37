// The process that measures: what a worker module calls.
// Invariant: it ends when the process that started it is gone; Ctrl-C is its parent's business.

import { type Bench, type Job, pointMeasurer } from '../measure/measure-point.ts';
import type { Row } from '../results/row.ts';
import { rowText } from '../results/row.ts';
import { runTask } from './batch-task.ts';
import type { WorkerEntry } from './executor.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/**
 * Serves the process: as a worker of a pool when it was forked by one, or as a task of a batch when its arguments are
 * `task <folder> <number>`. `entry` is how this module was started.
 */
export async function serveWorker(bench: Bench, entry: WorkerEntry): Promise<void> {
  if (process.send) return servePool(bench);
  const [verb, folder, number] = process.argv.slice(2);
  if (verb !== 'task' || folder === undefined || number === undefined)
    throw new Error('this module is started by a sweep');
  await runTask(folder, Number(number), entry);
}

async function servePool(bench: Bench): Promise<void> {
  const tell = (message: FromWorker): void => void process.send?.(message);
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => {});
  let measure: ((job: Job) => Promise<Row>) | undefined;
  let last: Promise<void> = Promise.resolve();
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'plan') {
      measure = pointMeasurer(message.plan, bench);
      tell({ kind: 'ready' });
      return;
    }
    last = last.then(async () => {
      const line = rowText(await measure!(message.job));
      tell({ kind: 'row', line, memory: process.memoryUsage.rss() });
    });
  });
}
