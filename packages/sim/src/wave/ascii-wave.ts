// Waves as text: two rows per signal, drawn so that a diff of two waves shows what moved.
// Invariant: a function of the samples; no line ends in a blank; every column has the same width.

import { bitsText, type Radix, type Samples } from './samples.ts';

/** How the integers of a signal are written. */
export type RadixOf = (name: string) => Radix | undefined;

/** Characters of a column, its edge included. */
const narrowest = 4;
const widest = 14;
/** Few columns may share this many characters. */
const page = 84;

/** A value and the columns it fills. */
interface Segment {
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

/** The samples as text: a row of cycles, then two rows per signal. */
export function asciiWave(samples: Samples, radixOf: RadixOf = () => undefined): string {
  const { signals, cycles } = samples;
  const rows = signals.map((signal, i) => ({
    signal,
    segments: segmentsOf(cycles, (column) =>
      bitsText(signal.type, samples.bits(i, column), radixOf(signal.name)),
    ),
  }));
  const wanted = rows.flatMap(({ signal, segments }) =>
    signal.type.kind === 'bool'
      ? []
      : segments.map(({ text, length }) => Math.ceil((text.length + 1) / length)),
  );
  const width = Math.min(Math.max(widest, Math.floor(page / cycles.length)), Math.max(narrowest, ...wanted));
  const label = Math.max('cycle'.length, ...signals.map(({ name }) => name.length)) + 2;
  const lines = ['cycle'.padEnd(label) + ruler(cycles, width)];
  for (const { signal, segments } of rows) {
    const [upper, lower] =
      signal.type.kind === 'bool' ? levels(segments, width) : values(segments, width, cycles);
    lines.push(' '.repeat(label) + upper, signal.name.padEnd(label) + lower);
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** Columns before which cycles are missing. */
const jumps = (cycles: readonly number[], column: number): boolean =>
  column > 0 && cycles[column]! !== cycles[column - 1]! + 1;

function segmentsOf(cycles: readonly number[], text: (column: number) => string): Segment[] {
  const segments: Segment[] = [];
  for (let column = 0; column < cycles.length; ) {
    const value = text(column);
    let end = column + 1;
    while (end < cycles.length && !jumps(cycles, end) && text(end) === value) end++;
    segments.push({ text: value, start: column, length: end - column });
    column = end;
  }
  return segments;
}

/** Cycle numbers, as many as there is room for. */
function ruler(cycles: readonly number[], width: number): string {
  let line = '';
  cycles.forEach((cycle, column) => {
    const at = column * width + 1;
    if (line.length > 0 && line.length >= at) return;
    line = line.padEnd(at) + cycle;
  });
  return line;
}

function levels(segments: readonly Segment[], width: number): [string, string] {
  let [upper, lower] = ['', ''];
  let before: string | undefined;
  for (const { text, length } of segments) {
    const rest = length * width - 1;
    const high = text === '1';
    const [flat, empty] = ['─'.repeat(rest), ' '.repeat(rest)];
    if (before === undefined || before === text) {
      upper += (high ? '─' : ' ') + (high ? flat : empty);
      lower += (high ? ' ' : '─') + (high ? empty : flat);
    } else {
      upper += high ? `┌${flat}` : `┐${empty}`;
      lower += high ? `┘${empty}` : `└${flat}`;
    }
    before = text;
  }
  return [upper, lower];
}

function values(segments: readonly Segment[], width: number, cycles: readonly number[]): [string, string] {
  let [upper, lower] = ['', ''];
  for (const { text, start, length } of segments) {
    const rest = length * width - 1;
    const first = start === 0;
    upper += (first ? '─' : jumps(cycles, start) ? '┄' : '┬') + '─'.repeat(rest);
    lower +=
      (first ? ' ' : jumps(cycles, start) ? '┊' : '│') +
      (text.length <= rest ? text : `${text.slice(0, rest - 1)}…`).padEnd(rest);
  }
  return [upper, lower];
}
