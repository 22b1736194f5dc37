// gatewright cost: what a unit costs beside its baselines, on FPGAs, in gates and in standard cells.
// Invariant: progress goes to stderr, tables or JSON to stdout; figures that this machine cannot make are said so in the table.

import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AnyUnit } from '@gatewright/sim';
import { cacheDir } from '@gatewright/verilator';
import { COST_TARGETS, KNOWN_LIBRARIES, YosysPool } from '@gatewright/yosys';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BEGIN, costMarkdown, costText, END, withTables } from '../cost/cost-report.ts';
import { type CostTable, configurationRow, costRows, measureTable } from '../cost/cost-table.ts';
import { readingInput, UsageError } from '../errors.ts';
import { type Io, pathOf, widthOf } from '../io.ts';
import { lazyLayer } from '../language-model/layer-gemm.ts';
import { jsonText } from '../terminal/json-text.ts';
import { progressOn } from '../terminal/progress.ts';
import { checkedParameters, givenParameters } from '../unit/parameter-flags.ts';
import { addUnitVerb, type Context } from './context.ts';
import { integerArgument } from './number-argument.ts';

const verb = {
  name: 'cost',
  description: 'synthesise a unit and its baselines: LUTs, gates, area, timing and power',
  help: `
Examples:
  gatewright cost mixpe                             the table of the unit, with its baselines
  gatewright cost mixpe --lanes 4 --target xc7      one configuration on one target
  gatewright cost mixpe --help`,
};

interface CostFlags {
  readonly target: readonly string[];
  readonly liberty?: string;
  readonly clockMhz?: number;
  readonly activity: number;
  readonly layer: string;
  readonly dsp: boolean;
  readonly only?: string;
  readonly jobs: number;
  readonly cache: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean | string;
}

/** Without a unit's own frequency. */
const DEFAULT_MHZ = 50;

export function addCostCommand(program: Command, context: Context): void {
  addUnitVerb(program, verb, context, (command, unit) => {
    command
      .addOption(
        new Option('--target <list>', `of ${[...COST_TARGETS].join(', ')}, other libraries: comma-separated`)
          .default(['xc7', 'xcup', 'osu018'], 'xc7,xcup,osu018')
          .argParser(targetList),
      )
      .option('--liberty <file>', 'a standard-cell library (.lib) of your own, besides the targets')
      .addOption(
        new Option(
          '--clock-mhz <mhz>',
          `clock of cells and of power (default ${unit.cost?.clockMhz ?? DEFAULT_MHZ})`,
        ).argParser(positive),
      )
      .addOption(
        new Option('--activity <n>', 'transitions of each input per clock cycle, for power')
          .default(0.1)
          .argParser(positive),
      )
      .addOption(
        new Option(
          '--layer <name>',
          'layer of the small language model that feeds rows, for power of data',
        ).default('layers.0.q'),
      )
      .option('--no-dsp', 'keep products in LUTs')
      .option('--only <text>', 'rows whose label contains the text')
      .addOption(
        new Option('--jobs <n>', 'synthesis runs at a time')
          .default(availableParallelism(), 'one per core')
          .argParser(integerArgument(1, 256)),
      )
      .option('--no-cache', 'measure again what was measured before')
      .option('--json', 'print JSON')
      .option(
        '--markdown [file]',
        `print Markdown, or put it between \`${BEGIN}\` and \`${END}\` in the file`,
      )
      .addHelpText(
        'after',
        `
Without parameters the rows are those that the unit declares, baselines among them; with parameters, that one configuration.
LUTs and gates need nothing but this package. Area needs a library (Debian: qflow-tech-osu018), critical path and power
OpenSTA (Debian: opensta); without them their columns say so.

Examples:
  gatewright cost ${unit.name}
  gatewright cost ${unit.name} --target xc7,xcup --no-dsp --json`,
      )
      .action((flags: CostFlags) => cost(command, unit, flags, context.io));
  });
}

function targetList(text: string): string[] {
  const list = text.split(',').map((t) => t.trim());
  const known: readonly string[] = [...COST_TARGETS, ...Object.keys(KNOWN_LIBRARIES)];
  const wrong = list.find((t) => !known.includes(t));
  if (wrong === undefined) return list;
  throw new InvalidArgumentError(
    `there is no target '${wrong}': there are ${[...new Set(known)].join(', ')}; a library of your own is given with --liberty`,
  );
}

function positive(text: string): number {
  const n = Number(text);
  if (text.trim() !== '' && n > 0 && n <= 100_000) return n;
  throw new InvalidArgumentError('give a number above 0');
}

async function cost(command: Command, unit: AnyUnit, flags: CostFlags, io: Io): Promise<void> {
  const given = givenParameters(command, unit);
  checkedParameters(unit, given);
  const all = Object.keys(given).length > 0 ? [configurationRow(unit, given)] : costRows(unit);
  const rows = all.filter((r) => r.label.includes(flags.only ?? ''));
  if (rows.length === 0)
    throw new UsageError(
      `no row is called '${flags.only}'`,
      `there are: ${all.map((r) => r.label).join('; ')}`,
    );
  const page = typeof flags.markdown === 'string' ? pathOf(io, flags.markdown) : undefined;
  const before = page === undefined ? '' : await readPage(page);
  const targets = [...flags.target, ...(flags.liberty === undefined ? [] : [pathOf(io, flags.liberty)])];
  const table = await measured(unit, rows, targets, flags, io);
  if (page !== undefined) await writeFile(page, withTables(before, costMarkdown(table))!);
  else if (flags.json) io.stdout.write(jsonText(table));
  else io.stdout.write(flags.markdown ? costMarkdown(table) : costText(table, widthOf(io.stdout)));
}

async function readPage(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) =>
    readingInput<string>(() => {
      throw error;
    }),
  );
  if (withTables(text, '') !== undefined) return text;
  throw new UsageError(`${path} has no place for the tables`, `put two lines there: ${BEGIN} and ${END}`);
}

async function measured(
  unit: AnyUnit,
  rows: ReturnType<typeof costRows>,
  targets: readonly string[],
  flags: CostFlags,
  io: Io,
): Promise<CostTable> {
  const progress = progressOn(io.stderr);
  const bar = progress.bar(`synthesising ${unit.name}`, rows.length * targets.length, 'figures');
  const pool = new YosysPool(flags.jobs, io.signal);
  let count = 0;
  try {
    return await measureTable(unit, rows, targets, {
      clockMhz: flags.clockMhz ?? unit.cost?.clockMhz ?? DEFAULT_MHZ,
      activity: flags.activity,
      layer: lazyLayer(flags.layer),
      dsp: flags.dsp,
      run: pool.run,
      cacheFolder: flags.cache ? join(cacheDir(), 'cost') : undefined,
      onMeasured(row, target) {
        bar.update(++count);
        if (!io.stderr.isTTY) progress.line(`[${count}/${rows.length * targets.length}] ${target}: ${row}`);
      },
    });
  } finally {
    bar.stop();
    pool.close();
  }
}
