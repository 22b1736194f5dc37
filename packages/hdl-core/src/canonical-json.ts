// Canonical JSON: the deduplication key of a module and the parameters in its header.

/** JSON with sorted keys: equal parameters give equal text. */
export const canonicalJson = (value: unknown): string => JSON.stringify(canonical(value));

/** The value with its keys in order and its bigints as text, as `12n`; a copy is made, as a replacer would cost more. */
function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  if ('toJSON' in value) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort())
    sorted[key] = canonical((value as Record<string, unknown>)[key]);
  return sorted;
}
