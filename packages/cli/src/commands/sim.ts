// gatewright sim run: a testbench file outside Vitest.
// Invariant: the table (or JSON) goes to stdout, failures with their waves too; what the file prints goes to stderr.

import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { backendNames } from '@gatewright/sim';
import { type Command, Option } from 'commander';
import { UsageError, VerificationFailed } from '../errors.ts';
import { type Io, pathOf, widthOf } from '../io.ts';
import type { BenchResult } from '../sim-run/messages.ts';
import { runFile } from '../sim-run/run-file.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf, countText } from '../terminal/number-text.ts';
import { progressOn } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';
import type { Context } from './context.ts';
import { addCoverageOptions, type CoverageFlags, coverageReportOf } from './coverage-report.ts';
import { integerArgument } from './number-argument.ts';

interface SimRunFlags extends CoverageFlags {
  readonly backend?: string;
  readonly vcd?: string;
  readonly seed: number;
  readonly only?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const help = `
The file exports benches, or calls simulate by itself:

  import { bench } from '@gatewright/sim';
  export const counts = bench('counts', Counter, { width: 8 }, async (dut, t) => { … });

It runs in a process of its own. TypeScript is loaded by tsx, so it need not be compiled.

Examples:
  gatewright sim run counter.bench.ts
  gatewright sim run counter.bench.ts --backend both --seed 7
  gatewright sim run counter.bench.ts --only counts --vcd counts.vcd
  gatewright sim run counter.bench.ts --coverage counter.html`;

export function addSimCommand(program: Command, { io }: Context): void {
  const sim = program
    .command('sim')
    .description('run testbenches')
    .usage('run <file> [options]')
    .helpCommand(false);
  const run = sim
    .command('run')
    .argument('<file>', 'a TypeScript or JavaScript file')
    .description('run the benches that a file exports, outside Vitest')
    .usage('<file> [options]')
    .addOption(
      new Option('--backend <name>', 'simulator; what each bench says by default').choices(backendNames),
    )
    .option('--vcd <file>', 'write waves; with several benches, one file each')
    .addOption(
      new Option('--seed <n>', 'of everything random').default(1).argParser(integerArgument(0, 2 ** 31 - 1)),
    )
    .option('--only <text>', 'only benches whose name contains it')
    .addOption(
      new Option('--timeout <s>', 'seconds that one bench may take')
        .default(600)
        .argParser(integerArgument(1, 86_400)),
    );
  addCoverageOptions(run, 'the benches');
  run
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((file: string, flags: SimRunFlags) => simRun(file, flags, io));
}

async function simRun(given: string, flags: SimRunFlags, io: Io): Promise<void> {
  const file = pathOf(io, given);
  if (!existsSync(file)) throw new UsageError(`there is no file ${given}`);
  const { backend, seed, only } = flags;
  const report = coverageReportOf(basename(given), flags, io);
  const progress = progressOn(io.stderr);
  const vcd = flags.vcd === undefined ? undefined : pathOf(io, flags.vcd);
  const { results, unusable } = await runFile(
    { file, seed, backend, only, vcd, timeout: flags.timeout, coverage: report !== undefined },
    {
      ...{ print: io.stderr, env: io.env, cwd: io.cwd, signal: io.signal, coverage: report?.coverage },
      onStart: (name) => io.stderr.isTTY && progress.line(name),
      onProgress: (what) => progress.line(`  ${what}`),
    },
  );
  if (unusable) throw new UsageError(unusable.reason, unusable.help);
  const failed = results.filter(({ error }) => error !== undefined);
  const ok = failed.length === 0;
  if (flags.json) io.stdout.write(jsonText({ file: given, seed, ok, benches: results, ...report?.json() }));
  else io.stdout.write(resultText(results, widthOf(io.stdout)) + (report?.text() ?? ''));
  await report?.write();
  const tooLittle = report?.failure();
  if (ok && tooLittle) throw tooLittle;
  if (ok) return;
  const extra = [`--seed ${seed}`, ...(backend === undefined ? [] : [`--backend ${backend}`])];
  throw new VerificationFailed(
    `${failed.length} of ${countOf(results.length, 'bench', 'benches')} in ${basename(given)} failed`,
    `gatewright sim run ${given} ${extra.join(' ')} runs them again; --vcd writes their waves`,
  );
}

function resultText(results: readonly BenchResult[], width: number): string {
  const rows = results.map((r) => [
    r.name,
    r.designs.join(', '),
    r.simulators.join(' and '),
    countText(r.cycles),
    (r.seconds * 1000).toFixed(0),
    r.error === undefined ? 'ok' : 'FAILED',
  ]);
  const columns = [
    { head: 'bench', wrap: true },
    { head: 'design', wrap: true },
    { head: 'simulator' },
    { head: 'cycles', align: 'right' as const },
    { head: 'ms', align: 'right' as const },
    { head: 'result' },
  ];
  const failures = results.flatMap(({ name, at, error }) =>
    error === undefined ? [] : [`${name} failed${at ? ` at ${at}` : ''}:\n${indented(error)}`],
  );
  return `${[renderTable(columns, rows, width), ...failures].join('\n\n')}\n`;
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
