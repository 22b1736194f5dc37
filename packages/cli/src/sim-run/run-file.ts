// Runs a testbench file in a process of its own, so that whatever it does cannot take the command with it.
// Invariant: TypeScript is loaded by tsx, whatever this Node can do by itself; what the file prints goes to `print`.

import { fork } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Coverage } from '@gatewright/sim';
import type { Output } from '../io.ts';
import type { BenchResult, RunMessage, RunRequest } from './messages.ts';

/** What became of the file. */
export interface FileRun {
  readonly results: readonly BenchResult[];
  /** Why nothing ran, and what to do. */
  readonly unusable?: { readonly reason: string; readonly help: string } | undefined;
}

export interface RunOptions {
  readonly print: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
  /** Gathers what the benches reach, when the request asks for it. */
  readonly coverage?: Coverage | undefined;
  /** Told which bench begins. */
  readonly onStart?: ((name: string) => void) | undefined;
  /** Told what is being built. */
  readonly onProgress?: ((what: string) => void) | undefined;
}

// Run from its TypeScript sources, the command wants the child to be so too.
const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const child = fileURLToPath(new URL(`./child.${ending}`, import.meta.url));

/** Time for a bench that took too long to end by itself, in ms. */
const grace = 2000;

/** Runs the file to its end. A process that dies counts as a failure of what it was running. */
export async function runFile(
  request: RunRequest,
  { print, env, cwd, signal, coverage, onStart, onProgress }: RunOptions,
): Promise<FileRun> {
  const worker = fork(child, [], {
    cwd,
    env: {
      ...env,
      GATEWRIGHT_RUN: JSON.stringify(request),
      // For what calls `simulate` by itself.
      GATEWRIGHT_SEED: String(request.seed),
      ...(request.backend !== undefined && { GATEWRIGHT_BACKEND: request.backend }),
      ...(request.vcd !== undefined && { GATEWRIGHT_VCD: request.vcd }),
    },
    execArgv: [
      ...(ending === 'ts' ? ['--conditions=gatewright-source'] : []),
      ...['--enable-source-maps', '--import', import.meta.resolve('tsx')],
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(signal && { signal }),
  });
  for (const stream of [worker.stdout!, worker.stderr!]) stream.pipe(print, { end: false });
  const { timeout } = request;
  const results: BenchResult[] = [];
  let unusable: FileRun['unusable'];
  let running = basename(request.file);
  let done = false;
  let tooLong = false;
  const wait = (): NodeJS.Timeout =>
    setTimeout(
      () => {
        tooLong = true;
        worker.kill('SIGKILL');
      },
      timeout * 1000 + grace,
    );
  let timer = wait();
  worker.on('message', (message: RunMessage) => {
    clearTimeout(timer);
    timer = wait();
    if (message.kind === 'ended') results.push(message.result);
    if (message.kind === 'building') onProgress?.(message.what);
    if (message.kind === 'counted') coverage?.add(message.counts);
    if (message.kind === 'unusable') unusable = message;
    if (message.kind === 'done') done = true;
    if (message.kind !== 'started') return;
    running = message.name;
    onStart?.(running);
  });
  const end = await new Promise<string>((resolve) => {
    worker.on('error', (error) => resolve(error.message));
    worker.on('close', (code, by) => resolve(by ? `signal ${by}` : `exit code ${code}`));
  });
  clearTimeout(timer);
  signal?.throwIfAborted();
  if (!done && !unusable) {
    const why = tooLong
      ? `this was not over after ${timeout} s (--timeout), and its process was ended`
      : `the process ended while this was running (${end})`;
    const error = `${why}; what comes after it did not run`;
    results.push({ name: running, designs: [], simulators: [], cycles: 0, seconds: 0, error });
  }
  return { results, unusable };
}
