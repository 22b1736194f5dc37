// Coverage in a few lines of text: how much was reached, and what was not.
// Invariant: a function of the coverage; the same coverage reads the same.

import { relative } from 'node:path';
import type { Coverage, LineCoverage, Reached, ToggleCoverage } from './coverage.ts';

/** Signals and lines that the summary names. */
const listed = 12;

/** Rounded down, so that only all is 100%. */
export const percentText = ({ reached, of }: Reached): string =>
  of === 0 ? 'none' : `${(Math.floor((1000 * reached) / of) / 10).toFixed(1)}%`;

/** Totals, and what was not reached; paths are relative to `root`. */
export function coverageText(coverage: Coverage, root = process.cwd()): string {
  const { lines, toggles, covers, totals } = coverage;
  const total = (name: string, part: Reached, verb: string): string =>
    `${name.padEnd(14)} ${part.reached} of ${part.of} ${verb} (${percentText(part)})`;
  return [
    total('statements', totals.statements, 'ran'),
    total('bits', totals.bits, 'changed'),
    ...(covers.length > 0 ? [total('cover points', totals.covers, 'reached')] : []),
    ...section(
      'never ran',
      lines.filter(isMissed).map((line) => missedText(line, root)),
    ),
    ...section('never changed', toggles.filter(isStill).map(stillText)),
    ...section(
      'cover points never reached',
      covers.filter(({ count }) => count === 0).map(({ module, name }) => `${module}.${name}`),
    ),
  ].join('\n');
}

/** Some statement of the line never ran. */
export const isMissed = ({ counts }: LineCoverage): boolean => counts.includes(0);

/** Some bit never changed. */
export const isStill = ({ missed }: ToggleCoverage): boolean => missed.length > 0;

/** `Mac.acc[31:24]`: a signal with its bits that never changed, without them when none did. */
export const stillText = ({ module, signal, bits, missed }: ToggleCoverage): string =>
  `${module}.${signal}${missed.length === bits ? '' : rangeText(missed)}`;

function section(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const rest = entries.length - listed;
  const shown = entries.slice(0, listed).map((entry) => `  ${entry}`);
  return [`${title}:`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}

function missedText({ file, line, counts }: LineCoverage, root: string): string {
  const missed = counts.filter((count) => count === 0).length;
  const part = missed === counts.length ? '' : ` (${missed} of its ${counts.length} statements)`;
  return `${relative(root, file)}:${line}${part}`;
}

/** `[7:4]`, `[7:4,1]` */
function rangeText(bits: readonly number[]): string {
  const numbers = bits.toReversed();
  const parts: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end]! - 1) end++;
    parts.push(end === i ? `${numbers[i]}` : `${numbers[i]}:${numbers[end]}`);
    i = end + 1;
  }
  return `[${parts.join(',')}]`;
}
