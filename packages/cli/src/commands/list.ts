// gatewright list: the units there are.
// Invariant: reads the registry, writes to stdout, does nothing else.

import type { Command } from 'commander';
import { widthOf } from '../io.ts';
import { jsonText } from '../terminal/json-text.ts';
import { renderTable } from '../terminal/table.ts';
import { parametersOf } from '../unit/parameter.ts';
import type { Context } from './context.ts';

export function addListCommand(program: Command, { io, units }: Context): void {
  program
    .command('list')
    .description('list the units that can be generated')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  gatewright list\n  gatewright list --json')
    .action(({ json }: { json?: boolean }) => {
      if (json) {
        const list = units.map((unit) => ({
          name: unit.name,
          summary: unit.summary,
          paper: unit.paper,
          parameters: parametersOf(unit.module.params).map((p) => p.name),
        }));
        io.stdout.write(jsonText(list));
        return;
      }
      const rows = units.map(({ name, summary, paper }) => [name, summary, paper.reference]);
      const columns = [{ head: 'unit' }, { head: 'summary', wrap: true }, { head: 'paper' }];
      io.stdout.write(`${renderTable(columns, rows, widthOf(io.stdout))}\n`);
    });
}
