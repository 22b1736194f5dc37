// What a person sees of a test that fails: the error's own words, then when it happened, how to see it again, and what
// the ports did before.
// Invariant: the error stays the same object, with its type and its stack; one that was explained is not explained again.

import { failureWave } from '../wave/failure-wave.ts';
import type { Samples } from '../wave/samples.ts';
import { SimTimeout } from './sim-timeout.ts';

/** What is known of the run. */
export interface FailedRun {
  readonly cycle: number;
  readonly seed: number;
  /** The last cycles; throws when the model can no longer be looked at. */
  readonly samples: () => Samples;
}

const explained = new WeakSet<Error>();

/** Adds the last cycles and the seed to the error's message, and returns it. Anything but an Error stays as it is. */
export function explainFailure(error: unknown, run: FailedRun): unknown {
  if (!(error instanceof Error) || explained.has(error) || !Object.isExtensible(error)) return error;
  explained.add(error);
  const before = error.message;
  const message = [before, '', ...lines(error, run)].join('\n');
  const stack = error.stack;
  error.message = message;
  // The stack's text begins with the message as it was when the error was made.
  if (stack?.includes(before)) error.stack = stack.replace(before, () => message);
  return error;
}

function lines(error: Error, { cycle, seed, samples }: FailedRun): string[] {
  const heading = `at cycle ${cycle}, seed ${seed} (GATEWRIGHT_SEED=${seed} runs it again)`;
  // A time-out has drawn its wave already.
  if (error instanceof SimTimeout) return [heading];
  try {
    return [`${heading}:`, ...failureWave(samples()).map((line) => `  ${line}`)];
  } catch {
    return [heading];
  }
}
