// Looking for a case that fails, and for the smallest one: fast-check with a bound on shrinking.
// Invariant: the same seed (and path) tries the same cases. It knows nothing of designs.

import fc from 'fast-check';

/** Which cases. */
export interface SearchOptions {
  readonly seed: number;
  readonly runs: number;
  /** Replays one case: the `path` of a failure, with its seed. */
  readonly path?: string | undefined;
}

/** The smallest case found that fails. */
export interface Failing<C> {
  readonly smallest: C;
  readonly seed: number;
  readonly path: string;
  /** Steps from the case that failed first to this one. */
  readonly shrinks: number;
  /** Which of the runs failed first, from 1. */
  readonly run: number;
}

/** Cases tried while shrinking; after that the smallest so far is reported. */
const shrinkLimit = 400;

/**
 * Tries cases until one fails, then smaller ones. `trial` is told whether a failure has been found already; what it throws
 * ends the search.
 */
export async function search<C>(
  cases: fc.Arbitrary<C>,
  trial: (value: C, shrinking: boolean) => Promise<boolean>,
  { seed, runs, path }: SearchOptions,
): Promise<Failing<C> | undefined> {
  if (runs === 0) return undefined;
  let failed = false;
  let tried = 0;
  let fault: { readonly error: unknown } | undefined;
  const property = fc.asyncProperty(cases, async (value) => {
    if (fault || (failed && ++tried > shrinkLimit)) return true;
    try {
      const ok = await trial(value, failed);
      if (!ok) failed = true;
      return ok;
    } catch (error) {
      // Not a failing case but no case at all, such as a design that cannot be built: there is nothing to make smaller.
      fault = { error };
      return false;
    }
  });
  const details = await fc.check(property, { seed, numRuns: runs, ...(path !== undefined && { path }) });
  if (fault) throw fault.error;
  if (!details.failed) return undefined;
  return {
    smallest: details.counterexample![0],
    seed,
    path: details.counterexamplePath ?? '',
    shrinks: details.numShrinks,
    run: details.numRuns,
  };
}
