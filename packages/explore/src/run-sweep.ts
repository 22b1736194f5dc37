// A sweep from its points to its result files.
// Invariant: a point that has a row in the store is not run again; results.jsonl and results.csv hold one row per finished
// point, in the order of the sweep, and are replaced whole.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '@gatewright/hdl-core';
import type { BackendName } from '@gatewright/sim';
import type { Executor } from './execute/executor.ts';
import { columnsOfSweep } from './measure/columns.ts';
import type { Job } from './measure/measure-point.ts';
import { keyMaker, planOf } from './measure/plan.ts';
import { csvLine } from './results/csv.ts';
import { ResultStore } from './results/result-store.ts';
import { resultRow, type SweepRecord } from './results/result-table.ts';
import { isWrong, rowText } from './results/row.ts';
import { writeWhole } from './results/shard.ts';
import { parseExpression } from './sweep/expression.ts';
import type { CheckedSweep } from './sweep/read-sweep.ts';
import { pointsOf, type SpaceReport, surveySpace } from './sweep/space.ts';

export interface SweepOptions {
  /** For the results; made when it does not exist. */
  readonly folder: string;
  readonly executor: Executor;
  /** Of the code that measures: see codeFingerprint. */
  readonly fingerprint: string;
  /** Where the sweep file is. */
  readonly base: string;
  readonly backend?: BackendName | undefined;
  readonly seed?: number | undefined;
  /** Runs points again whose row is an error. */
  readonly retryFailed?: boolean | undefined;
  /** How the user started it, for the record. */
  readonly command?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

export interface SweepProgress {
  readonly total: number;
  /** With those from the cache. */
  readonly done: number;
  readonly cached: number;
  readonly failed: number;
  /** Since the first row, points per second. */
  readonly rate: number;
  /** Seconds left at this rate; undefined before the first row. */
  readonly eta: number | undefined;
}

export interface SweepOutcome {
  readonly folder: string;
  readonly total: number;
  /** Points that have a row. */
  readonly done: number;
  /** Of them, without work. */
  readonly cached: number;
  readonly failed: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly spaces: readonly SpaceReport[];
}

/** Runs a sweep. Throws SweepError for an empty space, a store that is broken or in use, a disk that is full. */
export async function runSweep(checked: CheckedSweep, options: SweepOptions): Promise<SweepOutcome> {
  const started = performance.now();
  const { sweep, spaces } = checked;
  const { folder, executor, fingerprint, signal = new AbortController().signal } = options;
  const { points: total, reports } = surveySpace(spaces);
  const plan = planOf(sweep, { folder: options.base, ...settings(options) });
  const keyOf = keyMaker(plan, fingerprint);
  const store = new ResultStore(folder);
  try {
    if (options.retryFailed) store.forgetFailed();
    let [done, cached, failed] = [0, 0, 0];
    for (const point of pointsOf(spaces)) {
      const key = keyOf(point);
      if (!store.has(key)) continue;
      cached++;
      if (store.failed(key)) failed++;
    }
    done = cached;
    const begun = performance.now();
    const tell = (): void => {
      const rate = (done - cached) / ((performance.now() - begun) / 1000);
      const eta = done > cached ? (total - done) / rate : undefined;
      options.onProgress?.({ total, done, cached, failed, rate, eta });
    };
    tell();
    const ended = (hasError: boolean): void => {
      done++;
      if (hasError) failed++;
      tell();
    };
    const jobs = function* (): Generator<Job> {
      for (const point of pointsOf(spaces)) {
        const key = keyOf(point);
        if (!store.has(key)) yield { key, ...point };
      }
    };
    if (done < total)
      await executor.run({
        ...{ plan, folder, signal, jobs: jobs() },
        onRow(row) {
          store.append(row);
          ended(row.error !== undefined);
        },
        collect: () =>
          store.collect().map(({ key, failed: hasError }) => {
            ended(hasError);
            return key;
          }),
        onNote: options.onNote ?? (() => {}),
      });
    store.flush();
    const { wrong, rows } = writeResults(checked, store, keyOf, options);
    return {
      ...{ folder, total, done: rows, cached, failed, wrong, spaces: reports },
      seconds: (performance.now() - started) / 1000,
      interrupted: signal.aborted && rows < total,
    };
  } finally {
    store.close();
  }
}

const settings = ({ backend, seed }: SweepOptions) => ({
  ...(backend !== undefined && { backend }),
  ...(seed !== undefined && { seed }),
});

function writeResults(
  { sweep, spaces }: CheckedSweep,
  store: ResultStore,
  keyOf: ReturnType<typeof keyMaker>,
  options: SweepOptions,
): { wrong: number; rows: number } {
  const { folder } = options;
  const record: SweepRecord = {
    ...{ format: 'gatewright-sweep/1', version: VERSION, fingerprint: options.fingerprint },
    ...(options.command !== undefined && { command: options.command }),
    sweep: {
      ...sweep,
      units: sweep.units.map((u) => ({ ...u, constraints: u.constraints.map((c) => String(c)) })),
    },
  };
  writeWhole(join(folder, 'sweep.json'), `${JSON.stringify(record, null, 2)}\n`);
  let [wrong, rows] = [0, 0];
  const finished = function* () {
    for (const point of pointsOf(spaces)) {
      const row = store.read(keyOf(point));
      if (row) yield row;
    }
  };
  const lines = function* (): Generator<string> {
    for (const row of finished()) {
      rows++;
      if (isWrong(row)) wrong++;
      yield `${rowText(row)}\n`;
    }
  };
  writeWhole(join(folder, 'results.jsonl'), lines());
  const params = [...new Set(spaces.flatMap(({ unit }) => Object.keys(unit.module.params.shape)))];
  const columns = columnsOfSweep(sweep).map((c) => c.name);
  const derived = Object.entries(sweep.derived).map(([name, text]) => [name, parseExpression(text)] as const);
  const table = function* (): Generator<string> {
    yield `${csvLine(['unit', ...params, ...columns, 'error', 'seconds'])}\r\n`;
    for (const row of finished()) {
      const { value } = resultRow(row, 0, derived);
      const fields = [
        ...[row.unit, ...params.map((name) => row.params[name]), ...columns.map(value)],
        ...[row.error && `${row.error.metric}: ${row.error.message}`, row.seconds],
      ];
      yield `${csvLine(fields)}\r\n`;
    }
  };
  writeWhole(join(folder, 'results.csv'), table());
  // A report of other results would mislead.
  const report = join(folder, 'report.html');
  if (existsSync(report)) rmSync(report);
  return { wrong, rows };
}
