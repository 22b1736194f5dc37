// The parameters of a unit as flags, tables and help need them, read from its zod schema by way of JSON Schema.
// Invariant: nothing is said of a parameter that its schema does not say. Checking values is zod's own business.

import { z } from 'zod';

export interface Parameter {
  /** As in the schema: `groupSize`. */
  readonly name: string;
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text' | 'json';
  /** `1..4096`, `and_shift | booth4`, `true | false`; empty when anything goes. */
  readonly range: string;
  readonly choices: readonly string[];
  /** The same as the schema has them: texts or numbers. */
  readonly values: readonly unknown[];
  /** Undefined when the user must give a value. */
  readonly default: unknown;
  readonly description: string;
}

/** The parts of JSON Schema that describe one property. */
interface PropertySchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  readonly description?: string;
}

/** The JSON Schema of what a user may give. */
export const jsonSchemaOf = (schema: z.ZodObject): Record<string, unknown> =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;

/** The parameters in the order of the schema. */
export function parametersOf(schema: z.ZodObject): Parameter[] {
  const properties = (jsonSchemaOf(schema).properties ?? {}) as Record<string, PropertySchema>;
  return Object.entries(properties).map(([name, property]) => {
    const choices = (property.enum ?? []).map(String);
    const kind = kindOf(property);
    return {
      name,
      kind,
      choices,
      values: property.enum ?? [],
      range: kind === 'boolean' ? 'true | false' : choices.join(' | ') || boundsText(property),
      default: property.default,
      description: property.description ?? '',
    };
  });
}

function kindOf(property: PropertySchema): Parameter['kind'] {
  if (property.enum) return 'choice';
  switch (property.type) {
    case 'integer':
    case 'number':
    case 'boolean':
      return property.type;
    case 'string':
      return 'text';
    default:
      return 'json';
  }
}

function boundsText(property: PropertySchema): string {
  const bound = (inclusive?: number, exclusive?: number): string => {
    if (exclusive !== undefined) return `(${exclusive})`;
    // zod bounds every integer by what a double can hold exactly; that says nothing to a user.
    return inclusive === undefined || Math.abs(inclusive) === Number.MAX_SAFE_INTEGER
      ? ''
      : String(inclusive);
  };
  const low = bound(property.minimum, property.exclusiveMinimum);
  const high = bound(property.maximum, property.exclusiveMaximum);
  if (low && high) return `${low}..${high}`;
  return low ? `from ${low}` : high ? `up to ${high}` : '';
}
