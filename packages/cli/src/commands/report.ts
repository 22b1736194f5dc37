// gatewright report: the results of a sweep as one HTML file that opens from disk.
// Invariant: made from the folder's results alone; nothing is measured again.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type CommandFor, htmlReport, type ResultTable, readResults } from '@gatewright/explore';
import type { AnyUnit } from '@gatewright/sim';
import type { Command } from 'commander';
import { pathOf } from '../io.ts';
import { parametersText } from '../unit/parameter-flags.ts';
import type { Context } from './context.ts';

const help = `
The page holds the Pareto front, all points in a sortable table, what each parameter matters, and per unit the Verilog
beside the TypeScript that made it. It loads nothing, prints, and follows the light or dark setting of the reader.

Examples:
  gatewright report out/lanes
  gatewright report out/lanes -o lanes.html`;

export function addReportCommand(program: Command, { io, units }: Context): void {
  program
    .command('report')
    .argument('<dir>', 'the folder of a sweep')
    .description('make the HTML report of a sweep')
    .usage('<dir> [options]')
    .option('-o, --out <file>', 'the file (default: report.html in the folder)')
    .addHelpText('after', help)
    .action(async (given: string, flags: { readonly out?: string }) => {
      const folder = pathOf(io, given);
      const file = flags.out === undefined ? join(folder, 'report.html') : pathOf(io, flags.out);
      await writeReport(readResults(folder), file, units);
      io.stdout.write(`${relative(io.cwd, file)}\n`);
    });
}

/** As a user would type it, without parameters that are the defaults. */
const commandOf =
  (units: readonly AnyUnit[]): CommandFor =>
  (verb, { unit: name, params }) => {
    const unit = units.find((u) => u.name === name);
    const defaults = unit?.module.params.safeParse({}).data ?? {};
    const given = Object.fromEntries(Object.entries(params).filter(([k, v]) => defaults[k] !== v));
    const flags = parametersText(given);
    return `gatewright ${verb} ${name}${flags && ` ${flags}`}${verb === 'generate' ? ` -o out/${name}` : ''}`;
  };

/** Writes the report of a sweep. */
export async function writeReport(
  table: ResultTable,
  file: string,
  units: readonly AnyUnit[],
): Promise<void> {
  const text = await htmlReport(table, units, commandOf(units));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
