// Runs the command in-process, as the bin file would, and returns what a user sees.
// Invariant: nothing is replaced but the streams.

import { PassThrough } from 'node:stream';
import type { AnyUnit } from '@gatewright/sim';
import { run } from '../src/run.ts';

export interface Seen {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly units?: readonly AnyUnit[];
  readonly env?: Record<string, string>;
  /** True: stderr says that it is a terminal. */
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
}

export async function runCommand(argv: readonly string[], surroundings: Surroundings = {}): Promise<Seen> {
  const { cwd = process.cwd(), units, env = {}, terminal = false, signal } = surroundings;
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), terminal ? { isTTY: true, columns: 120 } : {});
  const texts = { stdout: '', stderr: '' };
  stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
  });
  stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
  });
  const code = await run(argv, { stdout, stderr, cwd, env, signal }, units);
  await new Promise(setImmediate);
  return { code, ...texts };
}
