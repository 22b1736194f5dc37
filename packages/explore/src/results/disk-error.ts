// What is said when the disk does not take a file.

import { SweepError } from '../sweep/sweep-error.ts';

/** The complaint about a file that could not be written. */
export function diskError(path: string, error: unknown): SweepError {
  const { code, message } = error as NodeJS.ErrnoException;
  const full = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
  return new SweepError(
    path,
    full ? 'the disk is full' : `it cannot be written: ${message}`,
    'every point finished before is kept: make room and start the same sweep again',
    { cause: error },
  );
}
