// run: one command line from arguments to exit code.
// Invariant: never throws and never exits the process; any failure is one message on stderr.

import type { AnyUnit } from '@gatewright/sim';
import { explain } from './errors.ts';
import type { Io } from './io.ts';
import { makeProgram, NothingToDo } from './program.ts';
import { styleOf } from './terminal/style.ts';
import { UNITS } from './unit/units.ts';

/** Exit code of a program that the user interrupted. */
const INTERRUPTED = 130;

/** Runs the command with the given arguments and resolves to its exit code: 0, 1 failed, 2 misused, 130 interrupted. */
export async function run(
  argv: readonly string[],
  io: Io,
  units: readonly AnyUnit[] = UNITS,
): Promise<number> {
  const { bold, red } = styleOf(io, io.stderr);
  try {
    await makeProgram({ io, units }).parseAsync(argv.length > 0 ? argv : ['--help'], { from: 'user' });
    return io.signal?.aborted ? INTERRUPTED : 0;
  } catch (error) {
    if (error instanceof NothingToDo) return 0;
    if (io.signal?.aborted) {
      io.stderr.write('interrupted\n');
      return INTERRUPTED;
    }
    const { message, help, exitCode } = explain(error);
    io.stderr.write(`${bold(red('error:'))} ${message}\n`);
    if (help) io.stderr.write(`${bold('help:')} ${help}\n`);
    if (io.env.GATEWRIGHT_DEBUG === '1' && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`);
    return exitCode;
  }
}
