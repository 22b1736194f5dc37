// The parameters of a unit as flags of a command, and back from the command line to checked parameters.
// Invariant: every value goes through the unit's own schema; a fault is told with the flag and the value the user typed.

import { checkParams, type ParameterFault } from '@gatewright/hdl-core';
import type { AnyUnit } from '@gatewright/sim';
import { type Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { type Parameter, parametersOf } from './parameter.ts';

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
/** Both spellings, the one of the schema last: commander suggests and reports that one. */
const spellings = (prefix: string, name: string): string =>
  [...new Set([kebab(name), name])].map((n) => `${prefix}${n}`).join(', ');

const placeholder = (p: Parameter): string => {
  if (p.kind === 'boolean') return '[true|false]';
  if (p.kind === 'choice') return '<choice>';
  return p.kind === 'integer' || p.kind === 'number' ? '<n>' : `<${p.kind}>`;
};

/**
 * Adds a flag per parameter: `--groupSize` or `--group-size`; for booleans also `--no-…` and `--…=false`. A unit with
 * presets also has `--preset`.
 */
export function addParameterFlags(command: Command, unit: AnyUnit): void {
  if (unit.presets) {
    const names = Object.entries(unit.presets).map(([name, { summary }]) => `${name}: ${summary}`);
    const option = new Option('--preset <name>', `parameters to start from (${names.join('; ')})`);
    command.addOption(option.choices(Object.keys(unit.presets)).helpGroup('Parameters:'));
  }
  for (const p of parametersOf(unit.module.params)) {
    const facts = [
      p.kind === 'boolean' ? '' : p.range,
      p.default === undefined ? 'required' : `default ${String(p.default)}`,
    ];
    const option = new Option(
      `${spellings('--', p.name)} ${placeholder(p)}`,
      `${p.description} (${facts.filter(Boolean).join('; ')})`.trimStart(),
    );
    command.addOption(option.helpGroup('Parameters:'));
    if (p.kind === 'boolean') command.addOption(new Option(spellings('--no-', p.name)).hideHelp());
  }
}

/**
 * What the user typed for the unit's parameters, as values of their kinds where they look like it; before them the
 * parameters of the preset that the user named.
 */
export function givenParameters(command: Command, unit: AnyUnit): Record<string, unknown> {
  const preset = unit.presets?.[command.getOptionValue('preset') as string];
  const given: Record<string, unknown> = { ...preset?.params };
  for (const p of parametersOf(unit.module.params)) {
    if (command.getOptionValueSource(p.name) !== 'cli') continue;
    const typed: unknown = command.getOptionValue(p.name);
    given[p.name] = typeof typed === 'string' ? typedValue(p, typed) : typed;
  }
  return given;
}

/** A text that is no value of the kind stays a text, for the schema to complain of. */
function typedValue(p: Parameter, typed: string): unknown {
  switch (p.kind) {
    case 'integer':
    case 'number':
      return typed.trim() !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed;
    case 'boolean':
      return typed === 'true' ? true : typed === 'false' ? false : typed;
    case 'choice':
      return p.values.find((value) => String(value) === typed) ?? typed;
    case 'json':
      try {
        return JSON.parse(typed);
      } catch {
        return typed;
      }
    default:
      return typed;
  }
}

/** The parameters after defaults. Throws UsageError naming each flag at fault. */
export function checkedParameters(unit: AnyUnit, given: Record<string, unknown>): Record<string, unknown> {
  const checked = checkParams(unit.module.params, given);
  if ('params' in checked) return checked.params;
  const faults = checked.faults.map(faultText);
  const message =
    faults.length === 1 ? faults[0]! : `illegal parameters for ${unit.name}\n  ${faults.join('\n  ')}`;
  throw new UsageError(
    message,
    `\`gatewright describe ${unit.name}\` lists the parameters with their ranges`,
  );
}

function faultText({ name, value, message }: ParameterFault): string {
  if (name === '') return message;
  return `--${name}${value === undefined ? '' : ` ${String(value)}`}: ${message}`;
}

/** Parameters as a user would type them: `--lanes 4 --no-weightSigned`; empty for none. */
export function parametersText(given: Record<string, unknown>, between: ' ' | '=' = ' '): string {
  return Object.entries(given)
    .map(([name, value]) => {
      if (value === true) return `--${name}`;
      if (value === false) return `--no-${name}`;
      return `--${name}${between}${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
    })
    .join(' ');
}
