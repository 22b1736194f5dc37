// What every command is given, and what commands with one subcommand per unit have in common.
// Invariant: commands get the units handed in; none is known by name here.

import type { AnyUnit } from '@gatewright/sim';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { unitHint } from '../unit/find-unit.ts';
import { addParameterFlags } from '../unit/parameter-flags.ts';

export interface Context {
  readonly io: Io;
  readonly units: readonly AnyUnit[];
}

/** A verb that works on a unit: one subcommand per unit, with the unit's parameters as flags. */
export function addUnitVerb(
  program: Command,
  verb: { readonly name: string; readonly description: string; readonly help: string },
  { units }: Context,
  addUnit: (command: Command, unit: AnyUnit) => void,
): void {
  const command = program
    .command(verb.name)
    .description(verb.description)
    .usage('<unit> [options]')
    .helpCommand(false)
    .helpGroup('Commands:')
    .commandsGroup('Units:')
    .addHelpText('after', verb.help)
    // Reached only when no unit matched: whatever was typed, the answer is about the unit.
    .allowUnknownOption()
    .allowExcessArguments()
    .action((_options: unknown, self: Command) => {
      throw wrongUnit(verb.name, units, self.args);
    });
  for (const unit of units) {
    const sub = command
      .command(unit.name)
      .description(unit.summary)
      .usage('[options]')
      .allowExcessArguments(false);
    addParameterFlags(sub, unit);
    addUnit(sub, unit);
  }
}

function wrongUnit(verb: string, units: readonly AnyUnit[], args: readonly string[]): UsageError {
  const [first] = args;
  if (first === undefined) return new UsageError(`which unit shall it ${verb}?`, unitHint(units, ''));
  if (!first.startsWith('-')) return new UsageError(`there is no unit '${first}'`, unitHint(units, first));
  const named = units.find((u) => args.includes(u.name))?.name ?? units[0]?.name ?? '<unit>';
  return new UsageError(
    `the unit comes before its options, here is '${first}'`,
    `gatewright ${verb} ${named} ${args.filter((arg) => arg !== named).join(' ')}`,
  );
}
