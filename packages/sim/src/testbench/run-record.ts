// What has been simulated, for runners: every run of a design is announced on a diagnostics channel of Node.
// Invariant: nothing is made when nobody listens.

import { channel } from 'node:diagnostics_channel';

/** One run of a design. */
export interface RunRecord {
  /** The top module's name. */
  readonly design: string;
  readonly simulators: readonly string[];
  readonly cycles: number;
  readonly seed: number;
}

/** The name of the channel. */
export const runChannelName = 'gatewright:run';
const runs = channel(runChannelName);

/** Announces a run that has ended. */
export function announceRun(record: () => RunRecord): void {
  if (runs.hasSubscribers) runs.publish(record());
}
