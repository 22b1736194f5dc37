// What the tests sweep with: the small unit, a worker of the sources, folders of their own.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { WorkerEntry } from '../src/execute/executor.ts';
import { localPool } from '../src/execute/worker-pool.ts';
import { runSweep, type SweepOptions } from '../src/run-sweep.ts';
import { type CheckedSweep, readSweep } from '../src/sweep/read-sweep.ts';
import type { SweepInput } from '../src/sweep/sweep-schema.ts';
import { units } from './units.ts';

/** Packages that the bundle leaves where they are. */
const EXTERNAL = ['@yowasp/yosys', 'esbuild', 'fast-check', 'koffi', 'tsx', 'wavedrom'];

// One file, so that a worker starts in a fraction of the time that loading the sources one by one takes.
const module = fileURLToPath(new URL(`../.run/worker-${process.pid}.js`, import.meta.url));
let built = false;

/** How a measuring process is started; it is built when it is first asked for. */
export function entry(): WorkerEntry {
  if (!built)
    buildSync({
      entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
      outfile: module,
      ...{
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        conditions: ['gatewright-source'],
      },
      external: EXTERNAL,
    });
  built = true;
  return { module, execArgv: [] };
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'gatewright-sweep-'));

export const checked = (sweep: SweepInput): CheckedSweep => readSweep(sweep, { units, models: [] });

/** A pool of two workers. */
export const pool = (timeoutSeconds = 60, workers = 2, memoryLimit = 2 ** 31) =>
  localPool({ entry: entry(), workers, memoryLimit, timeoutSeconds });

export const sweepInto = (folder: string, sweep: CheckedSweep, options: Partial<SweepOptions> = {}) =>
  runSweep(sweep, { folder, executor: pool(), fingerprint: 'test', base: folder, ...options });
