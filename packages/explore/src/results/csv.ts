// Results as CSV (RFC 4180): a line per point, a column per parameter and metric.
// Invariant: the columns are those given, in their order; a missing value is an empty field.

/** A line without its end. */
export const csvLine = (fields: readonly unknown[]): string => fields.map(fieldText).join(',');

function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
