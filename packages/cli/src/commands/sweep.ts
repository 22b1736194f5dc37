// gatewright sweep: many configurations measured, into a folder of results.
// Invariant: progress goes to stderr, the best points to stdout; a sweep that is stopped goes on where it was.

import { dirname, join, relative } from 'node:path';
import {
  batchExecutor,
  type Executor,
  loadSweep,
  localPool,
  readResults,
  readSweep,
  runSweep,
  type SweepOutcome,
  slurm,
  submitCommand,
  surveySpace,
} from '@gatewright/explore';
import { type BackendName, backendNames } from '@gatewright/sim';
import { type Command, Option } from 'commander';
import { VerificationFailed } from '../errors.ts';
import { pathOf, widthOf } from '../io.ts';
import { sweepBench, sweepFingerprint, sweepWorker } from '../sweep/bench.ts';
import { machineLimits } from '../sweep/machine.ts';
import { frontText, resultJson } from '../sweep/result-text.ts';
import { sweepProgress } from '../sweep/sweep-progress.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf, secondsText } from '../terminal/number-text.ts';
import type { Context } from './context.ts';
import { integerArgument } from './number-argument.ts';
import { writeReport } from './report.ts';

interface SweepFlags {
  readonly out?: string;
  readonly executor: 'local' | 'slurm';
  readonly submit?: string;
  readonly jobs?: number;
  readonly tasks: number;
  readonly slurmOption: readonly string[];
  readonly backend: BackendName;
  readonly seed: number;
  readonly timeout: number;
  readonly retryFailed?: boolean;
  readonly count?: boolean;
  readonly report: boolean;
  readonly json?: boolean;
}

const help = `
The file is JSON, or TypeScript: export const sweep = defineSweep({ … }) of @gatewright/explore.

  { "name": "lanes",
    "units": [{ "unit": "mixpe", "parameters": { "lanes": { "pow2": [1, 16] }, "weightBits": [4, 8] } }],
    "workloads": [{ "name": "q", "model": "llama-2-7b", "layer": "q" }],
    "metrics": ["simulation", "xcup"],
    "objectives": ["min xcup.lut", "max q.macPerCycle"] }

Finished points are kept by their content: the same command goes on where it was, and answers from what is there.

Examples:
  gatewright sweep lanes.json
  gatewright sweep lanes.json --count
  gatewright sweep lanes.ts -o out/lanes --executor slurm --tasks 200 --slurm-option=--partition=eda
  gatewright sweep lanes.json --submit 'bsub -o {log} {command}'`;

export function addSweepCommand(program: Command, context: Context): void {
  const integer = integerArgument(1);
  program
    .command('sweep')
    .argument('<file>', 'a sweep file')
    .description('measure many configurations of units')
    .usage('<file> [options]')
    .option('-o, --out <dir>', 'folder for the results (default: out/<name of the sweep>)')
    .addOption(
      new Option('--executor <name>', 'where points are measured')
        .choices(['local', 'slurm'])
        .default('local'),
    )
    .addOption(
      new Option(
        '--submit <command>',
        'submit tasks by a command with {command}, {log} and {task}',
      ).conflicts('executor'),
    )
    .addOption(new Option('--jobs <n>', 'worker processes (here, or in each task)').argParser(integer))
    .addOption(
      new Option('--tasks <n>', 'tasks that share the points, in a queue').default(64).argParser(integer),
    )
    .addOption(
      new Option('--slurm-option <option>', 'passed on to sbatch; may be repeated')
        .default([], 'none')
        .argParser((text: string, before: readonly string[]) => [...before, text]),
    )
    .addOption(new Option('--backend <name>', 'simulator').choices(backendNames).default('native'))
    .addOption(
      new Option('--seed <n>', 'of random scenarios').default(1).argParser(integerArgument(0, 2 ** 31 - 1)),
    )
    .addOption(new Option('--timeout <seconds>', 'of one point').default(1800).argParser(integer))
    .option('--retry-failed', 'run points again that ended with an error')
    .option('--count', 'say how many points there are, and run none')
    .option('--no-report', 'leave out report.html')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((file: string, flags: SweepFlags) => sweep(file, flags, context));
}

