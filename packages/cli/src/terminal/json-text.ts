// JSON as the `--json` options print it.
// Invariant: hardware integers, which may be wider than a double, are decimal strings.

/** Indented JSON with a final newline. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v), 2)}\n`;
