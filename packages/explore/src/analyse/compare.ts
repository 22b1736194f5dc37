// Two sets of results side by side: the points they share, and how every metric changed.
// Invariant: points are matched by unit and parameters, never by order; times are not compared.

import { canonicalJson } from '@gatewright/hdl-core';
import type { ResultRow, ResultTable } from '../results/result-table.ts';

export interface Change {
  readonly metric: string;
  /** Points in which both sides have the metric. */
  readonly points: number;
  readonly changed: number;
  /** Geometric mean of b / a over points where both are positive; undefined when there are none. */
  readonly ratio: number | undefined;
  /** The point that changed most, relatively. */
  readonly worst: { readonly a: number; readonly b: number; readonly row: ResultRow } | undefined;
}

export interface ResultComparison {
  readonly shared: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly changes: readonly Change[];
}

const identity = ({ unit, params }: ResultRow): string => `${unit} ${canonicalJson(params)}`;

/** Compares two result tables. */
export function compareResults(a: ResultTable, b: ResultTable): ResultComparison {
  const before = new Map(a.rows.map((row) => [identity(row), row]));
  const pairs = b.rows.flatMap((row) => {
    const old = before.get(identity(row));
    return old ? [{ old, row }] : [];
  });
  const names = [...new Set([...a.columns, ...b.columns].map((c) => c.name))].filter(
    (n) => !n.endsWith('Ms'),
  );
  return {
    shared: pairs.length,
    onlyA: a.rows.length - pairs.length,
    onlyB: b.rows.length - pairs.length,
    changes: names.map((metric) => changeOf(metric, pairs)),
  };
}

function changeOf(metric: string, pairs: readonly { old: ResultRow; row: ResultRow }[]): Change {
  let [points, changed, logs, positive] = [0, 0, 0, 0];
  let worst: Change['worst'];
  let most = 0;
  for (const { old, row } of pairs) {
    const [a, b] = [old.value(metric), row.value(metric)];
    if (typeof a !== 'number' || typeof b !== 'number') continue;
    points++;
    if (a !== b) changed++;
    if (a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b)) {
      logs += Math.log(b / a);
      positive++;
    }
    const relative = a === b ? 0 : Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b));
    if (relative > most) [most, worst] = [relative, { a, b, row }];
  }
  return { metric, points, changed, ratio: positive ? Math.exp(logs / positive) : undefined, worst };
}
