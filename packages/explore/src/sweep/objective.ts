// Objectives: an expression to make small or large.
// Invariant: `cost` is lower for the better point, whatever the direction.

import { type Expression, ExpressionError, parseExpression, type Value } from './expression.ts';

export interface Objective {
  /** As written. */
  readonly text: string;
  readonly goal: 'min' | 'max';
  readonly expression: Expression;
}

/** Reads `min xcup.lut` or `max macPerCycle / xcup.lut`. Throws ExpressionError. */
export function parseObjective(text: string, known?: readonly string[]): Objective {
  const match = /^\s*(min|max)\s+(.+)$/s.exec(text);
  if (!match) throw new ExpressionError(`'${text}' is no objective: write min or max, and an expression`);
  return {
    text: text.trim(),
    goal: match[1] as 'min' | 'max',
    expression: parseExpression(match[2]!, known),
  };
}

/** The number that the objective speaks of; undefined where it is not known or no number. */
export function objectiveValue({ expression }: Objective, of: (name: string) => Value): number | undefined {
  const value = expression.value(of);
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
