// Integers on the command line.
// Invariant: a value is in range or the user is told the range.

import { InvalidArgumentError } from 'commander';

/** Reads an integer from `least` to `most`, for `Option.argParser`. */
export const integerArgument =
  (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const n = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(n) && n >= least && n <= most) return n;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`give an integer ${range}`);
  };
