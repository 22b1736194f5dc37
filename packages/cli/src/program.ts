// The command line as a whole: its verbs, its help, and what commander's complaints become.
// Invariant: commander prints help and nothing else; every complaint leaves here as a UsageError. A verb's modules are
// loaded when its name is typed, and all of them for help or an unknown name, so that each command starts fast.

import { VERSION } from '@gatewright/hdl-core';
import type { AnyUnit } from '@gatewright/sim';
import { Command, type CommanderError, type Option } from 'commander';
import type { Context } from './commands/context.ts';
import { UsageError } from './errors.ts';
import { type Io, widthOf } from './io.ts';

const examples = `
Examples:
  gatewright list                                    the units
  gatewright describe mixpe                          parameters and ports of one
  gatewright generate mixpe --lanes 4 -o out/lane4   its Verilog
  gatewright verify mixpe                            against its golden model, bit by bit
  gatewright cost mixpe                              what it costs beside its baselines
  gatewright sim run counter.bench.ts                a testbench of your own
  gatewright sweep lanes.json                        many configurations, and which are best
  gatewright demo                                    a real layer of a language model through it
  gatewright run-lm                                  the whole model on units, token by token
  gatewright quantize --format bitmod-fp4 model.safetensors

Exit codes: 0 done; 1 a verification, a tool or a folder failed; 2 the command line or the input is wrong; 130 interrupted.
Results go to stdout, progress and errors to stderr.`;

/** Thrown instead of an exit when help or the version was printed. */
export class NothingToDo extends Error {}

type AddVerb = (program: Command, context: Context) => void;

/** The verbs, in the order of the help. */
const verbs: Readonly<Record<string, () => Promise<AddVerb>>> = {
  list: async () => (await import('./commands/list.ts')).addListCommand,
  describe: async () => (await import('./commands/describe.ts')).addDescribeCommand,
  generate: async () => (await import('./commands/generate.ts')).addGenerateCommand,
  verify: async () => (await import('./commands/verify.ts')).addVerifyCommand,
  cost: async () => (await import('./commands/cost.ts')).addCostCommand,
  sim: async () => (await import('./commands/sim.ts')).addSimCommand,
  sweep: async () => (await import('./commands/sweep.ts')).addSweepCommand,
  best: async () => (await import('./commands/best.ts')).addBestCommand,
  compare: async () => (await import('./commands/compare.ts')).addCompareCommand,
  report: async () => (await import('./commands/report.ts')).addReportCommand,
  demo: async () => (await import('./commands/demo.ts')).addDemoCommand,
  'run-lm': async () => (await import('./commands/run-lm.ts')).addRunLmCommand,
  quantize: async () => (await import('./commands/quantize.ts')).addQuantizeCommand,
  prune: async () => (await import('./commands/prune.ts')).addPruneCommand,
};

/** The verbs that a command line needs: its own, none to print the version, or all. */
function needed(argv: readonly string[]): (() => Promise<AddVerb>)[] {
  const [first = ''] = argv;
  if (Object.hasOwn(verbs, first)) return [verbs[first]!];
  return argv.length === 1 && first === '--version' ? [] : Object.values(verbs);
}

/** The program, ready to parse that command line; `units` are those of all generator rooms unless given. */
export async function makeProgram(
  argv: readonly string[],
  io: Io,
  units?: readonly AnyUnit[],
): Promise<Command> {
  const loading = needed(argv).map((load) => load());
  const context: Context = {
    io,
    units: units ?? (loading.length > 0 ? (await import('./unit/units.ts')).UNITS : []),
  };
  const { stdout } = io;
  const program = new Command('gatewright')
    .description('Verified Verilog for LLM accelerators.')
    .version(VERSION, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .addHelpText('after', examples)
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => widthOf(stdout),
      getOutHasColors: () => false,
    })
    .configureHelp({ optionTerm, subcommandTerm });
  for (const add of await Promise.all(loading)) add(program, context);
  exitByThrowing(program);
  return program;
}

/** One of two spellings is enough in help: the last, which is the schema's own. */
const optionTerm = ({ flags }: Option): string => flags.replace(/^--[\w-]+, (?=--)/, '');
const subcommandTerm = (command: Command): string => `${command.name()} ${command.usage()}`;

function exitByThrowing(command: Command): void {
  command.exitOverride((error) => {
    throw complaint(command, error);
  });
  for (const sub of command.commands) exitByThrowing(sub);
}

function complaint(command: Command, error: CommanderError): Error {
  if (error.exitCode === 0) return new NothingToDo();
  const path = [...ancestors(command)].reverse().join(' ');
  if (error.code === 'commander.help') {
    const verbs = command.commands.map((sub) => `\`${path} ${sub.name()}\``).join(', ');
    return new UsageError(
      `${path}: a verb is missing; there is ${verbs}`,
      `\`${path} --help\` shows what it takes`,
    );
  }
  const [sentence = '', suggestion] = error.message.split('\n');
  const message = sentence
    .replace(/^error: /, '')
    .replace(/^option '(?:.*, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.*)$/s, '$1 $2: $3')
    // Two spellings of a flag and its placeholder say no more than the flag.
    .replace(/'(?:-\w, |--[\w-]+, )?(--[\w-]+)[^']*'/g, "'$1'")
    .replace(/Allowed choices are (.*)\.$/, 'there are $1')
    .replace(/^too many arguments for .*/, `unexpected argument '${command.args.at(-1) ?? ''}'`)
    .replace(/\.$/, '');
  const help = suggestion
    ? suggestion.replace(/^\(D(.*)\)$/, 'd$1')
    : `\`${path} --help\` shows what it takes`;
  return new UsageError(message, help);
}

function* ancestors(command: Command): Generator<string> {
  for (let c: Command | null = command; c; c = c.parent) yield c.name();
}
