// Did you mean …?
// Invariant: a name is proposed only when it is close; else the choices are listed.

import { closest, distance } from 'fastest-levenshtein';

/** `did you mean lanes?`, or `there are: a, b`. */
export function nearestText(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'there are none';
  const near = closest(name, names);
  return distance(name, near) <= Math.max(2, near.length / 3)
    ? `did you mean ${near}?`
    : `there are: ${names.join(', ')}`;
}
