// The one error for a testbench value that does not fit its port.
// Invariant: the message begins with the port and the path inside it, and says what would fit.

import { isSigned } from '@gatewright/hdl-core';
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
    case 'fixed':
      return new ValueError(path, fixedProblem(type, value));
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

function fixedProblem(type: LeafType & { kind: 'fixed' }, value: unknown): string {
  if (typeof value !== 'number') return `expected a number, got ${valueText(value)}`;
  const scale = 2 ** type.fractionBits;
  const { min, max } = integerRange(type);
  const text = `${type.signed ? 'sfix' : 'ufix'}(${type.integerBits}, ${type.fractionBits})`;
  if (value * scale < min || value * scale > max)
    return `${value} does not fit ${text} (${Number(min) / scale}..${Number(max) / scale})`;
  return `${value} is not a multiple of 2^-${type.fractionBits}, the last place of ${text}`;
}

function rangeText(type: LeafType): string {
  const { min, max } = integerRange(type);
  if (type.width <= 64) return `${min}..${max}`;
  return isSigned(type) ? `-2^${type.width - 1}..2^${type.width - 1}-1` : `0..2^${type.width}-1`;
}
