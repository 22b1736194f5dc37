// The report: one HTML file with its data, style and script inside, which opens from disk.
// Invariant: a function of the results and the units; it loads nothing.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyUnit } from '@gatewright/sim';
import { build } from 'esbuild';
import { paretoFront, ranked } from '../analyse/pareto.ts';
import { sensitivities } from '../analyse/sensitivity.ts';
import type { ResultRow, ResultTable } from '../results/result-table.ts';
import { objectiveValue } from '../sweep/objective.ts';
import type { ReportData, ReportUnit } from './report-data.ts';
import { unitPage } from './unit-page.ts';

/** How commands that reproduce a point are written. */
export type CommandFor = (verb: 'generate' | 'verify', row: Pick<ResultRow, 'unit' | 'params'>) => string;

/** The text of the report. */
export async function htmlReport(
  table: ResultTable,
  units: readonly AnyUnit[],
  commandFor: CommandFor,
): Promise<string> {
  const data = await reportData(table, units, commandFor);
  const [style, script] = [readFileSync(clientFile('style.css'), 'utf8'), await clientScript()];
  // Inside a script element only its end tag and comments need care.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${data.name.replaceAll('<', '&lt;')}: sweep report</title>
<style>
${style}</style>
</head>
<body>
<main id="page"><noscript>This report is drawn by the script in this file; please allow it.</noscript></main>
<script type="application/json" id="data">${json}</script>
<script>
${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** The sources of the page's script are beside this file, or in `src` beside the compiled one. */
const clientFile = (name: string): string =>
  fileURLToPath(new URL(`../../src/report/client/${name}`, import.meta.url));

async function clientScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [clientFile('main.ts')],
    ...{ bundle: true, write: false, minify: true, format: 'iife', target: 'es2020', legalComments: 'none' },
  });
  return outputFiles[0]!.text;
}

const finite = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

async function reportData(
  table: ResultTable,
  units: readonly AnyUnit[],
  commandFor: CommandFor,
): Promise<ReportData> {
  const { record, columns, objectives, parameters, rows } = table;
  const front = new Set(paretoFront(rows, objectives));
  const texts = (row: ResultRow, names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.filter((n) => n in row.params).map((n) => [n, String(row.params[n])]));
  return {
    ...{ name: record.sweep.name, description: record.sweep.description },
    made: `gatewright ${record.version}, code ${record.fingerprint}`,
    command: record.command ?? '',
    columns: columns.map((c) => ({ ...c, better: c.better ?? null })),
    parameters: parameters.varied,
    fixed: rows[0] ? texts(rows[0], parameters.fixed) : {},
    objectives: objectives.map((o) => ({
      ...{ text: o.text, goal: o.goal },
      values: rows.map((row) => objectiveValue(o, row.value) ?? null),
    })),
    sensitivities: objectives.map((o) => ({
      objective: o.text,
      parameters: sensitivities(rows, o, parameters.varied).map(({ parameter, share, means }) => ({
        ...{ name: parameter, share, means: means.map(({ value, mean }) => ({ value, mean })) },
      })),
    })),
    rows: rows.map((row) => ({
      ...{ number: row.number, unit: row.unit, params: texts(row, parameters.varied) },
      values: columns.map((c) => finite(row.value(c.name))),
      ...{ front: front.has(row), wrong: row.wrong },
      error: row.error ? `${row.error.metric}: ${row.error.message}` : null,
      generate: commandFor('generate', row),
    })),
    units: await pages(table, units, commandFor),
  };
}

/** One page per unit: its best point by the sweep's objectives, or its first that could be measured. */
async function pages(
  { rows, objectives }: ResultTable,
  units: readonly AnyUnit[],
  commandFor: CommandFor,
): Promise<ReportUnit[]> {
  const names = [...new Set(rows.map((row) => row.unit))];
  const made: ReportUnit[] = [];
  for (const name of names) {
    const unit = units.find((u) => u.name === name);
    const own = rows.filter((row) => row.unit === name);
    const row = ranked(own, objectives)[0] ?? own.find((r) => !r.error);
    if (!unit || !row) continue;
    made.push(
      await unitPage(unit, row.params, {
        ...{ number: row.number, generate: commandFor('generate', row), verify: commandFor('verify', row) },
      }),
    );
  }
  return made;
}
