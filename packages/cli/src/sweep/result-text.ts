// Results of a sweep as tables and as JSON.
// Invariant: a function of the results; the same results read the same.

import {
  objectiveValue,
  paretoFront,
  type ResultRow,
  type ResultTable,
  ranked,
  sensitivities,
} from '@gatewright/explore';
import { countOf } from '../terminal/number-text.ts';
import { renderTable } from '../terminal/table.ts';

/** A figure with as many digits as it deserves. */
export function figureText(value: unknown): string {
  if (typeof value !== 'number') return value === undefined ? '' : String(value);
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size >= 1000
    ? value.toFixed(0)
    : size >= 0.001
      ? String(Number(value.toPrecision(4)))
      : value.toExponential(2);
}

const right = (head: string) => ({ head, align: 'right' as const });

/** Rows with their varied parameters and the objectives. */
export function rowsText(table: ResultTable, rows: readonly ResultRow[], width: number): string {
  const { objectives, parameters, record } = table;
  const several = record.sweep.units.length > 1;
  const shown =
    objectives.length > 0
      ? objectives.map((o) => o.expression.text)
      : table.columns.slice(0, 4).map((c) => c.name);
  const columns = [
    right('#'),
    ...(several ? [{ head: 'unit' }] : []),
    { head: 'parameters', wrap: true },
    ...shown.map(right),
  ];
  const cells = rows.map((row) => [
    `${row.number}${row.wrong ? ' WRONG' : ''}`,
    ...(several ? [row.unit] : []),
    parameterText(row, parameters.varied),
    ...(objectives.length > 0
      ? objectives.map((o) => figureText(objectiveValue(o, row.value)))
      : shown.map((name) => figureText(row.value(name)))),
  ]);
  return renderTable(columns, cells, width);
}

const parameterText = (row: ResultRow, names: readonly string[]): string =>
  names.flatMap((name) => (name in row.params ? [`${name}=${String(row.params[name])}`] : [])).join(' ') ||
  '(defaults)';

/** The Pareto front, what the parameters matter, and failures: what a sweep ends with. */
export function frontText(table: ResultTable, width: number): string {
  const { objectives, rows } = table;
  const parts: string[] = [];
  if (objectives.length === 0) parts.push(rowsText(table, rows.slice(0, 20), width));
  else {
    const front = paretoFront(rows, objectives);
    const title = objectives.length === 1 ? 'Best' : 'Pareto front';
    const shown = front.slice(0, 24);
    parts.push(
      `${title}: ${countOf(front.length, 'point')} of ${rows.length} (${objectives.map((o) => o.text).join(', ')})`,
      rowsText(table, shown, width) +
        (front.length > shown.length ? `\nand ${front.length - shown.length} more` : ''),
    );
    const text = sensitivityText(table, width);
    if (text) parts.push(text);
  }
  const failed = rows.filter((row) => row.error);
  for (const { number, error } of failed.slice(0, 5))
    parts.push(`point ${number} failed in ${error!.metric}: ${error!.message}`);
  return parts.join('\n\n');
}

function sensitivityText({ objectives, parameters, rows }: ResultTable, width: number): string {
  if (parameters.varied.length < 2) return '';
  const byObjective = objectives.map(
    (o) => new Map(sensitivities(rows, o, parameters.varied).map((s) => [s.parameter, s.share])),
  );
  const cells = parameters.varied.map((name) => [
    name,
    ...byObjective.map((shares) => `${(100 * (shares.get(name) ?? 0)).toFixed(0)} %`),
  ]);
  const columns = [{ head: 'parameter' }, ...objectives.map((o) => right(o.expression.text))];
  return `Share of the variance that a parameter explains\n\n${renderTable(columns, cells, width)}`;
}

export const rowJson = (row: ResultRow) => ({
  ...{ number: row.number, unit: row.unit, params: row.params, measured: row.measured, wrong: row.wrong },
  ...(row.error && { error: row.error }),
});

export function resultJson(table: ResultTable) {
  const { objectives, rows } = table;
  return {
    objectives: objectives.map((o) => o.text),
    front: paretoFront(rows, objectives).map(rowJson),
    failed: rows.filter((row) => row.error).map(rowJson),
  };
}

/** The best rows for other objectives than the sweep's. */
export const bestRows = (table: ResultTable, top: number): ResultRow[] =>
  ranked(table.rows, table.objectives).slice(0, top);
