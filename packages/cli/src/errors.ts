// The errors of the command, and the one place where any error becomes a message, a remedy and an exit code.
// Invariant: 2 means that the command line or the input data is wrong, 1 that the work failed, 130 that the user stopped it.
// Nothing is printed here.

import { ExpressionError, SweepError } from '@gatewright/explore';
import { DesignError, ParameterError } from '@gatewright/hdl-core';
import { ModelStopped, SimTimeout } from '@gatewright/sim';
import { ToolError } from '@gatewright/verilator';

/** The command line, or data it names, is wrong. */
export class UsageError extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
    this.help = help;
  }
}

/** A folder cannot be written, or holds something that must not be overwritten. */
export class FolderError extends Error {
  readonly help: string;
  constructor(message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FolderError';
    this.help = help;
  }
}

/** The hardware does not do what the golden model says. */
export class VerificationFailed extends Error {
  readonly help: string | undefined;
  constructor(message: string, help?: string) {
    super(message);
    this.name = 'VerificationFailed';
    this.help = help;
  }
}

/** What the user is told. */
export interface Explanation {
  readonly message: string;
  readonly help?: string | undefined;
  readonly exitCode: number;
}

/** Message, remedy and exit code of any error. */
export function explain(error: unknown): Explanation {
  if (error instanceof UsageError) return { message: error.message, help: error.help, exitCode: 2 };
  if (error instanceof ExpressionError) return { message: error.message, exitCode: 2 };
  if (error instanceof SweepError) return { message: error.message, help: error.help, exitCode: 2 };
  if (error instanceof ParameterError) return { message: error.message, exitCode: 2 };
  if (error instanceof FolderError || error instanceof VerificationFailed || error instanceof ToolError)
    return { message: error.message, help: error.help, exitCode: 1 };
  if (error instanceof DesignError) {
    return {
      message: `the unit cannot be built with these parameters\n${error.message}`,
      help: 'this is a fault of the unit, not of the command line: please report it with the parameters',
      exitCode: 1,
    };
  }
  if (error instanceof SimTimeout || error instanceof ModelStopped)
    return { message: `the simulation did not finish: ${error.message}`, exitCode: 1 };
  return {
    message: reasonOf(error),
    help: 'this was not expected; GATEWRIGHT_DEBUG=1 shows where it comes from',
    exitCode: 1,
  };
}

/** What an error says; of a system error the words between its code and its paths. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code && error.message.startsWith(`${code}: `)
    ? error.message.slice(code.length + 2).replace(/, \w+( '.*)?$/s, '')
    : error.message;
}

/** Runs a step that reads the user's data: whatever it throws is a fault of that data, told in its own words. */
export function readingInput<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof UsageError || cause instanceof TypeError) throw cause;
    const path = (cause as NodeJS.ErrnoException | undefined)?.path;
    const message = path === undefined ? reasonOf(cause) : `cannot read ${path}: ${reasonOf(cause)}`;
    throw new UsageError(message, undefined, { cause });
  }
}
