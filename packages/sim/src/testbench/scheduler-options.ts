// What a scheduler is told at its start, and what it tells of waits that do not end.
// Types only.

import type { Bulk } from '../backend/backend.ts';
import type { Samples } from '../wave/samples.ts';
import type { TestClock } from './test-clock.ts';
import type { Failure } from './wait.ts';

/** What is known of waits that do not end. */
export interface Stuck {
  readonly reason: string;
  readonly cycle: number;
  /** One line per wait. */
  readonly waits: readonly string[];
}

export interface SchedulerOptions {
  /** The first one is what `cycle` and `step` mean. */
  readonly clocks: readonly TestClock[];
  /** What the instance offers for streams. */
  readonly bulk?: Bulk | undefined;
  /** Cycles without a transfer, or anything else awaited, that end the waits. */
  readonly timeout: number;
  /** Cycles after which the whole run fails. */
  readonly maxCycles: number;
  /** The last cycles. */
  readonly samples: () => Samples;
  /** Makes the error of waits that take too long. */
  readonly timedOut: (stuck: Stuck) => Failure;
  readonly setReset: (active: boolean, name: string | undefined) => void;
  /** Called about every 20 ms while time moves. */
  readonly onSlice?: (() => void) | undefined;
}
