// The interface of what runs the points of a sweep.
// Invariant: an executor ends every job with exactly one row, unless it is interrupted; it never measures by itself.

import type { Job } from '../measure/measure-point.ts';
import type { Plan } from '../measure/plan.ts';
import type { Row } from '../results/row.ts';

/** What is to be done, and where rows go. */
export interface Execution {
  readonly plan: Plan;
  /** Drawn one at a time; only points that have not ended. */
  readonly jobs: Iterable<Job>;
  /** The sweep's folder. */
  readonly folder: string;
  /** Takes a finished row. */
  onRow(row: Row): void;
  /** Takes in rows that other processes wrote into the store; returns the keys that are new. */
  collect(): readonly string[];
  /** Something that the user may want to know. */
  onNote(text: string): void;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Executor {
  readonly name: string;
  /** Resolves when every job has ended, or soon after the signal was aborted. */
  run(execution: Execution): Promise<void>;
}

/** How to start a process that measures: a module that calls `serveWorker`. */
export interface WorkerEntry {
  readonly module: string;
  /** Of Node. */
  readonly execArgv: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}
