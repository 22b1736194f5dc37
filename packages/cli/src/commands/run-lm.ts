// gatewright run-lm: a small language model whose layers run on simulated units, compared tensor by tensor with golden models.
// Invariant: the model and its arithmetics come from tiny-lm, the units from the registries; nothing is decided here.

import { type AnyUnit, type BackendName, backendNames } from '@gatewright/sim';
import {
  ATTENTION_CONFIGURATIONS,
  attentionConfiguration,
  LINEAR_CONFIGURATIONS,
  linearConfiguration,
  loadTinyLm,
} from '@gatewright/tiny-lm';
import { type Command, Option } from 'commander';
import { readingInput, UsageError } from '../errors.ts';
import { type Io, widthOf } from '../io.ts';
import { type ChosenUnit, type CoSimulation, coSimulate } from '../language-model/co-simulate.ts';
import { ATTENTION_UNITS, LINEAR_UNITS, type UnitChoice } from '../language-model/configurations.ts';
import { runFailure, runJson, runText } from '../language-model/run-report.ts';
import { jsonText } from '../terminal/json-text.ts';
import { countOf } from '../terminal/number-text.ts';
import { type Bar, progressOn } from '../terminal/progress.ts';
import { findUnit } from '../unit/find-unit.ts';
import type { Context } from './context.ts';
import { integerArgument } from './number-argument.ts';

interface RunFlags {
  readonly linear: string;
  readonly attention: string;
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly backend: BackendName | 'golden';
  readonly json?: boolean;
}

export function addRunLmCommand(program: Command, { io, units }: Context): void {
  program
    .command('run-lm')
    .description('a small language model whose layers run on generated hardware, token by token')
    .addOption(new Option('--linear <name>', 'arithmetic of the linear layers').default('mixpe-w4a8'))
    .addOption(new Option('--attention <name>', 'arithmetic of the attention').default('window-fast'))
    .addOption(new Option('--prompt <text>', 'what the model reads first').default('ROMEO:'))
    .addOption(new Option('--tokens <n>', 'characters to write').default(1).argParser(integerArgument(1)))
    .addOption(
      new Option('--temperature <t>', '0 takes the likeliest character').default(0).argParser(Number),
    )
    .addOption(new Option('--seed <n>', 'of the draws').default(1).argParser(integerArgument(0)))
    .addOption(
      new Option('--backend <name>', 'simulator; golden simulates nothing and predicts the cycles')
        .choices([...backendNames, 'golden'])
        .default('native'),
    )
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action((flags: RunFlags) => runLm(flags, io, units));
}

const list = (
  configurations: readonly { readonly name: string; readonly summary: string }[],
  on: Readonly<Record<string, UnitChoice>>,
): string =>
  configurations
    .map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}${on[name] ? ` (${on[name].unit})` : ''}`)
    .join('\n');

const help = `
Two passes run in step: one on the units, one on golden models. Every tensor of every layer, and every value on
the units' streams, is compared bit by bit; the first difference ends the run with exit code 1. The first pass
reads the prompt, each further one the character before; norms, SwiGLU and rotary positions are not on units.

Linear layers:
${list(LINEAR_CONFIGURATIONS, LINEAR_UNITS)}

Attention:
${list(ATTENTION_CONFIGURATIONS, ATTENTION_UNITS)}

Examples:
  gatewright run-lm
  gatewright run-lm --linear bitmod-fp4 --prompt "KING:" --tokens 8 --backend verilator
  gatewright run-lm --linear fp16 --attention float --tokens 200 --temperature 0.8 --backend golden`;

async function runLm(flags: RunFlags, io: Io, units: readonly AnyUnit[]): Promise<void> {
  const linear = readingInput(() => linearConfiguration(flags.linear));
  const attention = readingInput(() => attentionConfiguration(flags.attention));
  const model = readingInput(() => loadTinyLm());
  const { length } = readingInput(() => model.tokenizer.encode(flags.prompt));
  const { context } = model.config;
  if (length === 0)
    throw new UsageError('--prompt is empty', 'give the model at least one character to read');
  if (length + flags.tokens - 1 > context)
    throw new UsageError(
      `${countOf(length, 'character')} to read and ${flags.tokens} to write: the model knows ${context} positions`,
    );
  if (!(flags.temperature >= 0)) throw new UsageError('--temperature: give a number from 0');
  const chosen = (on: Readonly<Record<string, UnitChoice>>, name: string): ChosenUnit | undefined =>
    on[name] && { ...on[name], definition: findUnit(units, on[name].unit) };
  const linearUnit = chosen(LINEAR_UNITS, linear.name);
  const attentionUnit = chosen(ATTENTION_UNITS, attention.name);
  if (flags.backend !== 'golden' && !linearUnit && !attentionUnit)
    throw new UsageError(
      `neither ${linear.name} nor ${attention.name} has a unit: there is nothing to simulate`,
      '--backend golden runs the golden models alone',
    );
  const progress = progressOn(io.stderr);
  let bar: Bar | undefined;
  const run: CoSimulation = {
    ...{ model, linear, attention, linearUnit, attentionUnit, backend: flags.backend },
    ...{ prompt: flags.prompt, tokens: flags.tokens, signal: io.signal },
    sampling: { temperature: flags.temperature, seed: flags.seed },
    onProgress: progress.line,
    onOperation(name, done, total) {
      if (done === 0) bar ??= progress.bar('running', total * flags.tokens, 'operations');
      if (io.stderr.isTTY) bar?.label(name);
      bar?.update(done);
    },
    onCharacter: (character) => progress.line(`wrote ${JSON.stringify(character)}`),
  };
  try {
    const report = await coSimulate(run);
    bar?.stop();
    io.stdout.write(flags.json ? jsonText(runJson(run, report)) : runText(run, report, widthOf(io.stdout)));
    const failure = runFailure(report);
    if (failure) throw failure;
  } finally {
    bar?.stop();
  }
}
