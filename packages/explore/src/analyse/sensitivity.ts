// How much each parameter matters to an objective: the share of its variance that the parameter alone explains.
// Invariant: between 0 and 1 (correlation ratio, eta squared: variance between the groups of equal parameter value over all
// variance). Shares of parameters that act together do not add up to 1, nor do those of an uneven sample.

import type { ResultRow } from '../results/result-table.ts';
import { type Objective, objectiveValue } from '../sweep/objective.ts';

export interface Sensitivity {
  readonly parameter: string;
  readonly share: number;
  /** Mean of the objective per value of the parameter (or per eighth of its range, when there are many), in order. */
  readonly means: readonly { readonly value: string; readonly mean: number; readonly points: number }[];
}

/** Values from which on a numeric parameter is looked at in eighths of its range. */
const MANY = 16;

/** The parameters, most important first. Rows with faults or without a value are left out. */
export function sensitivities(
  rows: readonly ResultRow[],
  objective: Objective,
  parameters: readonly string[],
): Sensitivity[] {
  const points = rows.flatMap((row) => {
    const y = row.wrong || row.error ? undefined : objectiveValue(objective, row.value);
    return y === undefined ? [] : [{ row, y }];
  });
  const mean = average(points.map((p) => p.y));
  const total = points.reduce((sum, p) => sum + (p.y - mean) ** 2, 0);
  return parameters
    .map((parameter) => {
      const groups = new Map<string, number[]>();
      const label = labeller(points.map(({ row }) => row.params[parameter]));
      for (const { row, y } of points) {
        const key = label(row.params[parameter]);
        groups.set(key, [...(groups.get(key) ?? []), y]);
      }
      const between = [...groups.values()].reduce(
        (sum, ys) => sum + ys.length * (average(ys) - mean) ** 2,
        0,
      );
      return {
        parameter,
        share: total === 0 ? 0 : between / total,
        means: [...groups]
          .map(([value, ys]) => ({ value, mean: average(ys), points: ys.length }))
          .sort((a, b) => Number.parseFloat(a.value) - Number.parseFloat(b.value) || 0),
      };
    })
    .sort((a, b) => b.share - a.share);
}

const average = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

function labeller(values: readonly unknown[]): (value: unknown) => string {
  const numbers = values.filter((v) => typeof v === 'number');
  if (numbers.length < values.length || new Set(numbers).size < MANY) return String;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const width = (high - low) / 8;
  return (value) => {
    const i = Math.min(7, Math.floor(((value as number) - low) / width));
    return `${(low + i * width).toPrecision(4)}..${(low + (i + 1) * width).toPrecision(4)}`;
  };
}
