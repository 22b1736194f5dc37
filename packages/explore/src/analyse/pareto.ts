// The Pareto front: points that no other point beats.
// Invariant: a point beats another when it is no worse in every objective and better in one; points with a fault, an error
// or without a value for some objective are on no front.

import type { ResultRow } from '../results/result-table.ts';
import { type Objective, objectiveValue } from '../sweep/objective.ts';

/** Lower is better, per objective; undefined for a point that cannot be judged. */
export function costsOf(row: ResultRow, objectives: readonly Objective[]): number[] | undefined {
  if (row.wrong || row.error) return undefined;
  const costs = objectives.map((objective) => {
    const value = objectiveValue(objective, row.value);
    return value === undefined ? Number.NaN : objective.goal === 'min' ? value : -value;
  });
  return costs.some(Number.isNaN) ? undefined : costs;
}

/** The rows on the front, best first by the first objective. */
export function paretoFront(rows: readonly ResultRow[], objectives: readonly Objective[]): ResultRow[] {
  if (objectives.length === 0) return [];
  const judged = rows
    .flatMap((row) => {
      const costs = costsOf(row, objectives);
      return costs ? [{ row, costs }] : [];
    })
    .sort((a, b) => compare(a.costs, b.costs));
  // Sorted, a point can only be beaten by one before it; what beats a beaten point is on the front already.
  const front: typeof judged = [];
  for (const candidate of judged)
    if (!front.some(({ costs }) => beats(costs, candidate.costs))) front.push(candidate);
  return front.map(({ row }) => row);
}

/** Rows that can be judged, best first; ties by the objectives that follow. */
export function ranked(rows: readonly ResultRow[], objectives: readonly Objective[]): ResultRow[] {
  return rows
    .flatMap((row) => {
      const costs = costsOf(row, objectives);
      return costs ? [{ row, costs }] : [];
    })
    .sort((a, b) => compare(a.costs, b.costs))
    .map(({ row }) => row);
}

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
};

const beats = (a: readonly number[], b: readonly number[]): boolean =>
  a.every((x, i) => x <= b[i]!) && a.some((x, i) => x < b[i]!);
