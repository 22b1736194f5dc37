// The one place where any error becomes a message, a remedy and an exit code.
// Invariant: 2 means that the command line or the input data is wrong, 1 that the work failed, 130 that the user stopped it.
// Nothing is printed here.

import { ExpressionError, SweepError } from '@gatewright/explore';
import { DesignError, ParameterError } from '@gatewright/hdl-core';
import { ModelStopped, SimTimeout } from '@gatewright/sim';
import { ToolError } from '@gatewright/verilator';
import { FolderError, reasonOf, UsageError, VerificationFailed } from './errors.ts';

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
