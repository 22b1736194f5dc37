// The options that put a unit behind AXI ports.
// Invariant: both verbs that have them understand them alike.

import type { AnyUnit } from '@gatewright/sim';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { axiUnit, commandsOf } from './axi-unit.ts';

export interface AxiFlags {
  readonly axi?: boolean;
  /** Input streams that become registers. */
  readonly axiRegisters?: readonly string[];
}

export function addAxiOptions(command: Command, unit: AnyUnit): void {
  const own = commandsOf(unit, undefined);
  command
    .option('--axi', 'behind AXI ports: streams as AXI4-Stream, commands as AXI4-Lite registers')
    .addOption(
      new Option('--axi-registers <streams>', 'input streams that become registers, with commas; or none')
        .default(undefined, own.length > 0 ? own.join(',') : 'none')
        .argParser((text: string) => (text === 'none' ? [] : text.split(','))),
    );
}

/** The flags again, as a command that repeats the run needs them. */
export function axiText({ axi, axiRegisters }: AxiFlags): string {
  if (!axi) return '';
  return axiRegisters ? ` --axi --axi-registers ${axiRegisters.join(',') || 'none'}` : ' --axi';
}

/** The unit as the flags want it, and its commands when it is behind AXI ports. Throws UsageError for a stream that is none. */
export function unitFor(
  unit: AnyUnit,
  params: Record<string, unknown>,
  flags: AxiFlags,
): { readonly unit: AnyUnit; readonly commands: readonly string[] | undefined } {
  if (!flags.axi) {
    if (flags.axiRegisters) throw new UsageError('--axi-registers is for --axi', 'add --axi');
    return { unit, commands: undefined };
  }
  const commands = commandsOf(unit, flags.axiRegisters);
  const ports = unit.module.ports(params);
  const streams = Object.keys(ports).filter(
    (p) => ports[p]!.direction === 'in' && ports[p]!.type.kind === 'stream',
  );
  const wrong = commands.find((name) => !streams.includes(name));
  if (wrong !== undefined)
    throw new UsageError(
      `--axi-registers: ${unit.name} has no input stream '${wrong}'`,
      `it has: ${streams.join(', ')}`,
    );
  return { unit: axiUnit(unit, commands), commands };
}
