// Finding a unit by the name typed on the command line.
// Invariant: the units are handed in; this file knows none.

import type { AnyUnit } from '@gatewright/sim';
import { closest, distance } from 'fastest-levenshtein';
import { UsageError } from '../errors.ts';

/** The unit of that name. Throws UsageError with the nearest name, or all of them. */
export function findUnit(units: readonly AnyUnit[], name: string): AnyUnit {
  const unit = units.find((u) => u.name === name);
  if (unit) return unit;
  throw new UsageError(`there is no unit '${name}'`, unitHint(units, name));
}

/** `did you mean mixpe?`, or the list of units. */
export function unitHint(units: readonly AnyUnit[], name: string): string {
  const names = units.map((u) => u.name);
  const near = names.length > 0 ? closest(name, names) : undefined;
  if (near !== undefined && distance(name, near) <= Math.max(2, near.length / 3))
    return `did you mean ${near}?`;
  return `the units are: ${names.join(', ')}`;
}
