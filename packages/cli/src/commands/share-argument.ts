// An argument that is a share: a number from 0 to 1.

import { InvalidArgumentError } from 'commander';

/** Throws InvalidArgumentError for anything else. */
export function shareArgument(text: string): number {
  const share = Number(text);
  if (text.trim() !== '' && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('give a number from 0 to 1');
}
