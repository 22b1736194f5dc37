// The results of a sweep for those who ask questions: rows with their derived metrics, columns, objectives.
// Invariant: made from the files of a sweep's folder alone; a value is a measured one, a derived one or a parameter.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { columnsOfSweep } from '../measure/columns.ts';
import type { Column } from '../measure/measurement.ts';
import { type Expression, parseExpression, type Value } from '../sweep/expression.ts';
import { type Objective, parseObjective } from '../sweep/objective.ts';
import { SweepError } from '../sweep/sweep-error.ts';
import { sweepSchema } from '../sweep/sweep-schema.ts';
import { isWrong, type Row } from './row.ts';
import { readRows } from './shard.ts';

const recordSchema = z.object({
  format: z.literal('gatewright-sweep/1'),
  version: z.string(),
  fingerprint: z.string(),
  /** As typed to make it again. */
  command: z.string().optional(),
  sweep: sweepSchema,
});
/** What `sweep.json` beside the results holds. */
export type SweepRecord = z.output<typeof recordSchema>;

export interface ResultRow extends Row {
  /** From 1, in the order of the sweep. */
  readonly number: number;
  readonly wrong: boolean;
  value(name: string): Value;
}

export interface ResultTable {
  readonly record: SweepRecord;
  readonly columns: readonly Column[];
  /** Parameters that differ between rows, then those that do not. */
  readonly parameters: { readonly varied: readonly string[]; readonly fixed: readonly string[] };
  readonly objectives: readonly Objective[];
  readonly rows: readonly ResultRow[];
}

/** Reads the results in a folder, or those of its `results.jsonl`. Throws SweepError. */
export function readResults(path: string): ResultTable {
  if (!existsSync(path)) throw new SweepError(path, 'there is no such file or folder');
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  const file = folder === path ? join(folder, 'results.jsonl') : path;
  const place = join(folder, 'sweep.json');
  if (!existsSync(file) || !existsSync(place))
    throw new SweepError(path, 'this is no folder of a sweep', 'it would hold sweep.json and results.jsonl');
  return tableOf(
    readRecord(place),
    [...readRows(file)].map(({ row }) => row),
  );
}

function readRecord(place: string): SweepRecord {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(place, 'utf8'));
  } catch (error) {
    throw new SweepError(place, `this is no JSON: ${(error as Error).message}`);
  }
  const parsed = recordSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SweepError(place, `this describes no sweep: ${issue?.path.join('.')}: ${issue?.message}`);
}

export function tableOf(record: SweepRecord, rows: readonly Row[]): ResultTable {
  const { sweep } = record;
  const derived = Object.entries(sweep.derived).map(([name, text]) => [name, parseExpression(text)] as const);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row.params)))];
  const varies = (name: string): boolean =>
    new Set(rows.map((row) => JSON.stringify(row.params[name]))).size > 1;
  return {
    record,
    columns: columnsOfSweep(sweep),
    parameters: { varied: names.filter(varies), fixed: names.filter((n) => !varies(n)) },
    objectives: sweep.objectives.map((text) => parseObjective(text)),
    rows: rows.map((row, i) => resultRow(row, i + 1, derived)),
  };
}

export function resultRow(
  row: Row,
  number: number,
  derived: readonly (readonly [string, Expression])[],
): ResultRow {
  const value = (name: string): Value => {
    const measured = row.measured[name];
    if (measured !== undefined) return measured;
    const made = derived.find(([n]) => n === name);
    if (made) return made[1].value((inner) => (inner === name ? undefined : value(inner)));
    return row.params[name] as Value;
  };
  return { ...row, number, wrong: isWrong(row), value };
}
