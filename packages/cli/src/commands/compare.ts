// gatewright compare: two result folders, or two points of one, side by side.
// Invariant: reads results, measures nothing; with --fail-on-change a difference makes the exit code 1.

import { compareResults, type ResultRow, readResults } from '@gatewright/explore';
import type { Command } from 'commander';
import { UsageError, VerificationFailed } from '../errors.ts';
import { pathOf, widthOf } from '../io.ts';
import { figureText } from '../sweep/result-text.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf } from '../terminal/number-text.ts';
import { renderTable } from '../terminal/table.ts';
import type { Context } from './context.ts';

const help = `
A point is written as a folder and the number of the point: out/lanes#3.

Examples:
  gatewright compare out/before out/after
  gatewright compare out/lanes#3 out/lanes#7`;

const right = (head: string) => ({ head, align: 'right' as const });

export function addCompareCommand(program: Command, { io }: Context): void {
  const read = (given: string) => {
    const [, path = given, number] = /^(.*?)(?:#(\d+))?$/.exec(given) ?? [];
    const table = readResults(pathOf(io, path));
    if (number === undefined) return { table };
    const row = table.rows.find((r) => r.number === Number(number));
    if (!row) throw new UsageError(`${path} has points 1 to ${table.rows.length}, not ${number}`);
    return { table, row };
  };
  program
    .command('compare')
    .argument('<a>', 'the folder of a sweep, or a point of it')
    .argument('<b>', 'another')
    .description('compare two results of sweeps, or two points')
    .usage('<a> <b> [options]')
    .option('--fail-on-change', 'end with exit code 1 when a figure has changed')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(
      (
        first: string,
        second: string,
        flags: { readonly failOnChange?: boolean; readonly json?: boolean },
      ) => {
        const [a, b] = [read(first), read(second)];
        if ((a.row === undefined) !== (b.row === undefined))
          throw new UsageError('compare two folders, or two points');
        if (a.row && b.row) {
          const names = [...new Set([...a.table.columns, ...b.table.columns].map((c) => c.name))];
          const rows = pointRows(a.row, b.row, names);
          if (flags.json) io.stdout.write(jsonText(rows.map(([name, x, y]) => ({ name, a: x, b: y }))));
          else
            io.stdout.write(
              `${renderTable([{ head: '' }, right(first), right(second), right('b / a')], rows, widthOf(io.stdout))}\n`,
            );
          return;
        }
        const result = compareResults(a.table, b.table);
        if (result.shared === 0) throw new UsageError('the two have no point in common');
        if (flags.json) io.stdout.write(jsonText(result));
        else {
          const rows = result.changes
            .filter((c) => c.points > 0)
            .map(({ metric, points, changed, ratio, worst }) => [
              ...[metric, String(points), String(changed), ratio === undefined ? '' : ratio.toFixed(4)],
              worst ? `point ${worst.row.number}: ${figureText(worst.a)} to ${figureText(worst.b)}` : '',
            ]);
          const columns = [
            { head: 'metric' },
            right('points'),
            right('changed'),
            right('mean b / a'),
            { head: 'most', wrap: true },
          ];
          const { shared, onlyA, onlyB } = result;
          io.stdout.write(
            `${renderTable(columns, rows, widthOf(io.stdout))}\n\n${countOf(shared, 'point')} in both, ${onlyA} only in a, ${onlyB} only in b\n`,
          );
        }
        const changed = result.changes.filter((c) => c.changed > 0).map((c) => c.metric);
        if (flags.failOnChange && changed.length > 0)
          throw new VerificationFailed(`${changed.join(', ')} changed`);
      },
    );
}

/** What differs between two points: parameters first. */
function pointRows(a: ResultRow, b: ResultRow, metrics: readonly string[]): string[][] {
  const names = [...new Set([...Object.keys(a.params), ...Object.keys(b.params)])];
  const parameters = names
    .filter((name) => a.params[name] !== b.params[name])
    .map((name) => [name, String(a.params[name] ?? ''), String(b.params[name] ?? ''), '']);
  return [
    ...parameters,
    ...metrics.map((name) => {
      const [x, y] = [a.value(name), b.value(name)];
      const ratio = typeof x === 'number' && typeof y === 'number' && x !== 0 ? (y / x).toFixed(4) : '';
      return [name, figureText(x), figureText(y), ratio];
    }),
  ];
}
