// The error of a wait that takes too long: who waits, and what the ports do.
// Invariant: nothing is recorded while all is well; the table shows the cycles after the time-out was noticed.

import type { Stuck } from './scheduler.ts';
import type { Failure } from './wait.ts';
import type { WaveTable } from './wave-table.ts';

/** A wait that is not going to end. */
export class SimTimeout extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SimTimeout';
  }
}

const recorded = 8;

/** Passes 8 more cycles, showing each in the table, and makes the error. */
export function timeoutFailure({ reason, cycle, waits, passCycle }: Stuck, table: WaveTable): Failure {
  for (let i = 0; i < recorded; i++) passCycle(() => table.record(`${cycle + i}`));
  const message = [
    `${reason}; waiting at cycle ${cycle}:`,
    ...waits.map((wait) => `  ${wait}`),
    `the ${recorded} cycles that follow, just before each rising edge:`,
    ...table.lines().map((line) => `  ${line}`),
  ].join('\n');
  return () => new SimTimeout(message);
}
