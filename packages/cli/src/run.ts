// run: one command line from arguments to exit code.
// Invariant: never throws and never exits the process; any failure is one message on stderr.

import type { AnyUnit } from '@gatewright/sim';
import type { Io } from './io.ts';
import { makeProgram, NothingToDo } from './program.ts';
import { styleOf } from './terminal/style.ts';

/** Exit code of a program that the user interrupted. */
const INTERRUPTED = 130;

/** Runs the command with the given arguments and resolves to its exit code: 0, 1 failed, 2 misused, 130 interrupted. */
export async function run(argv: readonly string[], io: Io, units?: readonly AnyUnit[]): Promise<number> {
  const { bold, red } = styleOf(io, io.stderr);
  try {
    const given = argv.length > 0 ? argv : ['--help'];
    const program = await makeProgram(given, io, units);
    await program.parseAsync(given, { from: 'user' });
    return io.signal?.aborted ? INTERRUPTED : 0;
  } catch (error) {
    if (error instanceof NothingToDo) return 0;
    if (io.signal?.aborted) {
      io.stderr.write('interrupted\n');
      return INTERRUPTED;
    }
    // It knows the errors of every package, and is seldom needed.
    const { explain } = await import('./explain.ts');
    const { message, help, exitCode } = explain(error);
    io.stderr.write(`${bold(red('error:'))} ${message}\n`);
    if (help) io.stderr.write(`${bold('help:')} ${help}\n`);
    if (io.env.GATEWRIGHT_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
    return exitCode;
  }
}
