// Parameters against the schema of a module, and what is wrong with them in words.
// Invariant: a message that the author of a schema wrote is told as it is; zod's own are put in the words of this house.

import type { z } from 'zod';
import { ParameterError, type ParameterFault } from './diagnostic/diagnostic.ts';
import { ONCE } from './parameters.ts';

type Checked<T> = { readonly params: T } | { readonly faults: readonly ParameterFault[] };

/**
 * Parameters after defaults, or what is wrong with them. What they must be to each other is judged when each of them is
 * legal by itself.
 */
export function checkParams<S extends z.ZodObject>(schema: S, given: unknown): Checked<z.output<S>> {
  const parsed = schema.safeParse(given, { ...ONCE, error: schemaSentence });
  if (parsed.success) return { params: parsed.data };
  const { issues } = parsed.error;
  const alone = issues.filter((issue) => issue.code !== 'custom');
  return {
    faults: (alone.length > 0 ? alone : issues).map(({ path, message }) => ({
      name: path.map((part, i) => (i > 0 ? `[${String(part)}]` : String(part))).join(''),
      value: valueAt(given, path) ?? defaultOf(schema, path),
      message,
    })),
  };
}

const valueAt = (given: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((v, part) => (v as Record<PropertyKey, unknown> | undefined)?.[part], given);

/** What a parameter is that was not given. */
const defaultOf = (schema: z.ZodObject, [name, ...inside]: readonly PropertyKey[]): unknown =>
  name === undefined || inside.length > 0 ? undefined : schema.shape[String(name)]?.safeParse(undefined).data;

/** Parameters after defaults and checks. Throws `ParameterError` with a sentence per fault. */
export function parseParams<S extends z.ZodObject>(
  definition: { name: string; params: S },
  params: unknown,
): z.output<S> {
  const checked = checkParams(definition.params, params ?? {});
  if ('params' in checked) return checked.params;
  throw new ParameterError(definition.name, checked.faults);
}

/** What a value must be, of an issue of zod: its error map. Undefined leaves the sentence to zod. */
export function schemaSentence(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${listText(issue.values.map(String))}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'too_small':
      return boundText(issue.origin, issue.minimum, issue.inclusive === false ? 'above' : 'at least');
    case 'too_big':
      return boundText(issue.origin, issue.maximum, issue.inclusive === false ? 'below' : 'at most');
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  bigint: 'a bigint',
  boolean: 'true or false',
  string: 'a text',
  array: 'a list',
  object: 'an object',
};

function boundText(origin: string, bound: number | bigint, words: string): string {
  const counted = { array: 'element', set: 'element', string: 'character' }[origin];
  return counted
    ? `must have ${words} ${bound} ${counted}${bound === 1 ? '' : 's'}`
    : `must be ${words} ${bound}`;
}

/** `a`, `a or b`, `a, b or c` */
const listText = (values: readonly string[]): string =>
  values.length < 2 ? values.join() : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
