// Where two testbench values differ, leaf by leaf.
// Invariant: a number equals the bigint of the same value, as ports take both; an absent field differs from any value.

import { valueText } from '../value/value-error.ts';

/** One leaf that differs; `path` such as `[3].sum`, empty for the value itself. */
export interface Difference {
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Every leaf of `expected` or `actual` that is not the same in the other. */
export function differences(expected: unknown, actual: unknown, path = ''): Difference[] {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length);
    return Array.from({ length }, (_, i) => differences(expected[i], actual[i], `${path}[${i}]`)).flat();
  }
  if (isRecord(expected) && isRecord(actual)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    return [...names].flatMap((name) =>
      differences(expected[name], actual[name], path === '' ? name : `${path}.${name}`),
    );
  }
  return sameLeaf(expected, actual) ? [] : [{ path, expected, actual }];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sameLeaf(a: unknown, b: unknown): boolean {
  if (isInteger(a) && isInteger(b)) return BigInt(a) === BigInt(b);
  return Object.is(a, b);
}

const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));

/** Differences shown before the rest is counted. */
const shown = 8;

/** One line per difference: `sum[3]: expected 5, got 6`. */
export function differenceLines(found: readonly Difference[], what = ''): string[] {
  const lines = found.slice(0, shown).map(({ path, expected, actual }) => {
    const name = path === '' || path.startsWith('[') || what === '' ? `${what}${path}` : `${what}.${path}`;
    return `${name === '' ? '' : `${name}: `}expected ${leafText(expected)}, got ${leafText(actual)}`;
  });
  return found.length > shown ? [...lines, `and ${found.length - shown} more`] : lines;
}

const leafText = (value: unknown): string => (value === undefined ? 'nothing' : valueText(value));

/** A whole value on one line, as it would be written in a test. */
export function literalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalText).join(', ')}]`;
  if (isRecord(value))
    return `{ ${Object.entries(value)
      .map(([name, part]) => `${name}: ${literalText(part)}`)
      .join(', ')} }`;
  return leafText(value);
}
