// The command line as a whole: its verbs, its help, and what commander's complaints become.
// Invariant: commander prints help and nothing else; every complaint leaves here as a UsageError.

import { VERSION } from '@gatewright/hdl-core';
import { Command, type CommanderError, type Option } from 'commander';
import { addBestCommand } from './commands/best.ts';
import { addCompareCommand } from './commands/compare.ts';
import type { Context } from './commands/context.ts';
import { addCostCommand } from './commands/cost.ts';
import { addDemoCommand } from './commands/demo.ts';
import { addDescribeCommand } from './commands/describe.ts';
import { addGenerateCommand } from './commands/generate.ts';
import { addListCommand } from './commands/list.ts';
import { addPruneCommand } from './commands/prune.ts';
import { addQuantizeCommand } from './commands/quantize.ts';
import { addReportCommand } from './commands/report.ts';
import { addRunLmCommand } from './commands/run-lm.ts';
import { addSimCommand } from './commands/sim.ts';
import { addSweepCommand } from './commands/sweep.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { UsageError } from './errors.ts';
import { widthOf } from './io.ts';

const examples = `
Examples:
  gatewright list                                    the units
  gatewright describe mixpe                          parameters and ports of one
  gatewright generate mixpe --lanes 4 -o out/lane4   its Verilog
  gatewright verify mixpe                            against its golden model, in Verilator
  gatewright cost mixpe                              what it costs beside its baselines
  gatewright sim run counter.bench.ts                a testbench of your own
  gatewright sweep lanes.json                        many configurations, and which are best
  gatewright demo                                    a real layer of a language model through it
  gatewright run-lm                                  the whole model on units, token by token
  gatewright quantize --format bitmod-fp4 model.safetensors`;

/** Thrown instead of an exit when help or the version was printed. */
export class NothingToDo extends Error {}

/** The program, ready to parse a command line. */
export function makeProgram(context: Context): Command {
  const { stdout } = context.io;
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
  addListCommand(program, context);
  addDescribeCommand(program, context);
  addGenerateCommand(program, context);
  addVerifyCommand(program, context);
  addCostCommand(program, context);
  addSimCommand(program, context);
  addSweepCommand(program, context);
  addBestCommand(program, context);
  addCompareCommand(program, context);
  addReportCommand(program, context);
  addDemoCommand(program, context);
  addRunLmCommand(program, context);
  addQuantizeCommand(program, context);
  addPruneCommand(program, context);
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
  const [sentence = '', suggestion] = error.message.split('\n');
  const message = sentence
    .replace(/^error: /, '')
    .replace(/^option '(?:.*, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.*)$/s, '$1 $2: $3')
    // Two spellings of a flag and its placeholder say no more than the flag.
    .replace(/'(?:-\w, |--[\w-]+, )?(--[\w-]+)[^']*'/g, "'$1'")
    .replace(/\.$/, '');
  const path = [...ancestors(command)].reverse().join(' ');
  const help = suggestion
    ? suggestion.replace(/^\(D(.*)\)$/, 'd$1')
    : `\`${path} --help\` shows what it takes`;
  return new UsageError(message, help);
}

function* ancestors(command: Command): Generator<string> {
  for (let c: Command | null = command; c; c = c.parent) yield c.name();
}
