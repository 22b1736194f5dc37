// gatewright describe: everything about one unit - parameters, ports, source, verified configurations.
// Invariant: reads the unit and elaborates its default configuration; writes to stdout only.

import type { AnyUnit } from '@gatewright/sim';
import type { Command } from 'commander';
import { type Io, widthOf } from '../io.ts';
import { jsonText } from '../terminal/json-text.ts';
import { styleOf } from '../terminal/style.ts';
import { renderTable } from '../terminal/table.ts';
import { findUnit } from '../unit/find-unit.ts';
import { jsonSchemaOf, parametersOf } from '../unit/parameter.ts';
import { parametersText } from '../unit/parameter-flags.ts';
import { portRows } from '../unit/port-rows.ts';
import type { Context } from './context.ts';

export function addDescribeCommand(program: Command, { io, units }: Context): void {
  program
    .command('describe')
    .description('show the parameters, ports and source of a unit')
    .argument('<unit>', 'its name, as `gatewright list` shows it')
    .option('--json', 'print JSON, with the JSON Schema of the parameters')
    .addHelpText(
      'after',
      '\nExamples:\n  gatewright describe mixpe\n  gatewright describe mixpe --json | jq .schema.properties',
    )
    .action((name: string, { json }: { json?: boolean }) => {
      const unit = findUnit(units, name);
      io.stdout.write(json ? jsonText(description(unit)) : descriptionText(unit, io));
    });
}

function description(unit: AnyUnit) {
  return {
    name: unit.name,
    summary: unit.summary,
    paper: unit.paper,
    parameters: parametersOf(unit.module.params),
    schema: jsonSchemaOf(unit.module.params),
    ports: portRows(unit.module.elaborate({})),
    configurations: unit.configurations,
    ...(unit.presets && { presets: unit.presets }),
  };
}

function descriptionText(unit: AnyUnit, io: Io): string {
  const { bold } = styleOf(io, io.stdout);
  const width = widthOf(io.stdout);
  const parameters = parametersOf(unit.module.params).map((p) => [
    p.name,
    p.range || p.kind,
    p.default === undefined ? 'required' : String(p.default),
    p.description,
  ]);
  const ports = portRows(unit.module.elaborate({})).map((p) => [p.name, p.direction, p.type, p.description]);
  const parameterColumns = [
    { head: 'parameter' },
    { head: 'range', wrap: true },
    { head: 'default' },
    { head: 'meaning', wrap: true },
  ];
  const portColumns = [
    { head: 'port' },
    { head: 'direction' },
    { head: 'type', wrap: true },
    { head: 'description', wrap: true },
  ];
  const presets = Object.entries(unit.presets ?? {}).map(
    ([name, { summary, params }]) => `  --preset ${name}: ${summary} (${parametersText(params)})`,
  );
  const configurations = unit.configurations.map((c) => `  ${parametersText(c) || '(defaults)'}`);
  return `${[
    bold(unit.name),
    unit.summary,
    `${unit.paper.title}, ${unit.paper.reference}`,
    '',
    renderTable(parameterColumns, parameters, width),
    '',
    ...(presets.length > 0 ? [bold('Presets'), ...presets, ''] : []),
    `${bold('Ports')} of ${unit.module.name} with default parameters`,
    renderTable(portColumns, ports, width),
    '',
    `${bold('Configurations')} that \`gatewright verify ${unit.name}\` covers`,
    ...configurations,
  ].join('\n')}\n`;
}