async function sweep(given: string, flags: SweepFlags, { io, units }: Context): Promise<void> {
  const file = pathOf(io, given);
  const bench = sweepBench(units);
  const checked = readSweep(await loadSweep(file), { units, models: Object.keys(bench.models) });
  if (flags.count) {
    const { points, reports } = surveySpace(checked.spaces);
    io.stdout.write(
      flags.json
        ? jsonText({ points, units: reports.map((r) => ({ ...r, reasons: Object.fromEntries(r.reasons) })) })
        : `${countOf(points, 'point')}\n`,
    );
    return;
  }
  const folder = pathOf(io, flags.out ?? `out/${checked.sweep.name}`);
  const shown = relative(io.cwd, folder) || '.';
  const progress = sweepProgress(io.stderr);
  let outcome: SweepOutcome;
  try {
    outcome = await runSweep(checked, {
      ...{ folder, executor: executorOf(flags), fingerprint: sweepFingerprint(), base: dirname(file) },
      ...{ backend: flags.backend, seed: flags.seed, retryFailed: flags.retryFailed, signal: io.signal },
      command: commandText(given, flags),
      onProgress: progress.update,
      onNote: progress.note,
    });
  } finally {
    progress.stop();
  }
  if (outcome.interrupted) {
    io.stderr.write(
      `${countOf(outcome.done, 'point')} of ${outcome.total} kept in ${shown}; the same command goes on from there\n`,
    );
    return;
  }
  const table = readResults(folder);
  if (flags.report) await writeReport(table, join(folder, 'report.html'), units);
  if (flags.json) io.stdout.write(jsonText({ ...summaryJson(outcome), ...resultJson(table) }));
  else
    io.stdout.write(
      `${frontText(table, widthOf(io.stdout))}\n\n${summaryText(outcome, shown, flags.report)}`,
    );
  if (outcome.wrong > 0)
    throw new VerificationFailed(
      `${countOf(outcome.wrong, 'point')} do not do what the golden model says`,
      `they are marked in ${shown}, and on no front`,
    );
}

/** How the results were made: what matters to them. */
const commandText = (file: string, { out, backend, seed }: SweepFlags): string =>
  [
    `gatewright sweep ${file}`,
    ...(out === undefined ? [] : [`-o ${out}`]),
    ...(backend === 'native' ? [] : [`--backend ${backend}`]),
    ...(seed === 1 ? [] : [`--seed ${seed}`]),
  ].join(' ');

function executorOf(flags: SweepFlags): Executor {
  const { workers, memoryLimit } = machineLimits(flags.jobs);
  const timeoutSeconds = flags.timeout;
  if (flags.submit === undefined && flags.executor === 'local')
    return localPool({ entry: sweepWorker, workers, memoryLimit, timeoutSeconds });
  const queue = flags.submit === undefined ? slurm(flags.slurmOption) : submitCommand(flags.submit);
  // In a task the default is one worker, which is what a queue gives a task.
  return batchExecutor({
    ...{
      queue,
      entry: sweepWorker,
      tasks: flags.tasks,
      workers: flags.jobs ?? 1,
      memoryLimit,
      timeoutSeconds,
    },
  });
}

const summaryJson = ({ spaces, ...numbers }: SweepOutcome) => ({
  ...numbers,
  spaces: spaces.map((s) => ({ ...s, reasons: Object.fromEntries(s.reasons) })),
});

function summaryText(outcome: SweepOutcome, folder: string, report: boolean): string {
  const { total, cached, failed, wrong, seconds, spaces } = outcome;
  const lines = spaces.flatMap(({ unit, combinations, illegal, constrained, duplicates, reasons }) => {
    const parts = [
      illegal > 0 ? `${illegal} that ${unit} does not allow (${[...reasons.keys()][0]})` : '',
      constrained > 0 ? `${constrained} outside the constraints` : '',
      duplicates > 0 ? `${duplicates} that are the same as others` : '',
    ].filter(Boolean);
    return parts.length === 0
      ? []
      : [`${unit}: ${countOf(combinations, 'combination')}, without ${parts.join(', ')}`];
  });
  const news = total - cached;
  lines.push(
    `${countOf(total, 'point')}: ${news} measured in ${secondsText(seconds)} s, ${cached} from the cache, ${failed} failed, ${wrong} wrong`,
    `${folder}: results.jsonl, results.csv${report ? ', report.html' : ''}`,
  );
  return `${lines.join('\n')}\n`;
}
