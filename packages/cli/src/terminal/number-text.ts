// Numbers as tables and sentences show them.
// Invariant: the same in every locale.

const grouped = new Intl.NumberFormat('en-US');

/** `1,234,567` */
export const countText = (n: number): string => grouped.format(n);

/** `1 mismatch`, `2,000 mismatches` */
export const countOf = (n: number, noun: string, plural = `${noun}s`): string =>
  `${countText(n)} ${n === 1 ? noun : plural}`;

/** Seconds with one decimal. */
export const secondsText = (seconds: number): string => seconds.toFixed(1);

/** A hardware value: booleans and labels as they are, integers with their bits when they are large. */
export function valueText(value: unknown): string {
  if (typeof value !== 'bigint') return value === undefined ? '(none)' : String(value);
  return value > 9n ? `${value} (0x${value.toString(16)})` : String(value);
}
