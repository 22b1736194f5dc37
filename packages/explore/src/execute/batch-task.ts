// One task of a batch, on whatever machine the queue started it.
// Invariant: it may be killed and started again at any time: points whose rows it wrote before are not run again.

import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Row } from '../results/row.ts';
import { readRows, shardName, writeShard } from '../results/shard.ts';
import { BatchFolder } from './batch-folder.ts';
import type { WorkerEntry } from './executor.ts';
import { localPool } from './worker-pool.ts';

/** Rows of short points wait this long for company. */
const FLUSH_MS = 200;
/** Between two signs of life. */
const BEAT_MS = 2000;

/** Runs the task to its end. */
export async function runTask(path: string, task: number, entry: WorkerEntry): Promise<void> {
  const batch = new BatchFolder(path);
  const { plan, rows: folder, ...limits } = batch.settings();
  // The shards of this task in all of its lives begin so.
  const prefix = `${basename(path)}-${task}.`;
  const done = new Set<string>();
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || !name.endsWith('.jsonl')) continue;
    for (const { row } of readRows(join(folder, name))) done.add(row.key);
  }
  const beat = batch.beatPath(task);
  writeFileSync(beat, 'working');
  const heart = setInterval(() => utimesSync(beat, new Date(), new Date()), BEAT_MS);
  let waiting: Row[] = [];
  let flushed = performance.now();
  const flush = (): void => {
    if (waiting.length > 0) writeShard(folder, shardName(prefix), waiting);
    waiting = [];
    flushed = performance.now();
  };
  try {
    await localPool({ entry, ...limits }).run({
      ...{ plan, folder: path, signal: new AbortController().signal },
      jobs: batch.jobs(task).filter(({ key }) => !done.has(key)),
      onRow(row) {
        waiting.push(row);
        if (performance.now() - flushed >= FLUSH_MS) flush();
      },
      collect: () => [],
      onNote: () => {},
    });
  } finally {
    flush();
    clearInterval(heart);
  }
  writeFileSync(beat, 'ended');
}
