// The one error for a testbench value that does not fit its port.
// Invariant: the message begins with the port and the path inside it, and says what would fit.

import type { LeafType } from './leaf-type.ts';
import { integerRange } from './leaf-type.ts';

/** A value that its port cannot carry. */
export class ValueError extends TypeError {
  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.name = 'ValueError';
  }
}

/** A value as a message shows it. */
export function valueText(value: unknown): string {
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/** Why `value` is not a value of the leaf type. */
export function leafError(path: string, type: LeafType, value: unknown): ValueError {
  switch (type.kind) {
    case 'bool':
      return new ValueError(path, `expected true or false, got ${valueText(value)}`);
    case 'enum':
      return new ValueError(path, `expected one of ${type.labels.join(', ')}, got ${valueText(value)}`);
    default:
      return new ValueError(path, integerProblem(type, value));
  }
}

function integerProblem(type: LeafType, value: unknown): string {
  if (typeof value !== 'number' && typeof value !== 'bigint')
    return `expected an integer (bigint or number), got ${valueText(value)}`;
  if (typeof value === 'number' && !Number.isInteger(value)) return `${value} is not an integer`;
  const { min, max } = integerRange(type);
  if (value < min || value > max)
    return `${value} does not fit ${type.kind}(${type.width}) (${rangeText(type)})`;
  return `${value} is beyond the integers that a number can hold exactly; write a bigint`;
}

function rangeText(type: LeafType): string {
  const { min, max } = integerRange(type);
  if (type.width <= 64) return `${min}..${max}`;
  return type.kind === 'sint' ? `-2^${type.width - 1}..2^${type.width - 1}-1` : `0..2^${type.width}-1`;
}
