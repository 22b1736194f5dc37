// The error of a wait that takes too long: who waits, and what the ports did in the last cycles.
// Invariant: nothing is made while all is well.

import type { Stuck } from './scheduler-options.ts';
import type { Failure } from './wait.ts';

/** A wait that is not going to end. */
export class SimTimeout extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SimTimeout';
  }
}

/** Makes the error; `wave` are the lines of the last cycles. */
export function timeoutFailure({ reason, cycle, waits }: Stuck, wave: readonly string[]): Failure {
  const message = [
    `${reason}; waiting at cycle ${cycle}:`,
    ...waits.map((wait) => `  ${wait}`),
    'the last cycles, just before each rising edge:',
    ...wave.map((line) => `  ${line}`),
  ].join('\n');
  return () => new SimTimeout(message);
}
