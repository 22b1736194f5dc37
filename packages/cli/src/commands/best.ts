// gatewright best: the best points of a sweep for objectives and constraints of the moment.
// Invariant: reads results, measures nothing; points that are wrong or failed are never best.

import {
  type Objective,
  paretoFront,
  parseExpression,
  parseObjective,
  readResults,
} from '@gatewright/explore';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { pathOf, widthOf } from '../io.ts';
import { bestRows, rowJson, rowsText } from '../sweep/result-text.ts';
import { jsonText } from '../terminal/json-text.ts';
import type { Context } from './context.ts';
import { integerArgument } from './number-argument.ts';

interface BestFlags {
  readonly objective: readonly string[];
  readonly constraint: readonly string[];
  readonly top: number;
  readonly front?: boolean;
  readonly json?: boolean;
}

const help = `
Expressions may use metrics, derived metrics and parameters: q.macPerCycle / xcup.lut, lanes <= 8, multiplier == "booth4".
The first objective decides, the next break ties; with --front every point that is not beaten in all of them is shown.

Examples:
  gatewright best out/lanes --objective 'min xcup.lut' --constraint 'q.macPerCycle >= 4'
  gatewright best out/lanes --front --objective 'min xcup.lut' --objective 'max q.macPerCycle'`;

const list = (text: string, before: readonly string[]): readonly string[] => [...before, text];

export function addBestCommand(program: Command, { io }: Context): void {
  program
    .command('best')
    .argument('<results>', 'the folder of a sweep')
    .description('the best points of a sweep')
    .usage('<results> [options]')
    .addOption(
      new Option('--objective <text>', 'min or max, and an expression; may be repeated')
        .default([], 'those of the sweep')
        .argParser(list),
    )
    .addOption(
      new Option('--constraint <expression>', 'only points for which it is true; may be repeated')
        .default([], 'none')
        .argParser(list),
    )
    .addOption(new Option('--top <n>', 'points to show').default(5).argParser(integerArgument(1)))
    .option('--front', 'the Pareto front instead')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((given: string, flags: BestFlags) => {
      const all = readResults(pathOf(io, given));
      const known = [
        ...all.columns.map((c) => c.name),
        ...new Set(all.rows.flatMap((row) => Object.keys(row.params))),
      ];
      const objectives: readonly Objective[] = flags.objective.length
        ? flags.objective.map((text) => parseObjective(text, known))
        : all.objectives;
      if (objectives.length === 0)
        throw new UsageError(
          'best for what? the sweep has no objectives',
          "give --objective 'min …' or 'max …'",
        );
      const conditions = flags.constraint.map((text) => parseExpression(text, known));
      const rows = all.rows.filter((row) => conditions.every((c) => c.value(row.value) === true));
      if (rows.length === 0)
        throw new UsageError(`no point of ${all.rows.length} fulfils ${flags.constraint.join(' and ')}`);
      const table = { ...all, objectives, rows };
      const best = flags.front ? paretoFront(rows, objectives) : bestRows(table, flags.top);
      if (best.length === 0)
        throw new UsageError(`no point has a value for ${objectives.map((o) => o.text).join(', ')}`);
      if (flags.json)
        io.stdout.write(jsonText({ objectives: objectives.map((o) => o.text), best: best.map(rowJson) }));
      else io.stdout.write(`${rowsText(table, best, widthOf(io.stdout))}\n`);
    });
}
