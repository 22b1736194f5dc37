// gatewright verify: a unit against its golden model, in all of its configurations or in one.
// Invariant: progress goes to stderr, the result to stdout; any fault makes the exit code 1.

import {
  type AnyUnit,
  type BackendName,
  type Coverage,
  type VerifyReport,
  verifyUnit,
} from '@gatewright/sim';
import { type Command, Option } from 'commander';
import { type AxiFlags, addAxiOptions, axiText, unitFor } from '../axi/axi-option.ts';
import { type Io, widthOf } from '../io.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf, secondsText } from '../terminal/number-text.ts';
import { progressOn } from '../terminal/progress.ts';
import { checkedParameters, givenParameters, parametersText } from '../unit/parameter-flags.ts';
import { backendOption } from './backend-option.ts';
import { addUnitVerb, type Context } from './context.ts';
import { addCoverageOptions, type CoverageFlags, coverageReportOf } from './coverage-report.ts';
import { integerArgument } from './number-argument.ts';
import { failureOf, verificationJson, verificationText } from './verify-report.ts';

const verb = {
  name: 'verify',
  description: 'simulate a unit and compare every output with its golden model, bit by bit',
  help: `
Examples:
  gatewright verify mixpe                           every configuration of the unit
  gatewright verify mixpe --lanes 4 --groupSize 64  one configuration
  gatewright verify mixpe --help`,
};

interface VerifyFlags extends AxiFlags, CoverageFlags {
  readonly seed: number;
  readonly runs: number;
  readonly backend?: BackendName;
  readonly path?: string;
  readonly json?: boolean;
}

/** A configuration as the user gave it, and what became of it. */
export interface Verified {
  readonly given: Record<string, unknown>;
  readonly report: VerifyReport;
  /** Flags that put it behind AXI ports. */
  readonly shell: string;
}

export function addVerifyCommand(program: Command, context: Context): void {
  addUnitVerb(program, verb, context, (command, unit) => {
    const integer = integerArgument(0, 2 ** 31 - 1);
    addAxiOptions(command, unit);
    command
      .addOption(
        new Option('--seed <n>', 'of the random transactions and stalls').default(1).argParser(integer),
      )
      .addOption(
        new Option('--runs <n>', 'random lists of transactions per configuration')
          .default(20)
          .argParser(integer),
      )
      .addOption(new Option('--path <path>', 'replay one random list: the path that a failure prints'))
      .addOption(backendOption());
    addCoverageOptions(command, 'the scenarios');
    command
      .option('--json', 'print JSON')
      .addHelpText(
        'after',
        `
Without parameters every configuration that \`gatewright describe ${unit.name}\` lists is verified.
Each scenario runs twice: at full speed, where the cycles must be the predicted ones, and with random stalls.
With --axi it is the values that are compared, through TDATA, TLAST and registers; the cycles are not.

Examples:
  gatewright verify ${unit.name}
  gatewright verify ${unit.name} --seed 7 --runs 100`,
      )
      .action((flags: VerifyFlags) => verify(command, unit, flags, context.io));
  });
}

async function verify(command: Command, unit: AnyUnit, flags: VerifyFlags, io: Io): Promise<void> {
  const given = givenParameters(command, unit);
  const list = Object.keys(given).length > 0 ? [given] : unit.configurations;
  for (const params of list) checkedParameters(unit, params);
  const report = coverageReportOf(unit.name, flags, io);
  const done: Verified[] = [];
  for (const [index, params] of list.entries()) {
    io.signal?.throwIfAborted();
    const number = `[${index + 1}/${list.length}]`;
    done.push({
      given: params,
      report: await verifyOne(unit, params, flags, io, number, report?.coverage),
      shell: axiText(flags),
    });
  }
  if (flags.json) io.stdout.write(jsonText({ ...verificationJson(unit, done), ...report?.json() }));
  else io.stdout.write(verificationText(unit, done, flags, widthOf(io.stdout)) + (report?.text() ?? ''));
  await report?.write();
  const failure = failureOf(unit, done) ?? report?.failure();
  if (failure) throw failure;
}

async function verifyOne(
  given: AnyUnit,
  params: Record<string, unknown>,
  flags: VerifyFlags,
  io: Io,
  number: string,
  coverage: Coverage | undefined,
): Promise<VerifyReport> {
  const { seed, runs, backend, path } = flags;
  const { unit, commands } = unitFor(given, checkedParameters(given, params), flags);
  const progress = progressOn(io.stderr);
  const name = parametersText(params) || 'defaults';
  const heading = `${number} ${name}`;
  if (!io.stderr.isTTY) progress.line(heading);
  const directed = io.stderr.isTTY && path === undefined ? countDirected(unit, params) : 0;
  const bar = progress.bar(heading, directed + (path === undefined ? runs : 1), 'scenarios');
  let count = 0;
  try {
    const report = await verifyUnit(unit, params, {
      ...{ seed, runs, backend, path, coverage },
      // The law is that of the unit alone.
      ...(commands && { cycles: false as const }),
      onProgress: (message) => bar.label(io.stderr.isTTY ? `${heading}: ${message}` : `  ${message}`),
      onScenario: () => bar.update(++count),
    });
    bar.stop();
    const verdict = report.ok ? 'ok' : 'FAILED';
    const text = `${verdict}, ${countOf(report.scenarios.length, 'scenario')}, ${countOf(report.checks, 'check')}, ${secondsText(report.seconds)} s`;
    progress.line(io.stderr.isTTY ? `${number} ${text}: ${name}` : `  ${text}`);
    return report;
  } finally {
    bar.stop();
  }
}

function countDirected(unit: AnyUnit, params: Record<string, unknown>): number {
  let count = 0;
  for (const _ of unit.stimulus(checkedParameters(unit, params)).directed) count++;
  return count;
}
