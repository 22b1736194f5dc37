// What a run of the command talks to: two streams, a working directory, the environment and a way to be interrupted.
// Invariant: nothing in this package touches `process` except main.ts, so a test runs the real program in-process.

import { resolve } from 'node:path';
import { UsageError } from './errors.ts';

/** An output stream; a terminal says so. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean | undefined;
  /** Width of a terminal. */
  readonly columns?: number | undefined;
}

/** The surroundings of one run. */
export interface Io {
  /** Results: tables or JSON, nothing else. */
  readonly stdout: Output;
  /** Progress and errors. */
  readonly stderr: Output;
  /** Relative paths of the command line start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user presses Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
}

/** No line that we format is wider, however wide the terminal. */
const widest = 100;

/** Columns that tables and help may use. */
export function widthOf(output: Output): number {
  return Math.max(60, Math.min(output.columns ?? widest, widest));
}

/** A path of the command line, made absolute. Throws UsageError for an empty one, which is a variable that was not set. */
export function pathOf(io: Io, path: string): string {
  if (path === '') throw new UsageError('a path is empty', 'a variable of the shell may not be set');
  return resolve(io.cwd, path);
}
