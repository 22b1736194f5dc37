// gatewright generate: a unit's Verilog with all that a project needs to use it.
// Invariant: the folder gets all files or none; see generate/ for what is in them.

import { relative } from 'node:path';
import { parseWarningRule, renderDiagnostic, type WarningRule } from '@gatewright/hdl-core';
import type { AnyUnit } from '@gatewright/sim';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type AxiFlags, addAxiOptions, unitFor } from '../axi/axi-option.ts';
import { renderUnitFiles, type UnitFiles } from '../generate/render-unit-files.ts';
import { type WriteReport, writeFiles } from '../generate/write-files.ts';
import { type Io, pathOf, widthOf } from '../io.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf, countText } from '../terminal/number-text.ts';
import { renderTable } from '../terminal/table.ts';
import { checkedParameters, givenParameters, parametersText } from '../unit/parameter-flags.ts';
import { addUnitVerb, type Context } from './context.ts';

const verb = {
  name: 'generate',
  description: 'write the Verilog of a unit, with constraints, a core file and a manifest',
  help: `
Examples:
  gatewright generate mixpe
  gatewright generate mixpe --lanes 4 --groupSize 64 -o out/lane4
  gatewright generate mixpe --axi -o out/mixpe-axi
  gatewright generate mixpe --help`,
};

interface GenerateOptions extends AxiFlags {
  readonly out: string;
  readonly clockMhz: number;
  readonly warn: readonly WarningRule[];
  readonly sv?: boolean;
  readonly locations: boolean;
  readonly json?: boolean;
}

export function addGenerateCommand(program: Command, context: Context): void {
  addUnitVerb(program, verb, context, (command, unit) => {
    addAxiOptions(command, unit);
    command
      .option('-o, --out <dir>', 'folder for the files; made when it does not exist', `out/${unit.name}`)
      .addOption(
        new Option('--clock-mhz <mhz>', 'frequency in the clock constraints')
          .default(200)
          .argParser(frequency),
      )
      .option('--sv', 'SystemVerilog-2017 instead of Verilog-2005')
      .option('--no-locations', 'leave out the comments and the source maps that name TypeScript lines')
      .addOption(
        new Option(
          '--warn <rule>',
          'what to make of a warning: code:off or code:error, then @module (* for any text)',
        )
          .default([], 'none')
          .argParser(warningRule),
      )
      .option('--json', 'print JSON')
      .addHelpText('after', exampleText(unit))
      .action((options: GenerateOptions) => generate(command, unit, options, context.io));
  });
}

/** Examples made of a configuration that the unit says it is verified with. */
function exampleText(unit: AnyUnit): string {
  const given = unit.configurations.find((c) => Object.keys(c).length > 1) ?? {};
  const flags = parametersText(given);
  return `
Parameters may be written --likeThis or --like-this; booleans also as --no-name or --name=false.

Examples:
  gatewright generate ${unit.name}
  gatewright generate ${unit.name}${flags && ` ${flags}`} -o out/odd --clock-mhz 400`;
}

/** Adds a rule to those before it on the command line. */
function warningRule(text: string, before: readonly WarningRule[]): WarningRule[] {
  try {
    return [...before, parseWarningRule(text)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function frequency(text: string): number {
  const mhz = Number(text);
  if (text.trim() !== '' && mhz > 0 && mhz <= 10_000) return mhz;
  throw new InvalidArgumentError('give megahertz above 0, up to 10000');
}

async function generate(command: Command, unit: AnyUnit, options: GenerateOptions, io: Io): Promise<void> {
  const params = checkedParameters(unit, givenParameters(command, unit));
  const { commands } = unitFor(unit, params, options);
  const rendered = renderUnitFiles(unit, params, {
    ...options,
    commands,
    warnings: options.warn,
    language: options.sv ? 'systemverilog' : 'verilog',
  });
  io.signal?.throwIfAborted();
  const folder = pathOf(io, options.out);
  const report = await writeFiles(folder, rendered.files, rendered.manifest);
  for (const warning of rendered.warnings) io.stderr.write(`${renderDiagnostic(warning)}\n`);
  if (options.json) io.stdout.write(jsonText(summary(unit, rendered, report, folder)));
  else io.stdout.write(summaryText(rendered, report, relative(io.cwd, folder) || '.', widthOf(io.stdout)));
}

function summary(
  unit: AnyUnit,
  { top, parameters, files, warnings }: UnitFiles,
  report: WriteReport,
  folder: string,
) {
  return {
    unit: unit.name,
    top,
    parameters,
    folder,
    files: files.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) })),
    ...report,
    warnings: warnings.map(renderDiagnostic),
  };
}

function summaryText(
  { top, files, warnings }: UnitFiles,
  { unchanged, removed, kept }: WriteReport,
  folder: string,
  width: number,
): string {
  const rows = files.map(({ name, text }) => [
    name,
    countText(text.split('\n').length - 1),
    whatIs(name),
    unchanged.includes(name) ? 'unchanged' : 'written',
  ]);
  rows.push(...removed.map((name) => [name, '', 'of an earlier generation', 'removed']));
  rows.push(...kept.map((name) => [name, '', 'of an earlier generation, edited since', 'kept']));
  const columns = [
    { head: 'file', wrap: true },
    { head: 'lines', align: 'right' as const },
    { head: 'what it is', wrap: true },
    { head: '' },
  ];
  const last = `${top}: ${countOf(files.length, 'file')} in ${folder}, ${countOf(warnings.length, 'warning')}`;
  return `${renderTable(columns, rows, width)}\n\n${last}\n`;
}

const kinds: Readonly<Record<string, string>> = {
  v: 'Verilog-2005, one module',
  sv: 'SystemVerilog-2017, one module',
  map: 'source map (v3) to TypeScript lines',
  f: 'file list, children first',
  sdc: 'clock constraint (SDC)',
  xdc: 'clock constraint (Vivado)',
  core: 'FuseSoC core description',
  ys: 'synthesis by Yosys',
  tcl: 'synthesis by Vivado, out of context',
  json: 'manifest: parameters, ports, checksums',
  md: 'ports, handshake, how to use it',
};
const whatIs = (name: string): string => kinds[name.slice(name.lastIndexOf('.') + 1)] ?? '';
