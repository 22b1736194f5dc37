// main: the command bound to this process - its streams, its signals, its exit code.
// Invariant: the only file of the package that touches `process`.

import { run } from './run.ts';

/** Time for a command to clean up after Ctrl-C or a kill, in ms. */
const grace = 1000;

/** Runs the command and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const interruption = new AbortController();
  const leave = (signal: NodeJS.Signals): never => {
    process.stderr.write('interrupted\n');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    if (interruption.signal.aborted) leave(signal);
    interruption.abort();
    setTimeout(leave, grace, signal).unref();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  // A reader that has seen enough, such as `head`, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  const { stdout, stderr, env } = process;
  process.exitCode = await run(argv, {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    signal: interruption.signal,
  });
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
}
